/* secured.c: TLS between a connection and its sink.
 *
 *     receive buffer ──► SSL_read ──► plain bytes ──► on_bytes        out ──► SSL_write ──► wire ──► send
 *
 * OpenSSL reads from where bytes have arrived and writes into chunks of a pool: there is no buffer between. What stands in a connection's
 * out stays there until the records that carry it are sent, so whoever looks at out sees what he would without TLS; wire holds
 * at most a few records, and the pool all of them. Where it has no room for another record, a connection waits (F_UNSEALED) until
 * others have sent theirs, or its own stall ends it.
 *
 * The sink hears of a connection before its handshake (it counts addresses), but gets no bytes and no deadlines until that is done. */
#include "net/secured.h"

#include "base/check.h"
#include "base/log.h"
#include "base/map.h"
#include "net/conn_parts.h"
#include "net/tls_server.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>

#define SHAKE_NS (10 * NS_PER_S)
#define RECORD_BYTES 16384u /* the most that a record carries */
#define RECORD_CHUNKS 9u    /* that it may need, where the peer has asked for records of 2 or 4 KiB instead, with something before it */
#define SPARE_PART 16u      /* such a part of the pool is kept for handshakes and ends */
#define RECORDS_MAX 4u      /* in one send */
#define WIRE_MAX 131072u /* beyond: the peer makes us answer without end, by key updates for instance */

static BIO_METHOD *method; /* of all connections; made once */
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

/* ---- what OpenSSL reads from and writes to ---- */

static int bio_read(BIO *bio, char *to, int room)
{
    struct secured *s = BIO_get_data(bio);
    struct slice *in = &s->all->arrived;
    size_t n = in->len < (size_t)room ? in->len : (size_t)room;
    BIO_clear_retry_flags(bio);
    if (n == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(to, in->p, n);
    *in = slice_from(*in, n);
    return (int)n;
}

/* All or, for good, nothing: half a record is worth nothing. */
static int bio_write(BIO *bio, const char *p, int n)
{
    struct secured *s = BIO_get_data(bio);
    size_t left = (size_t)n;
    BIO_clear_retry_flags(bio);
    if (s->wire.bytes + left > WIRE_MAX || s->renegotiates) return -1;
    while (left) {
        size_t part = left < OUT_RESERVE_MAX ? left : OUT_RESERVE_MAX;
        char *to = out_reserve(&s->wire, &s->all->wire_pool, part);
        if (!to) return -1;
        memcpy(to, p + ((size_t)n - left), part);
        out_commit(&s->wire, part);
        left -= part;
    }
    return n;
}

static long bio_control(BIO *bio, int what, long n, void *p)
{
    (void)bio;
    (void)n;
    (void)p;
    return what == BIO_CTRL_FLUSH; /* the end of the turn sends */
}

/* Of TLS 1.2, whose handshakes are refused one by one, with a warning each, and go on coming. */
static void on_info(const SSL *ssl, int where, int what)
{
    struct secured *s = SSL_get_app_data(ssl);
    if (where == SSL_CB_WRITE_ALERT && (what & 0xff) == SSL_AD_NO_RENEGOTIATION) s->renegotiates = true;
}

static void make_method(void)
{
    method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "connection");
    if (!method) return;
    (void)BIO_meth_set_read(method, bio_read);
    (void)BIO_meth_set_write(method, bio_write);
    (void)BIO_meth_set_ctrl(method, bio_control);
}

/* ---- begin and end ---- */

int conns_secure(struct conns *all, struct tls_server *server, uint32_t wire_chunks)
{
    (void)pthread_once(&method_once, make_method);
    if (!method || chunk_pool_init(&all->wire_pool, wire_chunks) < 0) return -ENOMEM;
    all->secured = map_new((size_t)all->o.n_max * sizeof *all->secured);
    all->unsealed.slots = calloc(all->o.n_max, sizeof(uint32_t)); /* large: mapped, untouched until used */
    all->plain = malloc(RECORD_BYTES);
    if (!all->secured || !all->unsealed.slots || !all->plain) return -ENOMEM; /* secured_deinit() frees */
    all->tls = tls_server_ref(server);
    return 0;
}

void conns_swap_tls(struct conns *all, struct tls_server *server)
{
    if (!all->tls || !server) return;
    (void)tls_server_ref(server);
    (void)tls_server_unref(all->tls);
    all->tls = server;
}

void secured_deinit(struct conns *all)
{
    all->tls = tls_server_unref(all->tls);
    all->secured = map_free(all->secured, (size_t)all->o.n_max * sizeof *all->secured);
    free(all->unsealed.slots);
    free(all->plain);
    chunk_pool_deinit(&all->wire_pool);
}

/* Of a connection with a PROXY header it may be the balancer's. */
static bool is_the_clients(const struct conns *all, const struct conn *c)
{
    uint32_t flags = all->peers ? all->peers[c->slot].flags : 0;
    return c->flags & F_SECURED && (!(flags & PEER_PROXIED) || flags & PEER_PASSED);
}

bool conn_is_secured(const struct conns *all, const struct conn *c)
{
    return is_the_clients(all, c) || (all->peers && all->peers[c->slot].flags & PEER_SECURED);
}

bool conn_certificate(const struct conns *all, const struct conn *c, tls_name_taker *take, void *arg)
{
    if (!is_the_clients(all, c)) return false;
    const struct secured *s = &all->secured[c->slot];
    if (s->server != all->tls && !tls_server_same_clients(s->server, all->tls)) return false;
    return !s->broken && tls_names(s->ssl, tls_server_client_name(s->server), take, arg);
}

uint32_t conns_wire_chunks(const struct conns *all)
{
    return all->secured ? all->wire_pool.n_used : 0;
}

static bool set_up(struct secured *s)
{
    s->ssl = tls_server_accept(s->server);
    BIO *bio = s->ssl ? BIO_new(method) : NULL;
    if (!bio) return false;
    BIO_set_data(bio, s);
    BIO_set_init(bio, 1);
    SSL_set_bio(s->ssl, bio, bio); /* both ways, one reference */
    (void)SSL_set_app_data(s->ssl, s);
    SSL_set_info_callback(s->ssl, on_info);
    return true;
}

void secured_begin(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    *s = (struct secured){.all = all, .server = tls_server_ref(all->tls), .deadline_ns = all->o.clock->mono_ns + SHAKE_NS};
    if (set_up(s)) {
        conn_deadline(all, c, s->deadline_ns);
        return;
    }
    metric_add(&all->counts.tls_failed, 1);
    ERR_clear_error();
    conn_abort(all, c);
}

void secured_end(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    SSL_free(s->ssl);
    out_drop(&s->wire, &all->wire_pool);
    (void)tls_server_unref(s->server);
    *s = (struct secured){0};
}

/* ---- bytes that come in ---- */

/* The next one that asks would read this error as its own. */
static const char *take_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return reason ? reason : "protocol";
}

/* Who speaks HTTP here gets one answer in it. */
static void answer_plainly(struct conns *all, struct secured *s)
{
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 31\r\nConnection: close\r\n\r\n"
                                 "This port speaks TLS: https://\n";
    char *to = s->wire.bytes ? NULL : out_reserve(&s->wire, &all->wire_pool, sizeof answer - 1);
    if (!to) return;
    memcpy(to, answer, sizeof answer - 1);
    out_commit(&s->wire, sizeof answer - 1);
}

/* An alert, if there is one, goes out first. The state of OpenSSL is not to be touched again. */
static void fail(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    char text[IP_TEXT_BYTES] = "-";
    const struct peer *p = conn_peer(all, c);
    if (p) (void)ip_text(&p->ip, text);
    metric_add(&all->counts.tls_failed, 1);
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) answer_plainly(all, s);
    const char *reason = take_reason(), *during = c->flags & F_HANDSHAKE ? "handshake" : "records";
    log_debug("tls.refused", "peer=%s during=%s reason=\"%s\"", text, during, s->renegotiates ? "renegotiation" : reason);
    s->broken = true;
    out_drop(&c->out, all->o.chunks); /* it could not be sealed any more; the kernel has records only */
    s->sealed = 0;
    if (c->flags & F_HANDSHAKE || c->session == NULL) conn_finish(all, c);
    else conn_abort(all, c); /* in the middle of a request */
}

static void shake_hands(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    int rc = SSL_do_handshake(s->ssl);
    if (rc != 1) {
        if (SSL_get_error(s->ssl, rc) != SSL_ERROR_WANT_READ) fail(all, c);
        return;
    }
    c->flags &= (uint16_t)~F_HANDSHAKE;
    metric_add(&all->counts.tls_handshakes, 1);
    if (SSL_session_reused(s->ssl)) metric_add(&all->counts.tls_resumed, 1);
    s->news = s->wire.bytes || c->flags & F_SENDING;
    if (!s->news) all->o.sink.on_sent(all->o.sink.arg, c);
}

/* The peer says that no more will come; what it asked for still goes out. */
static void take_goodbye(struct conns *all, struct conn *c)
{
    c->flags |= F_ENDED;
    all->o.sink.on_end(all->o.sink.arg, c);
}

static void read_records(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    while (c->state == CONN_OPEN && !(c->flags & F_ENDED)) {
        if (ERR_peek_error()) ERR_clear_error(); /* of somebody else on this thread: it would be read as ours */
        int n = SSL_read(s->ssl, all->plain, RECORD_BYTES);
        if (s->renegotiates) {
            fail(all, c);
            break;
        }
        if (n > 0) {
            all->o.sink.on_bytes(all->o.sink.arg, c, all->plain, (size_t)n);
            if (all->arrived.len == 0 && !SSL_has_pending(s->ssl)) break;
            continue;
        }
        int why = SSL_get_error(s->ssl, n);
        if (why == SSL_ERROR_ZERO_RETURN) take_goodbye(all, c);
        else if (why != SSL_ERROR_WANT_READ) fail(all, c);
        break;
    }
}

void secured_bytes(struct conns *all, struct conn *c, char *p, size_t n)
{
    struct secured *s = &all->secured[c->slot];
    if (s->broken || c->flags & F_ENDED) return;
    all->arrived = slice_make(p, n);
    if (ERR_peek_error()) ERR_clear_error();
    if (c->flags & F_HANDSHAKE) shake_hands(all, c);
    if (!(c->flags & F_HANDSHAKE) && !s->broken) read_records(all, c);
    all->arrived = slice_make(NULL, 0);
    if (s->wire.bytes && c->state < CONN_CLOSING) conn_dirty(all, c);
}

/* ---- bytes that go out ---- */

static void wait_for_room(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    conn_wait_in(&all->unsealed, c, F_UNSEALED);
    if (!s->waits) conn_deadline(all, c, all->o.clock->mono_ns + CONN_STALL_NS);
    s->waits = true;
}

static bool has_room(const struct conns *all, uint32_t records)
{
    return chunk_pool_left(&all->wire_pool) >= records * RECORD_CHUNKS + all->wire_pool.n_max / SPARE_PART;
}

void secured_look_for_room(struct conns *all)
{
    uint32_t n = all->unsealed.n, kept = 0;
    bool room = has_room(all, 1);
    for (uint32_t i = 0; i < n; i++) {
        struct conn *c = conn_of(all, all->unsealed.slots[i]);
        if (!room && c->state < CONN_CLOSING) {
            all->unsealed.slots[kept++] = c->slot;
            continue;
        }
        c->flags &= (uint16_t)~F_UNSEALED;
        if (c->state < CONN_CLOSING) conn_dirty(all, c);
        else conn_settle(all, c);
    }
    all->unsealed.n = kept;
}

/* Full records as far as there are bytes: pieces are put together in all->plain, large ones are read from where they stand. */
struct sealing {
    struct conns *all;
    struct secured *s;
    size_t n, most; /* sealed, and to be sealed at most */
    size_t in_plain;
};

static bool write_record(struct sealing *w, const char *p, size_t n)
{
    if (SSL_write(w->s->ssl, p, (int)n) != (int)n) return false;
    w->n += n;
    return true;
}

static bool write_plain(struct sealing *w)
{
    size_t n = w->in_plain;
    w->in_plain = 0;
    return n == 0 || write_record(w, w->all->plain, n);
}

static bool seal_piece(struct sealing *w, struct slice piece)
{
    while (piece.len && w->n + w->in_plain < w->most) {
        size_t n;
        if (w->in_plain == 0 && piece.len >= RECORD_BYTES) {
            n = RECORD_BYTES;
            if (!write_record(w, piece.p, n)) return false;
        } else {
            n = RECORD_BYTES - w->in_plain < piece.len ? RECORD_BYTES - w->in_plain : piece.len;
            memcpy(w->all->plain + w->in_plain, piece.p, n);
            w->in_plain += n;
            if (w->in_plain == RECORD_BYTES && !write_plain(w)) return false;
        }
        piece = slice_from(piece, n);
    }
    return true;
}

static bool seal(struct sealing *w, const struct out *out)
{
    struct iovec iov[64];
    int n = out_pieces(out, iov, (int)(sizeof iov / sizeof *iov));
    for (int i = 0; i < n; i++)
        if (!seal_piece(w, slice_make(iov[i].iov_base, iov[i].iov_len))) return false;
    return write_plain(w);
}

/* Its deadline, as the sink must not be called from where sending is. */
static void break_off(struct conns *all, struct conn *c, struct secured *s)
{
    s->broken = true;
    out_drop(&s->wire, &all->wire_pool); /* half a record */
    metric_add(&all->counts.tls_failed, 1);
    ERR_clear_error();
    conn_deadline(all, c, all->o.clock->mono_ns);
}

bool secured_seal(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    uint32_t records = chunk_pool_left(&all->wire_pool) > all->wire_pool.n_max / 2 && has_room(all, RECORDS_MAX) ? RECORDS_MAX : 1;
    if (s->broken || s->sealed || !c->out.bytes || c->flags & F_HANDSHAKE) return s->wire.bytes > 0;
    if (!has_room(all, records)) {
        if (!s->wire.bytes) wait_for_room(all, c);
        return s->wire.bytes > 0;
    }
    struct sealing w = {.all = all, .s = s, .most = (size_t)records * RECORD_BYTES};
    if (!seal(&w, &c->out)) {
        break_off(all, c, s);
        return false;
    }
    s->sealed = (uint32_t)w.n;
    s->waits = false;
    return true;
}

void secured_sent(struct conns *all, struct conn *c, size_t n)
{
    struct secured *s = &all->secured[c->slot];
    out_consume(&s->wire, &all->wire_pool, n);
    if (s->wire.bytes) return;
    out_consume(&c->out, all->o.chunks, s->sealed);
    s->news |= s->sealed > 0;
    s->sealed = 0;
}

bool secured_has_news(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    bool news = s->news;
    s->news = false;
    return news;
}

bool secured_say_goodbye(struct conns *all, struct conn *c)
{
    struct secured *s = &all->secured[c->slot];
    if (s->broken || s->goodbye || c->flags & F_HANDSHAKE) return false;
    s->goodbye = true;
    (void)SSL_shutdown(s->ssl);
    ERR_clear_error();
    return s->wire.bytes > 0;
}

void secured_due(struct conns *all, struct conn *c)
{
    if (!all->secured[c->slot].broken) metric_add(&all->counts.tls_failed, 1); /* its handshake has taken too long */
    conn_abort(all, c);
}

uint64_t secured_deadline(const struct conns *all, const struct conn *c)
{
    return all->secured[c->slot].deadline_ns;
}

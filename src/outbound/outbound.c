/* outbound.c: see outbound.h. */
#include "outbound/outbound.h"

#include "base/clock.h"
#include "base/inbox.h"
#include "base/log.h"
#include "base/version.h"
#include "outbound/cache_control.h"
#include "outbound/destination.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

#define HEAD_BYTES_MAX 16384u
#define CONNECT_MS 3000L
#define KEPT_CONNECTIONS 4L /* for the next requests */

/* One request under way. The outbound thread's. */
struct slot {
    CURL *easy; /* kept from one request to the next */
    uint64_t began_ns;
    struct outbound_request *request; /* NULL: free */
    struct outbound_request *joined;  /* equal ones, whoever came last first */
    struct cache_fields cache;
    size_t head_bytes, body_len, form_len;
    const char *refused; /* by ourselves: why */
    char error[CURL_ERROR_SIZE];
    char form[OUTBOUND_FORM_MAX];
    char body[OUTBOUND_BODY_MAX];
};

struct outbound {
    CURLM *multi;
    struct curl_slist *fields; /* of each request */
    struct inbox inbox;
    _Atomic bool started, stopping; /* started: by its own thread, which may push at once */
    bool runs; /* the server's thread: there is one to be joined */
    pthread_t thread;
    struct log *log;
    struct outbound_tenant tenant;
    uint32_t n_busy;
    struct slot slots[OUTBOUND_AT_ONCE + 1]; /* the last: the tenant's */
};

/* ---- what libcurl calls; arg: the slot ---- */

static size_t refuse(struct slot *s, const char *why)
{
    s->refused = why;
    return 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    size_t len = size * n;
    if (len > sizeof s->body - s->body_len) return refuse(s, "its answer is longer than 64 KiB");
    memcpy(s->body + s->body_len, p, len);
    s->body_len += len;
    return len;
}

static size_t on_field(char *p, size_t size, size_t n, void *arg)
{
    struct slot *s = arg;
    struct slice value = {p, size * n}, name;
    s->head_bytes += value.len;
    if (s->head_bytes > HEAD_BYTES_MAX) return refuse(s, "its answer's head is longer than 16 KiB");
    if (slice_starts(value, SLICE("HTTP/"))) cache_fields_clear(&s->cache); /* what came before was an interim one */
    while (value.len && (value.p[value.len - 1] == '\n' || value.p[value.len - 1] == '\r')) value.len--;
    name = slice_cut(&value, ':');
    if (value.p && s->body_len == 0) cache_fields_take(&s->cache, name, value); /* else it is one of the trailer */
    return size * n;
}

static bool may_ask(struct slot *s, const struct ip *ip)
{
    const struct outbound_peer *peer = s->request->peer;
    bool may = destination_allowed(ip, peer->allowed, peer->n_allowed);
    s->refused = may ? NULL : "its address is not of the public internet, nor of a network that 'allow' names";
    return may;
}

/* The address that is checked is the one that is connected to: whatever a name leads to the next time. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct ip ip = ip_of(&address->addr);
    if (purpose != CURLSOCKTYPE_IPCXN || !may_ask(arg, &ip)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Connected, by a new connection or one that was kept: other networks may be allowed by now. */
static int on_connected(void *arg, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
    struct ip ip;
    (void)local_ip, (void)peer_port, (void)local_port;
    return ip_parse(slice_str(peer_ip), &ip) && may_ask(arg, &ip) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- one request; the outbound thread ---- */

/* As every request has them. */
static void set_up_all(const struct outbound *o, struct slot *s)
{
    CURL *c = s->easy;
    curl_easy_reset(c);
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
    (void)curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(c, CURLOPT_PROXY, ""); /* whatever the environment says */
    (void)curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_USERAGENT, "quern/" QUERN_VERSION);
    (void)curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, o->fields);
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
    (void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_field);
    (void)curl_easy_setopt(c, CURLOPT_HEADERDATA, s);
    (void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    (void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s);
    (void)curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_connected);
    (void)curl_easy_setopt(c, CURLOPT_PREREQDATA, s);
    (void)curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L); /* nobody waits for a name server that does not answer */
    (void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
    (void)curl_easy_setopt(c, CURLOPT_PRIVATE, s);
}

static bool set_up(const struct outbound *o, struct slot *s, uint64_t now_ns)
{
    struct outbound_request *r = s->request;
    const struct outbound_peer *peer = r->peer;
    CURL *c = s->easy ? s->easy : (s->easy = curl_easy_init());
    if (!c) return false;
    set_up_all(o, s);
    long ms = (long)((r->deadline_ns - now_ns) / NS_PER_MS) + 1;
    bool ok = curl_easy_setopt(c, CURLOPT_URL, peer->url) == CURLE_OK;
    ok &= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK;
    ok &= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, ms < CONNECT_MS ? ms : CONNECT_MS) == CURLE_OK;
    ok &= curl_easy_setopt(c, CURLOPT_USERNAME, peer->user) == CURLE_OK && curl_easy_setopt(c, CURLOPT_PASSWORD, peer->password) == CURLE_OK;
    if (peer->authorities.p) { /* these alone: not the system's folder beside them */
        struct curl_blob pem = {(void *)(uintptr_t)peer->authorities.p, peer->authorities.len, CURL_BLOB_NOCOPY};
        ok &= curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &pem) == CURLE_OK && curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    }
    if (!r->write_form) return ok && curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    ok &= curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK && curl_easy_setopt(c, CURLOPT_POSTFIELDS, s->form) == CURLE_OK;
    return ok && curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)s->form_len) == CURLE_OK;
}

static void clean(struct slot *s)
{
    s->request = s->joined = NULL;
    explicit_bzero(s->form, s->form_len);
    if (s->easy) curl_easy_reset(s->easy);
}

static void answer_none(struct outbound_request *r, const char *why)
{
    struct outbound_answer none = {.fresh_s = OUTBOUND_FRESH_UNKNOWN, .why = why};
    r->on_answer(r, &none);
}

static bool begin_in(struct outbound *o, struct slot *s, struct outbound_request *r, uint64_t now_ns)
{
    s->request = r;
    s->began_ns = now_ns;
    cache_fields_clear(&s->cache);
    s->head_bytes = s->body_len = 0;
    s->refused = NULL;
    s->error[0] = '\0';
    if (set_up(o, s, now_ns) && curl_multi_add_handle(o->multi, s->easy) == CURLM_OK) return true;
    clean(s);
    return false;
}

/* What r asks stands in s, which is free. True: it is asked already, and r hears the answer. Its peer and what that needs are there as long as
 * the request is that has it. */
static bool join(struct outbound *o, struct slot *s, struct outbound_request *r)
{
    for (struct slot *other = o->slots; r->is_question && other < &o->slots[OUTBOUND_AT_ONCE]; other++) {
        bool is_asked = other->request && other->request->is_question && other->request->peer == r->peer;
        if (!is_asked || !slice_eq(slice_make(other->form, other->form_len), slice_make(s->form, s->form_len))) continue;
        r->next = other->joined;
        other->joined = r;
        clean(s);
        return true;
    }
    return false;
}

static void begin(struct outbound *o, struct outbound_request *r)
{
    struct slot *s = o->slots;
    uint64_t now_ns = clock_now_ns();
    while (s->request) s++; /* one is free */
    if (now_ns >= r->deadline_ns) {
        answer_none(r, "too much was asked at once");
        return;
    }
    s->form_len = r->write_form ? r->write_form(r, s->form) : 0;
    if (join(o, s, r)) return;
    if (begin_in(o, s, r, now_ns)) o->n_busy++;
    else answer_none(r, "out of memory");
}

bool outbound_begin(struct outbound *o, struct outbound_request *r)
{
    uint64_t now_ns = clock_now_ns();
    struct slot *s = &o->slots[OUTBOUND_AT_ONCE];
    r->deadline_ns = now_ns + OUTBOUND_SECONDS * NS_PER_S;
    s->form_len = r->write_form ? r->write_form(r, s->form) : 0;
    return begin_in(o, s, r, now_ns);
}

static uint32_t fresh_s(const struct slot *s)
{
    struct clock now = {0};
    clock_tick(&now);
    return cache_fields_left(&s->cache, now.wall_ns / NS_PER_S, (uint32_t)((now.mono_ns - s->began_ns) / NS_PER_S));
}

/* why NULL: the answer is whole. */
static void end(struct outbound *o, struct slot *s, const char *why)
{
    struct outbound_answer a = {.fresh_s = fresh_s(s), .why = why};
    long status = 0;
    (void)curl_multi_remove_handle(o->multi, s->easy);
    if (!why && curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) a.status = (uint16_t)status;
    a.body = slice_make(s->body, why ? 0 : s->body_len);
    if (s < &o->slots[OUTBOUND_AT_ONCE]) o->n_busy--;
    s->request->on_answer(s->request, &a);
    for (struct outbound_request *r = s->joined, *next; r; r = next) {
        next = r->next; /* it is not ours any more */
        r->on_answer(r, &a);
    }
    clean(s);
}

/* False: there was none. */
static bool end_finished(struct outbound *o)
{
    int left;
    bool any = false;
    for (CURLMsg *m; (m = curl_multi_info_read(o->multi, &left));) {
        struct slot *s = NULL;
        if (m->msg != CURLMSG_DONE || curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s) != CURLE_OK) continue;
        const char *why = s->refused ? s->refused : s->error[0] ? s->error : curl_easy_strerror(m->data.result);
        end(o, s, m->data.result == CURLE_OK ? NULL : why);
        any = true;
    }
    return any;
}

/* ---- the thread ---- */

static void begin_queued(struct outbound *o)
{
    struct outbound_request *r;
    while (o->n_busy < OUTBOUND_AT_ONCE && (r = inbox_pop(&o->inbox))) begin(o, r);
}

static void end_all(struct outbound *o)
{
    struct outbound_request *r;
    for (unsigned i = 0; i <= OUTBOUND_AT_ONCE; i++)
        if (o->slots[i].request) end(o, &o->slots[i], "the server ends");
    while (inbox_depth(&o->inbox) > 0)
        if ((r = inbox_pop(&o->inbox))) answer_none(r, "the server ends");
}

static int wait_ms(uint64_t now_ns, uint64_t due_ns)
{
    if (due_ns <= now_ns) return 0;
    uint64_t ms = (due_ns - now_ns) / NS_PER_MS + 1;
    return ms < 60000 ? (int)ms : 60000;
}

static void *run(void *arg)
{
    struct outbound *o = arg;
    int n_running;
    (void)pthread_setname_np(pthread_self(), "outbound");
    if (o->log) (void)log_attach(o->log, "outbound");
    atomic_store_explicit(&o->started, true, memory_order_release);
    while (!atomic_load_explicit(&o->stopping, memory_order_acquire)) {
        uint64_t now_ns = clock_now_ns();
        uint64_t due_ns = o->tenant.on_turn ? o->tenant.on_turn(o->tenant.arg, now_ns) : UINT64_MAX;
        begin_queued(o);
        (void)curl_multi_perform(o->multi, &n_running);
        bool more = end_finished(o); /* the tenant may wait for just that */
        more |= o->n_busy < OUTBOUND_AT_ONCE && inbox_depth(&o->inbox) > 0;
        (void)curl_multi_poll(o->multi, NULL, 0, more ? 0 : wait_ms(now_ns, due_ns), NULL);
    }
    end_all(o);
    log_detach();
    return NULL;
}

int outbound_new(struct log *log, struct outbound_tenant tenant, struct outbound **out)
{
    struct outbound *o = calloc(1, sizeof *o); /* the pages of its slots are touched by what is asked */
    int rc = o ? inbox_init(&o->inbox, OUTBOUND_QUEUE) : -ENOMEM;
    if (rc < 0) {
        free(o);
        return rc;
    }
    o->log = log;
    o->tenant = tenant;
    *out = o;
    return 0;
}

int outbound_start(struct outbound *o)
{
    if (o->runs) return 0;
    if (!o->multi && (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(o->multi = curl_multi_init()))) return -ENOMEM;
    if (!o->fields && !(o->fields = curl_slist_append(NULL, "Accept: application/json"))) return -ENOMEM;
    (void)curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
    int rc = -pthread_create(&o->thread, NULL, run, o);
    o->runs = rc == 0;
    return rc;
}

bool outbound_push(struct outbound *o, struct outbound_request *r)
{
    r->deadline_ns = clock_now_ns() + OUTBOUND_SECONDS * NS_PER_S;
    if (!atomic_load_explicit(&o->started, memory_order_acquire) || !inbox_push(&o->inbox, r)) return false;
    (void)curl_multi_wakeup(o->multi);
    return true;
}

void outbound_wake(struct outbound *o)
{
    if (o && atomic_load_explicit(&o->started, memory_order_acquire)) (void)curl_multi_wakeup(o->multi);
}

struct outbound *outbound_free(struct outbound *o)
{
    if (!o) return NULL;
    atomic_store_explicit(&o->stopping, true, memory_order_release);
    if (o->runs) {
        (void)curl_multi_wakeup(o->multi);
        (void)pthread_join(o->thread, NULL);
    }
    for (unsigned i = 0; i <= OUTBOUND_AT_ONCE; i++)
        if (o->slots[i].easy) curl_easy_cleanup(o->slots[i].easy);
    if (o->multi) {
        (void)curl_multi_cleanup(o->multi);
        curl_slist_free_all(o->fields);
        curl_global_cleanup();
    }
    inbox_deinit(&o->inbox);
    free(o);
    return NULL;
}

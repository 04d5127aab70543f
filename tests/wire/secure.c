/* secure.c: see secure.h. */
#include "secure.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_MAX 16384u

void secure_certificate(const char *folder, const char *name, const char *issuer)
{
    char subject[128], others[128];
    (void)snprintf(subject, sizeof subject, "/CN=%s", name);
    (void)snprintf(others, sizeof others, "DNS:%s", name);
    secure_certificate_of(folder, name, issuer, subject, others);
}

void secure_certificate_of(const char *folder, const char *name, const char *issuer, const char *subject, const char *others)
{
    char command[1024], signer[256] = "";
    if (issuer) (void)snprintf(signer, sizeof signer, "-CA %s/%s.pem -CAkey %s/%s.key", folder, issuer, folder, issuer);
    (void)snprintf(command, sizeof command,
                   "openssl req -x509 %s -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '%s' "
                   "-addext 'subjectAltName=%s' -keyout %s/%s.key -out %s/%s.pem 2>/dev/null",
                   signer, subject, others, folder, name, folder, name);
    cr_assert_eq(system(command), 0, "%s", command);
}

bool secure_flush(struct secure *s)
{
    char bytes[PIECE_MAX];
    size_t most = s->piece && s->piece < sizeof bytes ? s->piece : sizeof bytes;
    int n;
    while ((n = BIO_read(s->out, bytes, (int)most)) > 0)
        if (!client_try_send(&s->socket, bytes, (size_t)n)) return false;
    return true;
}

/* Waits for bytes and gives them to OpenSSL. */
static bool fill(struct secure *s)
{
    char bytes[PIECE_MAX];
    size_t n = 0;
    if (client_read_some(&s->socket, bytes, sizeof bytes, &n) != CLIENT_REPLY || n == 0) return false;
    return BIO_write(s->in, bytes, (int)n) == (int)n;
}

static int on_session(SSL *ssl, SSL_SESSION *session)
{
    struct secure *s = SSL_get_app_data(ssl);
    SSL_SESSION_free(s->session);
    s->session = session;
    return 1;
}

static SSL_CTX *context(const struct secure_options *o)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    cr_assert_not_null(ctx);
    if (o->version) {
        SSL_CTX_set_min_proto_version(ctx, o->version);
        SSL_CTX_set_max_proto_version(ctx, o->version);
    }
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, on_session);
    if (o->chain) {
        cr_assert_eq(SSL_CTX_use_certificate_chain_file(ctx, o->chain), 1);
        cr_assert_eq(SSL_CTX_use_PrivateKey_file(ctx, o->key, SSL_FILETYPE_PEM), 1);
    }
    return ctx;
}

static void set_up(struct secure *s, const struct secure_options *o)
{
    SSL_CTX *ctx = context(o);
    s->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    s->in = BIO_new(BIO_s_mem());
    s->out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(s->in, -1);
    SSL_set_bio(s->ssl, s->in, s->out);
    SSL_set_app_data(s->ssl, s);
    SSL_set_connect_state(s->ssl);
    if (o->name) SSL_set_tlsext_host_name(s->ssl, o->name);
    if (o->session) SSL_set_session(s->ssl, o->session);
    if (o->alpn) {
        unsigned char list[64] = {(unsigned char)strlen(o->alpn)};
        memcpy(list + 1, o->alpn, list[0]);
        SSL_set_alpn_protos(s->ssl, list, list[0] + 1u);
    }
}

void secure_begin(struct secure *s, int port, const struct secure_options *o)
{
    *s = (struct secure){.piece = o->piece};
    client_connect(&s->socket, port);
    if (o->before) client_send(&s->socket, o->before, o->before_len ? o->before_len : strlen(o->before));
    set_up(s, o);
}

bool secure_shake_almost(struct secure *s)
{
    (void)SSL_do_handshake(s->ssl); /* its first words */
    for (bool first = true; first || BIO_ctrl_pending(s->out) == 0; first = false) {
        if (!secure_flush(s) || !fill(s)) return false;
        int rc = SSL_do_handshake(s->ssl);
        if (rc != 1 && SSL_get_error(s->ssl, rc) != SSL_ERROR_WANT_READ) return false;
    }
    return true;
}

bool secure_open(struct secure *s, int port, const struct secure_options *o)
{
    secure_begin(s, port, o);
    return secure_shake(s);
}

bool secure_shake(struct secure *s)
{
    for (;;) {
        int rc = SSL_do_handshake(s->ssl), why = SSL_get_error(s->ssl, rc);
        if (!secure_flush(s)) return false;
        if (rc == 1) return true;
        if (why != SSL_ERROR_WANT_READ || !fill(s)) return false;
    }
}

void secure_send(struct secure *s, const void *bytes, size_t len)
{
    cr_assert_eq(SSL_write(s->ssl, bytes, (int)len), (int)len);
    cr_assert(secure_flush(s));
}

bool secure_await(struct secure *s)
{
    char byte;
    for (int n; (n = SSL_peek(s->ssl, &byte, 1)) <= 0;)
        if (SSL_get_error(s->ssl, n) != SSL_ERROR_WANT_READ || !secure_flush(s) || !fill(s)) return false;
    return true;
}

bool secure_read(struct secure *s, char *out, size_t len)
{
    for (size_t got = 0; got < len;) {
        int n = SSL_read(s->ssl, out + got, (int)(len - got));
        if (n > 0) got += (size_t)n;
        else if (SSL_get_error(s->ssl, n) != SSL_ERROR_WANT_READ || !secure_flush(s) || !fill(s)) return false;
    }
    return true;
}

void secure_reply(struct secure *s, struct reply *r)
{
    size_t len = 0, room = 8192;
    *r = (struct reply){.head = calloc(1, room)};
    while (!strstr(r->head, "\r\n\r\n")) {
        cr_assert_lt(len + 1, room);
        cr_assert(secure_read(s, r->head + len, 1), "cut after '%s'", r->head);
        len++;
    }
    cr_assert_eq(sscanf(r->head, "HTTP/1.%d %d", &r->minor, &r->status), 2);
    const char *length = strstr(r->head, "Content-Length: ");
    r->body_len = length ? strtoul(length + 16, NULL, 10) : 0;
    r->body = calloc(1, r->body_len + 1);
    cr_assert(secure_read(s, r->body, r->body_len), "the body is cut");
}

int secure_get(struct secure *s, const char *path)
{
    char request[512];
    struct reply r;
    (void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
    secure_send(s, request, strlen(request));
    secure_reply(s, &r);
    int status = r.status;
    reply_free(&r);
    return status;
}

bool secure_ends(struct secure *s)
{
    char byte;
    for (;;) {
        int n = SSL_read(s->ssl, &byte, 1);
        if (n > 0) return false;
        int why = SSL_get_error(s->ssl, n);
        if (why == SSL_ERROR_ZERO_RETURN) return true;
        if (why != SSL_ERROR_WANT_READ || !fill(s)) return false;
    }
}

void secure_peer_name(const struct secure *s, char out[64])
{
    X509 *x = SSL_get1_peer_certificate(s->ssl);
    cr_assert_not_null(x);
    (void)X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, out, 64);
    X509_free(x);
}

void secure_close(struct secure *s)
{
    SSL_free(s->ssl);
    SSL_SESSION_free(s->session);
    client_close(&s->socket);
    *s = (struct secure){.socket.fd = -1};
}

/* peer.h: somebody on 127.0.0.1 who is asked by HTTPS: a listener with a certificate of its own, made anew for each test. It reads one
 * request after the other, each connection on a thread, and sends for each what it is told, byte for byte. */
#ifndef QUERN_TESTS_UNIT_OUTBOUND_PEER_H
#define QUERN_TESTS_UNIT_OUTBOUND_PEER_H

#include "base/slice.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEER_VISITS_MAX 256

struct peer {
    int port, listener, stop_fd;
    pthread_t thread;
    SSL_CTX *ctx;
    char pem[4096]; /* its certificate: who may vouch for it */
    char url[64];
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t changed;
    bool held, stops;
    unsigned visits, asked;
    struct slice says;   /* the answer */
    bool ends;           /* the connection, after each */
    char request[65536]; /* the latest */
};

/* ---- its certificate ---- */

static inline void peer_dress(struct peer *p)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_EXTENSION *name = X509V3_EXT_nconf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    BIO *out = BIO_new(BIO_s_mem());
    cr_assert(key && x && name && out);
    (void)X509_set_version(x, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(x), -86400);
    (void)X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    (void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"peer", -1, -1, 0);
    cr_assert(X509_set_issuer_name(x, X509_get_subject_name(x)) && X509_set_pubkey(x, key) && X509_add_ext(x, name, -1));
    cr_assert(X509_sign(x, key, EVP_sha256()) > 0 && PEM_write_bio_X509(out, x) == 1);
    int n = BIO_read(out, p->pem, (int)sizeof p->pem - 1);
    cr_assert_gt(n, 0);
    p->pem[n] = '\0';
    p->ctx = SSL_CTX_new(TLS_server_method());
    cr_assert(SSL_CTX_use_certificate(p->ctx, x) == 1 && SSL_CTX_use_PrivateKey(p->ctx, key) == 1);
    BIO_free(out);
    X509_EXTENSION_free(name);
    X509_free(x);
    EVP_PKEY_free(key);
}

/* ---- its threads ---- */

/* A head and as much as its Content-Length says. False: the connection ends. */
static inline bool peer_read(struct peer *p, SSL *ssl, char *text, size_t room)
{
    size_t len = 0, whole = room;
    while (len < whole) {
        int n = SSL_read(ssl, text + len, (int)(room - 1 - len));
        if (n <= 0) return false;
        text[len += (size_t)n] = '\0';
        const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "\r\nContent-Length: ");
        if (end) whole = (size_t)(end + 4 - text) + (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
    }
    pthread_mutex_lock(&p->lock);
    memcpy(p->request, text, len + 1);
    p->asked++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return true;
}

static inline bool peer_answer(struct peer *p, SSL *ssl)
{
    pthread_mutex_lock(&p->lock);
    while (p->held && !p->stops) pthread_cond_wait(&p->changed, &p->lock);
    struct slice says = p->says;
    bool goes_on = !p->ends && !p->stops;
    pthread_mutex_unlock(&p->lock);
    if (says.len && SSL_write(ssl, says.p, (int)says.len) <= 0) return false;
    return goes_on;
}

struct peer_visit {
    struct peer *peer;
    int fd;
};

static inline void *peer_serve(void *arg)
{
    struct peer_visit v = *(struct peer_visit *)arg;
    SSL *ssl = SSL_new(v.peer->ctx);
    struct pollfd fds[2] = {{.fd = v.fd, .events = POLLIN}, {.fd = v.peer->stop_fd, .events = POLLIN}};
    char *text = malloc(sizeof v.peer->request);
    free(arg);
    (void)SSL_set_fd(ssl, v.fd);
    bool goes_on = poll(fds, 2, -1) > 0 && !fds[1].revents && SSL_accept(ssl) == 1;
    while (goes_on) {
        if (SSL_pending(ssl) == 0 && (poll(fds, 2, -1) < 0 || fds[1].revents)) break;
        goes_on = peer_read(v.peer, ssl, text, sizeof v.peer->request) && peer_answer(v.peer, ssl);
    }
    (void)SSL_shutdown(ssl);
    SSL_free(ssl);
    free(text);
    (void)close(v.fd);
    return NULL;
}

static inline void *peer_run(void *arg)
{
    struct peer *p = arg;
    pthread_t threads[PEER_VISITS_MAX];
    unsigned n = 0;
    struct pollfd fds[2] = {{.fd = p->listener, .events = POLLIN}, {.fd = p->stop_fd, .events = POLLIN}};
    while (n < PEER_VISITS_MAX && poll(fds, 2, -1) > 0 && !fds[1].revents) {
        int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue;
        struct peer_visit *v = malloc(sizeof *v);
        *v = (struct peer_visit){p, fd};
        pthread_mutex_lock(&p->lock);
        p->visits++;
        pthread_mutex_unlock(&p->lock);
        if (pthread_create(&threads[n], NULL, peer_serve, v) == 0) n++;
    }
    while (n > 0) pthread_join(threads[--n], NULL);
    return NULL;
}

/* ---- the test's side ---- */

static inline void peer_start(struct peer *p)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    memset(p, 0, sizeof *p);
    (void)signal(SIGPIPE, SIG_IGN);
    peer_dress(p);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(bind(p->listener, (struct sockaddr *)&a, len) == 0 && listen(p->listener, 256) == 0);
    cr_assert_eq(getsockname(p->listener, (struct sockaddr *)&a, &len), 0);
    p->port = ntohs(a.sin_port);
    (void)snprintf(p->url, sizeof p->url, "https://127.0.0.1:%d/keys", p->port);
    p->stop_fd = eventfd(0, EFD_CLOEXEC);
    cr_assert(pthread_mutex_init(&p->lock, NULL) == 0 && pthread_cond_init(&p->changed, NULL) == 0);
    cr_assert_eq(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

/* From now on, borrowed; ends: and closes. */
static inline void peer_says(struct peer *p, struct slice says, bool ends)
{
    pthread_mutex_lock(&p->lock);
    p->says = says;
    p->ends = ends;
    pthread_mutex_unlock(&p->lock);
}

/* Answers nobody until it is let go. */
static inline void peer_hold(struct peer *p, bool held)
{
    pthread_mutex_lock(&p->lock);
    p->held = held;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

/* Until so many requests have come. */
static inline void peer_await(struct peer *p, unsigned asked)
{
    pthread_mutex_lock(&p->lock);
    while (p->asked < asked) pthread_cond_wait(&p->changed, &p->lock); /* the test has its own time-out */
    pthread_mutex_unlock(&p->lock);
}

static inline unsigned peer_count(struct peer *p, const unsigned *what)
{
    pthread_mutex_lock(&p->lock);
    unsigned n = *what;
    pthread_mutex_unlock(&p->lock);
    return n;
}

/* The latest one; good while nobody asks. */
static inline const char *peer_request(struct peer *p)
{
    (void)peer_count(p, &p->asked);
    return p->request;
}

static inline void peer_stop(struct peer *p)
{
    uint64_t one = 1;
    pthread_mutex_lock(&p->lock);
    p->stops = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    cr_assert_eq(write(p->stop_fd, &one, sizeof one), (ssize_t)sizeof one);
    pthread_join(p->thread, NULL);
    SSL_CTX_free(p->ctx);
    (void)close(p->listener);
    (void)close(p->stop_fd);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
}

#endif

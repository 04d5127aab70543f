/* issuer.c: see issuer.h. */
#include "issuer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define WAIT_S 30

/* ---- its thread ---- */

/* A whole request into i->request; false: the peer has left. */
static bool read_request(struct issuer *i, SSL *ssl)
{
    char *text = calloc(1, ISSUER_REQUEST_BYTES);
    size_t len = 0, need = 0;
    while (!need || len < need) {
        int n = SSL_read(ssl, text + len, (int)(ISSUER_REQUEST_BYTES - 1 - len));
        if (n <= 0) {
            free(text);
            return false;
        }
        len += (size_t)n;
        char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "\r\nContent-Length: ");
        if (end) need = (size_t)(end - text) + 4 + (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
    }
    pthread_mutex_lock(&i->lock);
    memcpy(i->request, text, ISSUER_REQUEST_BYTES);
    free(text);
    i->asked++;
    pthread_cond_broadcast(&i->changed);
    while (i->held && !i->stops) pthread_cond_wait(&i->changed, &i->lock);
    pthread_mutex_unlock(&i->lock);
    return true;
}

static bool answer(struct issuer *i, SSL *ssl)
{
    char head[512];
    pthread_mutex_lock(&i->lock);
    size_t repeat = i->repeat, len = strlen(i->body);
    const char *body = i->body;
    int n = snprintf(head, sizeof head, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n%s\r\n", i->status, len * repeat, i->fields);
    pthread_mutex_unlock(&i->lock);
    if (SSL_write(ssl, head, n) <= 0) return false;
    for (size_t k = 0; k < repeat && len; k++)
        if (SSL_write(ssl, body, (int)len) <= 0) return false;
    return true;
}

static void serve(struct issuer *i, int fd)
{
    SSL *ssl = SSL_new(i->ctx);
    struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = i->stop_fd, .events = POLLIN}};
    SSL_set_fd(ssl, fd);
    bool goes_on = SSL_accept(ssl) == 1;
    while (goes_on) {
        if (SSL_pending(ssl) == 0 && (poll(p, 2, -1) < 0 || p[1].revents)) break;
        goes_on = read_request(i, ssl) && answer(i, ssl);
    }
    SSL_free(ssl);
    close(fd);
}

struct visit {
    struct issuer *issuer;
    int fd;
};

static void *visit(void *arg)
{
    struct visit v = *(struct visit *)arg;
    free(arg);
    serve(v.issuer, v.fd);
    return NULL;
}

#define VISITS_MAX 256

/* Each connection on a thread of its own: one that is held holds up no other. */
static void *run(void *arg)
{
    struct issuer *i = arg;
    pthread_t threads[VISITS_MAX];
    unsigned n = 0;
    struct pollfd p[2] = {{.fd = i->listener, .events = POLLIN}, {.fd = i->stop_fd, .events = POLLIN}};
    while (n < VISITS_MAX && poll(p, 2, -1) > 0 && !p[1].revents) {
        int fd = accept(i->listener, NULL, NULL);
        struct visit *v = fd >= 0 ? malloc(sizeof *v) : NULL;
        if (!v) continue;
        *v = (struct visit){i, fd};
        pthread_mutex_lock(&i->lock);
        i->visits++;
        pthread_mutex_unlock(&i->lock);
        if (pthread_create(&threads[n], NULL, visit, v) == 0) n++;
    }
    while (n > 0) pthread_join(threads[--n], NULL);
    return NULL;
}

/* ---- the test's side ---- */

static void listen_on(struct issuer *i, int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int one = 1;
    i->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(i->listener >= 0 && setsockopt(i->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
    cr_assert_eq(bind(i->listener, (struct sockaddr *)&a, sizeof a), 0);
    cr_assert(listen(i->listener, 64) == 0 && getsockname(i->listener, (struct sockaddr *)&a, &len) == 0);
    i->port = ntohs(a.sin_port);
}

void issuer_start(struct issuer *i, const char *folder, int port)
{
    char chain[256], key[256];
    (void)signal(SIGPIPE, SIG_IGN); /* of a peer that has given up */
    *i = (struct issuer){.status = 200, .fields = "", .body = "", .repeat = 1};
    (void)snprintf(chain, sizeof chain, "%s/localhost.pem", folder);
    (void)snprintf(key, sizeof key, "%s/localhost.key", folder);
    if (access(chain, R_OK) < 0) secure_certificate(folder, "localhost", NULL);
    i->ctx = SSL_CTX_new(TLS_server_method());
    cr_assert(SSL_CTX_use_certificate_chain_file(i->ctx, chain) == 1 && SSL_CTX_use_PrivateKey_file(i->ctx, key, SSL_FILETYPE_PEM) == 1);
    listen_on(i, port);
    i->stop_fd = eventfd(0, EFD_CLOEXEC);
    cr_assert(pthread_mutex_init(&i->lock, NULL) == 0 && pthread_cond_init(&i->changed, NULL) == 0);
    cr_assert_eq(pthread_create(&i->thread, NULL, run, i), 0);
}

void issuer_says(struct issuer *i, int status, const char *fields, const char *body)
{
    pthread_mutex_lock(&i->lock);
    i->status = status;
    i->fields = fields;
    i->body = body;
    i->repeat = 1;
    pthread_mutex_unlock(&i->lock);
}

void issuer_repeats(struct issuer *i, size_t times)
{
    pthread_mutex_lock(&i->lock);
    i->repeat = times;
    pthread_mutex_unlock(&i->lock);
}

void issuer_hold(struct issuer *i, bool held)
{
    pthread_mutex_lock(&i->lock);
    i->held = held;
    pthread_cond_broadcast(&i->changed);
    pthread_mutex_unlock(&i->lock);
}

void issuer_await(struct issuer *i, unsigned asked)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_S;
    pthread_mutex_lock(&i->lock);
    while (i->asked < asked && pthread_cond_timedwait(&i->changed, &i->lock, &end) == 0) continue;
    unsigned now = i->asked;
    pthread_mutex_unlock(&i->lock);
    cr_assert_geq(now, asked);
}

unsigned issuer_asked(struct issuer *i)
{
    pthread_mutex_lock(&i->lock);
    unsigned n = i->asked;
    pthread_mutex_unlock(&i->lock);
    return n;
}

unsigned issuer_visits(struct issuer *i)
{
    pthread_mutex_lock(&i->lock);
    unsigned n = i->visits;
    pthread_mutex_unlock(&i->lock);
    return n;
}

char *issuer_request(struct issuer *i)
{
    pthread_mutex_lock(&i->lock);
    char *text = strdup(i->request);
    pthread_mutex_unlock(&i->lock);
    return text;
}

void issuer_stop(struct issuer *i)
{
    uint64_t one = 1;
    pthread_mutex_lock(&i->lock);
    i->stops = true;
    pthread_cond_broadcast(&i->changed);
    pthread_mutex_unlock(&i->lock);
    cr_assert_eq(write(i->stop_fd, &one, sizeof one), (ssize_t)sizeof one);
    pthread_join(i->thread, NULL);
    SSL_CTX_free(i->ctx);
    close(i->listener);
    close(i->stop_fd);
    pthread_cond_destroy(&i->changed);
    pthread_mutex_destroy(&i->lock);
}

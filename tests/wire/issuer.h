/* issuer.h: an issuer of access tokens for tests: an HTTPS server on a thread of the test's, which answers one request after the other
 * with what it is told, and counts them. */
#ifndef QUERN_TESTS_WIRE_ISSUER_H
#define QUERN_TESTS_WIRE_ISSUER_H

#include "secure.h"

#include <pthread.h>

#define ISSUER_REQUEST_BYTES 65536

struct issuer {
    int port;
    int listener, stop_fd;
    pthread_t thread;
    SSL_CTX *ctx;
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t changed;
    unsigned visits, asked; /* connections and requests that have come */
    bool held;       /* none is answered */
    bool stops;
    int status;
    const char *fields; /* lines, each with CRLF */
    const char *body;
    size_t repeat;      /* so many times */
    char request[ISSUER_REQUEST_BYTES]; /* the latest, head and body */
};

/* On 127.0.0.1, as localhost; makes localhost.pem, its own authority, in the folder. port 0: any. */
void issuer_start(struct issuer *i, const char *folder, int port);
/* What is answered from now on; borrowed. fields: lines that end in CRLF. */
void issuer_says(struct issuer *i, int status, const char *fields, const char *body);
/* The same with the body many times over. */
void issuer_repeats(struct issuer *i, size_t times);
/* Requests are read, and answered once this is false again. */
void issuer_hold(struct issuer *i, bool held);
/* Waits until so many requests have come. */
void issuer_await(struct issuer *i, unsigned asked);
unsigned issuer_asked(struct issuer *i);
/* How many connections have come. */
unsigned issuer_visits(struct issuer *i);
/* The latest request, for the caller to free. */
char *issuer_request(struct issuer *i);
void issuer_stop(struct issuer *i);

#endif

/* http.h: a client's side of HTTP/1.1: what is sent goes out in cuts of random length with pauses between them, answers are read in
 * pieces and checked byte by byte. Calls wait in virtual time. */
#ifndef SIM_HTTP_H
#define SIM_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sock;

struct http_conn {
    struct sock *s; /* NULL: not connected */
    char *in; /* read, not used yet */
    size_t in_len, in_max;
    uint32_t owed; /* answers that have not come yet */
    bool slow;
};

struct http_answer {
    int status; /* 0: the connection ended first */
    char request_id[64]; /* X-Request-Id, or empty */
    char durability[16];
    bool closes;
    char *body; /* with a NUL behind it; http_forget() */
    size_t body_len;
};

/* False: refused. */
bool http_connect(struct http_conn *c);
/* False: the connection is gone; nobody knows what has arrived. */
bool http_write(struct http_conn *c, const char *p, size_t len);
/* Reads one answer. ends in 0 when the connection is lost; sim_fail when it takes longer than patience_ns. */
struct http_answer http_read(struct http_conn *c, uint64_t patience_ns);
void http_forget(struct http_answer *a);
/* hard: with a reset. */
void http_close(struct http_conn *c, bool hard);

#endif

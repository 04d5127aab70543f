/* client.h: an HTTP/1.1 client for tests: blocking sockets where every wait has an end. It checks what it
 * reads and hides nothing: interim replies, framing and the end of the connection are there to be looked at.
 *
 *     struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", NULL, "{\"type\":\"t.echo\",\"args\":[]}");
 *
 *     cr_assert_eq(r.status, 201);
 *
 *     reply_free(&r);
 *
 * Functions without an outcome fail the test when something goes wrong; those with one report it. */
#ifndef QUERN_TESTS_SUPPORT_CLIENT_H
#define QUERN_TESTS_SUPPORT_CLIENT_H

#include "patience.h"

#include <stdbool.h>
#include <stddef.h>

#define CLIENT_INTERIM_MAX 8

/* A connection and what has been read from it beyond the last reply. */
struct client {
    int fd; /* -1: closed */
    int wait_ms; /* for reading; PATIENCE_MS, as for connecting and sending */
    char *held;
    size_t start, len, room; /* held[start, len) is unread */
};

enum client_end {
    CLIENT_REPLY, /* all is well: a reply, or the bytes asked for */
    CLIENT_CLOSED, /* the peer ended the connection between two replies */
    CLIENT_RESET, /* the peer reset it */
    CLIENT_TIMEOUT, /* nothing (more) came in time */
    CLIENT_CUT, /* the peer ended the connection within a reply */
    CLIENT_BAD, /* what came is not an HTTP/1.1 reply */
};
const char *client_end_text(enum client_end e);

struct reply {
    int status;
    int minor; /* HTTP/1.minor */
    char *head; /* status line and field lines, each ending in CRLF; NUL-terminated */
    char *body; /* decoded; NUL-terminated */
    size_t body_len;
    bool chunked, has_length, until_close; /* how the body was framed */
    bool keeps_open; /* what version and Connection say of the connection */
    int interim[CLIENT_INTERIM_MAX]; /* status of each 1xx reply before it */
    unsigned n_interim;
};
void reply_free(struct reply *r);
/* The value of the first field line of that name (any case), without blanks around it; NULL: there is none.
 * The text is the reply's, and stays as it is until the next reply_header() of 4 others. */
const char *reply_header(const struct reply *r, const char *name);
/* How many field lines of that name there are. */
unsigned reply_header_count(const struct reply *r, const char *name);

void client_connect(struct client *c, int port); /* 127.0.0.1 */
void client_close(struct client *c);
/* Ends our sending side only. */
void client_shutdown(struct client *c);
/* Closes with a reset (SO_LINGER 0). */
void client_reset(struct client *c);

void client_send(struct client *c, const void *bytes, size_t len);
void client_send_text(struct client *c, const char *text);
void client_sendf(struct client *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, but false when the peer has closed: for requests that are refused before they are complete. */
bool client_try_send(struct client *c, const void *bytes, size_t len);

/* The next reply. has_body: false when it answers a HEAD request. Free it even when it did not come. */
enum client_end client_try_read(struct client *c, struct reply *r, bool has_body);
void client_read_reply(struct client *c, struct reply *r);
void client_read_head_reply(struct client *c, struct reply *r);
/* Exactly len bytes, for what is no longer HTTP. */
enum client_end client_read_bytes(struct client *c, char *out, size_t len);
/* Up to room bytes, whatever comes first; *len: how many. */
enum client_end client_read_some(struct client *c, char *out, size_t room, size_t *len);
/* True when the peer ends the connection, and sends nothing before. */
bool client_is_closed(struct client *c);

/* One request on the connection: method, path and, when body is not NULL, Content-Length; headers is field
 * lines, each with its CRLF, or NULL. Returns the reply. */
struct reply client_request(struct client *c, const char *method, const char *path, const char *headers, const char *body);
/* The same on a connection of its own that is closed after it. */
struct reply http_request(int port, const char *method, const char *path, const char *headers, const char *body);

#endif

/* http.h: HTTP requests to one server, one at a time over a connection that is kept. Bodies go out from memory or from a file as they
 * are read; results go into a sink as they come. Main thread. */
#ifndef QUERN_CLI_HTTP_H
#define QUERN_CLI_HTTP_H

#include "base/buf.h"

struct sink;
struct http;

#define HTTP_BODY_MAX (64u << 20) /* of a document that is held in memory */
#define HTTP_ERROR_BODY_MAX (64u << 10) /* of an error: what is longer is cut */

struct http_request {
    const char *method, *path; /* path with its query, from "/" on, encoded */
    struct slice body;
    bool is_upload; /* the body comes from upload_fd, from where it stands to its end */
    int upload_fd;
    int64_t upload_bytes; /* how long that is; -1: not known, it goes out in chunks */
    const char *type; /* Content-Type; NULL: none */
    const char *prefer; /* value of Prefer; NULL: none */
    const char *idempotency; /* value of Idempotency-Key; NULL: none */
    struct sink *sink; /* takes the body of a 2xx answer, but of 202, which is no result; NULL: the reply has it */
    uint64_t silence_ns; /* the server may be silent so long; 0: for ever */
    uint64_t until_ns; /* monotonic: no longer in all; 0: no limit */
    void (*tick)(void *arg); /* called every 100 ms or so while it lasts; NULL: not */
    void *tick_arg;
};

struct http_reply {
    long status;
    struct buf body; /* of an answer that did not go into the sink */
    char type[128]; /* media type, without parameters */
    char location[256]; /* value of Location; empty: none */
    bool has_run; /* Quern-Job-Type is there: a handler has had its say */
};

enum http_outcome {
    HTTP_ANSWERED, /* the reply is there, whatever its status */
    HTTP_UNREACHABLE, /* no connection, cut off, silent, not HTTP: why says which */
    HTTP_LATE, /* until_ns has come */
    HTTP_TOO_LARGE, /* the document is larger than HTTP_BODY_MAX */
    HTTP_SINK, /* the result could not be written: sink->error */
    HTTP_UPLOAD, /* the file could not be read: why */
    HTTP_UNSENT,      /* the request could not be made: why */
    HTTP_INTERRUPTED,
};

/* Checks the server's URL (http:// is put in front where there is no scheme). 0, -EINVAL or -ENOMEM. */
int http_new(const char *url, struct http **out);
struct http *http_free(struct http *h);
/* From now on requests are signed with the key in that file, and carry no token. 0, or -EINVAL and why. */
int http_sign(struct http *h, const char *path, char why[256]);
/* The server's URL, for sentences. */
const char *http_base(const struct http *h);

void http_reply_init(struct http_reply *r);
void http_reply_deinit(struct http_reply *r);
/* Sends and waits for the answer. Clears the reply first. why: what went wrong, in a few words. */
enum http_outcome http_ask(struct http *h, const struct http_request *q, struct http_reply *r, char why[256]);

/* Appends text as one segment of a path or value of a query. */
void http_encode(struct buf *b, const char *text);
/* Appends "&name=value", encoded; nothing where value is NULL. */
void http_add_query(struct buf *b, const char *name, const char *value);

#endif

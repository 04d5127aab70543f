/* rows.h: tables of bytes and of what must come back. Each row is sent whole, byte by byte, and cut into two: how bytes are cut must
 * change nothing. Answers are judged strictly: as many as the row says, each sound by itself, then the end of the connection, or one
 * that is good for another request. */
#ifndef QUERN_TESTS_WIRE_ROWS_H
#define QUERN_TESTS_WIRE_ROWS_H

#include "wire.h"

/* expect: the status of each reply, "400|501" where both are right, "h200" where it answers HEAD and has no body; "!" at the end: the
 * connection ends after that, without a further byte. */
struct row {
    const char *id;
    const char *in;
    size_t len;
    const char *expect;
    const char *body;  /* of the first reply; NULL: whatever */
    const char *has;   /* text that stands in the head of the first reply; NULL: whatever */
    const char *lacks; /* and that does not */
    bool fin;          /* the client ends its sending side after it */
    bool may_continue; /* 100 (Continue) may come before the first reply */
    size_t near;       /* the byte that matters: cut only around it, and at the ends; 0: cut everywhere */
};

/* clang-format off */
#define ROW(id_, in_, ...) {.id = id_, .in = in_, .len = sizeof(in_) - 1, .expect = __VA_ARGS__}
#define BAD(id, in) ROW(id, in, "400!")
/* A whole request around a request line, around the fields of a GET, around the fields and the body of an echo. */
#define LINE(line) line "\r\n" HOST "\r\n"
#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define FIELDS(fields) "GET /livez HTTP/1.1\r\n" HOST fields "\r\n"
#define HOSTED(host) "GET /livez HTTP/1.1\r\n" host "\r\n\r\n"
#define ECHO(fields, body) "POST /run/echo HTTP/1.1\r\n" HOST fields "\r\n" body
#define CHUNKS(body) ECHO("Transfer-Encoding: chunked\r\n", body)
#define LEN5 "Content-Length: 5\r\n"
#define TE "Transfer-Encoding: chunked\r\n"
/* clang-format on */

/* The server's configuration: routes of its own that rows ask for. */
#define ROWS_CONFIG                                                                    \
    "{\"routes\": [{\"method\": \"GET\", \"path\": \"/n/<int:n>\", \"body\": \"n\"}, " \
    "{\"method\": \"GET\", \"path\": \"/parked\", \"job\": \"echo\"}, "                \
    "{\"method\": \"GET\", \"path\": \"/quiet\", \"status\": 204}]}"

/* Runs rows on a server of their own, which must be at rest again afterwards. rfc: the text that the rows come from. */
void rows_run(const char *rfc, const struct row *rows, size_t n);
/* The same on a server that is there. Complaints are counted; rows_end() fails the test if there were any. */
void rows_try(int port, const char *rfc, const struct row *rows, size_t n);
void rows_end(void);

/* Sends one row whole, byte by byte, and cut before byte first, first + step, … */
void row_whole(int port, const struct row *k);
void row_bytes(int port, const struct row *k);
void row_cut(int port, const struct row *k, size_t first, size_t step);

#define ROWS(suite, name, rfc)                                                  \
    Test(suite, name, .timeout = 120)                                           \
    {                                                                           \
        rows_run(rfc, name##_rows, sizeof name##_rows / sizeof *name##_rows);   \
    }

/* ---- rows made by loops ---- */

struct row_list {
    struct row *of;
    size_t n, room;
};
/* A row whose bytes are before, middle, after; the middle is what matters, and may hold any bytes. Its id: this text, then the
 * middle. Returns the row, valid until the next one is added. */
struct row *row_list_add(struct row_list *l, const char *expect, const char *before, const void *middle, size_t middle_len,
                         const char *after, const char *id);
/* Runs them as rows_run() does, a third of them in slow builds, and frees them. */
void row_list_run(struct row_list *l, const char *rfc);

/* tchar, RFC 9110 §5.6.2 */
bool row_is_token(int byte);

#endif

/* wire.h: what several wire tests need: a server with a configuration file, its numbers, whether it holds
 * anything back, and what every reply must be like. */
#ifndef QUERN_TESTS_WIRE_WIRE_H
#define QUERN_TESTS_WIRE_WIRE_H

#include "../support/client.h"
#include "../support/server.h"

#include <stdint.h>

#define HOST "Host: q.test\r\n"

/* n in a fast build; a tenth of it in one with sanitizers or faults ($QUERN_BUILD). $QUERN_WIRE_DIVISOR overrides. */
unsigned wire_scaled(unsigned n);
/* True in builds with sanitizers or faults. */
bool wire_is_slow(void);

long wire_now_ms(void);
void wire_pause_us(long us);

/* server_up() with this text as its configuration file. */
void wire_up(struct server *s, const char *config, const char *const *extra_args);

/* Handlers of the tests' plugins that hold (test.held and others) do so until they are released, or told to stop; from then on none
 * does, until they hold again. It is a file in the server's folder that tells them: a server that takes no more requests is told too. */
void wire_release(const struct server *s);
void wire_hold_again(const struct server *s);

/* ---- what the server says of itself ---- */

/* The text of /metrics, over a connection of its own; free() it. */
char *wire_metrics(int port);
/* One number of that text; fails the test when it is not there. */
long wire_number(const char *metrics, const char *name);
long wire_metric(int port, const char *name);
/* Resident memory of the process in KiB. */
long wire_resident_kib(const struct server *s);

/* Everything that must come back once nobody asks for anything. */
struct wire_rest {
    long connections, sessions, exchanges, calls, tasks_out, tasks_waiting, buffers_held, chunks, blocks, files;
};
/* Of a server that nobody else talks to: the scrape itself and nothing besides. */
struct wire_rest wire_rest_of(const struct server *s);
/* Waits until the server is at rest as it was at before. */
void wire_rest_again(const struct server *s, const struct wire_rest *before);
/* Waits until its log has the words so often; more often is wrong. */
void wire_await_log(const struct server *s, const char *words, unsigned n);

/* ---- connections ---- */

/* Sends while it reads whatever comes, so that neither side can wait for the other for ever. False when the peer closes before
 * all is sent. What has been read is the client's unread part. */
bool wire_pump(struct client *c, const void *bytes, size_t len);
/* True when the peer ends the connection in good order, and sends nothing before. */
bool wire_ends(struct client *c);
/* True when there is nothing to be read now, and the connection stands. */
bool wire_is_quiet(struct client *c);

/* How old an answer may be when a test reads it: 60. */
extern int wire_late_s;
/* What is wrong with a reply of quern's, whatever the request; NULL: nothing. is_last: the connection ends after it. */
const char *wire_fault(const struct reply *r, bool is_last);
/* Reads a reply that must be sound and have this status; the body is compared when it is not NULL. */
void wire_expect(struct client *c, int status, const char *body);
/* The same for the last of a connection, which must end after it. */
void wire_expect_last(struct client *c, int status);

/* ---- bytes ---- */

/* Deterministic and never the same twice in a run: xorshift. */
struct wire_random {
    uint64_t state;
};
uint32_t wire_random(struct wire_random *r, uint32_t below);
/* Starts it: from usual, or from $QUERN_WIRE_SEED to try others. */
struct wire_random wire_random_from(uint64_t usual);

/* A text under construction; heap, never fails. */
struct wire_text {
    char *p;
    size_t len, room;
};
void wire_add(struct wire_text *t, const void *bytes, size_t len);
void wire_addf(struct wire_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* n times the same byte. */
void wire_fill(struct wire_text *t, char byte, size_t n);
void wire_text_free(struct wire_text *t);

#endif

/* driver_rig.h: load threads' state without threads: set up from a command line, with a ring that is never submitted, so that a test
 * decides what comes back. */
#ifndef QUERN_TESTS_LOAD_DRIVER_RIG_H
#define QUERN_TESTS_LOAD_DRIVER_RIG_H

#include "tools/load/run.h"

/* The last rig's. */
extern struct run rig;
extern struct options o;

/* Words with '|' between, as in options_lines.h. In the measured time, which began at 1 ns and has no end; all connections idle. */
void rig_up(const char *line);
void rig_down(void);
/* The i-th connection of the first driver. */
struct conn *rig_conn(uint32_t i);
/* A request was due at this time; it is all sent. */
void rig_ask(struct conn *c, uint64_t intended_ns);
/* The kernel is done with what it was given to send. */
void rig_sent(struct conn *c);
/* Bytes come so long after the request was sent. */
void rig_answer(struct conn *c, uint64_t after_ns, const char *bytes);

#endif

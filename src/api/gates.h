/* gates.h: where there are several engines, what may exist once only (a client's job id, an Idempotency-Key, a schedule's name) is
 * registered at engine home_of(it): a question that would make it holds one of that engine's gates while it asks the other engines
 * whether they have it, and until its own engine has taken it. Two questions about the same thing so come one after the other, and the
 * second finds what the first has made. Things that share a gate wait for each other, which costs time and nothing else.
 *
 * What is registered lasts in the journal of the engine that has the job, and nowhere else: no second write, nothing that a crash between
 * two writes could leave behind, nothing to be moved when the number of engines changes. A gate is a moment's, gone with the process.
 *
 * A question may need several gates. It takes them in order of engine and number, all of one engine before those of the next, so no two
 * wait for each other in a ring. Each engine's thread owns its gates. */
#ifndef QUERN_API_GATES_H
#define QUERN_API_GATES_H

#include "base/list.h"
#include "base/mail.h"
#include "jobs/home.h"

#define GATES 64u

struct gates {
    uint64_t held;
    struct list waiting[GATES]; /* struct gate_pass; oldest first */
};

/* A question's own: which gates it needs. Embedded in it, at home in one engine's hands at a time. */
struct gate_pass {
    struct mail *mail; /* goes to home when all of this engine's gates are held, or given back */
    struct mailbox *home;
    struct list link;
    uint64_t wanted[ENGINES_MAX]; /* by engine: mask of gates. Set as far as there are engines */
};

void gates_init(struct gates *g);
/* The gate of name, among those of n_engines. */
void gate_want(struct gate_pass *pass, struct slice name, uint32_t n_engines);
/* The engine's thread. Takes the gates of pass at engine, and then sends its mail home: now, or when the last of them has been given back. */
void gates_take(struct gates *g, struct gate_pass *pass, uint32_t engine);
/* Gives them back, and lets in who waits. */
void gates_give_back(struct gates *g, struct gate_pass *pass, uint32_t engine);

#endif

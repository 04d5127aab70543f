/* owners.h: whose jobs and schedules are: the names of owners, each kept once while anything of that owner is there. In a job an owner is a
 * number of four bytes. Owned by the engine's thread. */
#ifndef QUERN_JOBS_OWNERS_H
#define QUERN_JOBS_OWNERS_H

#include "jobs/names.h"

#define OWNERS_MAX 65536u
#define OWNER_NONE 0u /* nobody's: made where nobody was asked who it is, or before jobs had owners */

struct owners {
    struct names names;
};

/* 0 or -ENOMEM. */
int owners_init(struct owners *o, uint32_t n_max, uint64_t seed);
void owners_deinit(struct owners *o);
/* One more reference to the owner of that name, as *owner; OWNER_NONE: the name is empty. False: no room for another name. */
bool owners_take(struct owners *o, struct slice name, uint32_t *owner);
void owners_drop(struct owners *o, uint32_t owner); /* OWNER_NONE is fine */
/* OWNER_NONE: there is nothing of that owner. Good until the next owners_drop. */
uint32_t owners_find(const struct owners *o, struct slice name);
struct slice owners_name(const struct owners *o, uint32_t owner); /* empty: OWNER_NONE */
/* A number that stands for the name also when all that its owner had has gone; 0: OWNER_NONE. It cannot be chosen from outside. */
uint64_t owners_mark(const struct owners *o, uint32_t owner);
uint64_t owners_mark_of_name(const struct owners *o, struct slice name);

#endif

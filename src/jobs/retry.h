/* retry.h: whether a failed attempt is tried again, and how long that waits (ojs-retry). Any
 * thread. */
#ifndef QUERN_JOBS_RETRY_H
#define QUERN_JOBS_RETRY_H

#include "jobs/job.h"

struct random;
struct job;
struct wishes;

/* The policy that the job was submitted with, by its wishes; non_retryable points into its envelope. */
struct retry_policy retry_policy_of(const struct job *job, const struct wishes *w);
/* How long retry n waits (1: after the first attempt), in ns: back-off, cap, jitter in [0.5, 1.5),
 * cap again (§3 to §5). */
uint64_t retry_delay_ns(const struct retry_policy *p, uint32_t n, struct random *random);
/* The error's type (or code, for workers that send no type) is among those that must not be
 * retried: equal to an entry, or beginning with one that ends in ".*" (§6). */
bool retry_is_refused(const struct retry_policy *p, struct slice type, struct slice code);
/* The worker's code asks for a dead letter: DEAD_LETTER (§7). */
bool retry_code_is_dead_letter(struct slice code);
/* The worker's code says by itself that it is over: DISCARD, DEAD_LETTER, FAIL (§7). */
bool retry_code_is_final(struct slice code);

#endif

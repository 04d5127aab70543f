/* shared.h: the memory that a process place and its child share: a sealed memfd, mapped by both as long as the place lives.
 *
 *     head    struct shared, rounded up to a page
 *     result  SHARED_RESULT_BYTES: small results are made here and copied into a block by the server
 *     input   as large as the type's inputs may be; the server copies an input here, the one copy of its way
 *
 * Pages that nobody has touched cost nothing; those of a large input are given back after the run. A large result stands in a memfd of
 * its own, which the child seals and sends over its socket: the server maps it as the block that is sent to the client. Each message
 * there is the number of the run (uint32_t) with one descriptor; what belongs to another run is dropped, so that no result can
 * become another client's.
 *
 * What the child writes is not trusted: the server reads each number once, and checks it. */
#ifndef QUERN_WORKERS_SHARED_H
#define QUERN_WORKERS_SHARED_H

#include "base/inbox.h"
#include "workers/task.h"

#define SHARED_PAGE 4096u
#define SHARED_RESULT_BYTES ((size_t)256 << 10)
#define SHARED_INPUT_MIN ((size_t)4 << 20) /* a job's args are no larger */

enum shared_result { SHARED_NONE, SHARED_INPUT, SHARED_AREA, SHARED_FILE };

struct shared {
    alignas(CACHE_LINE) _Atomic uint32_t go; /* number of the run that may begin; the child sleeps on it. The server writes */
    alignas(CACHE_LINE) _Atomic uint32_t ready; /* the child has come up; it writes */
    _Atomic uint32_t begun; /* number of the run that it has taken up; it writes */
    _Atomic uint32_t done; /* number of the run that has ended; the child writes, then its eventfd */
    /* Of the run: written by the server before go … */
    uint64_t input_bytes;
    uint32_t param_at[TASK_PARAMS_MAX]; /* of each text in task.params_text */
    /* … and by the child before done. */
    uint32_t result; /* enum shared_result */
    uint64_t result_bytes;
    /* The child's own task. Of it the server writes the texts and numbers of the input before go, and cancelled at any time; it reads
     * progress at any time, and outcome and texts after done. Pointers are the child's. */
    struct task task;
};

static inline size_t shared_round(size_t bytes)
{
    return (bytes + SHARED_PAGE - 1) / SHARED_PAGE * SHARED_PAGE;
}
static inline size_t shared_input_room(const struct job_type *type)
{
    size_t bytes = (size_t)type->input_bytes_max;
    return shared_round(bytes > SHARED_INPUT_MIN ? bytes : SHARED_INPUT_MIN);
}
static inline char *shared_result(struct shared *s)
{
    return (char *)s + shared_round(sizeof *s);
}
static inline char *shared_input(struct shared *s)
{
    return shared_result(s) + SHARED_RESULT_BYTES;
}
static inline size_t shared_bytes(const struct job_type *type)
{
    return shared_round(sizeof(struct shared)) + SHARED_RESULT_BYTES + shared_input_room(type);
}

#endif

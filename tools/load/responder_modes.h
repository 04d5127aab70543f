/* responder_modes.h: what a responder does with its n-th request. Decided by the number alone (and a seed), so that what has
 * happened can be known exactly. One thread. */
#ifndef QUERN_LOAD_RESPONDER_MODES_H
#define QUERN_LOAD_RESPONDER_MODES_H

#include "base/random.h"
#include <stdint.h>

/* The names in counts and on the command line: fault_name(). */
enum fault {
    FAULT_HANG,       /* no answer, ever */
    FAULT_SWAP,       /* two answers on different connections give back each other's id */
    FAULT_TRUNCATE,   /* the connection ends in the middle of the body */
    FAULT_EXTRA,      /* bytes after the body */
    FAULT_BAD_CHUNK,  /* a chunk whose size is none */
    FAULT_BAD_LENGTH, /* two lengths that contradict each other */
    FAULT_NO_DATE,
    FAULT_STATUS,     /* another status than 200 */
    FAULT_RESET,      /* the connection is reset instead of an answer */
    FAULT_HALF,       /* the connection ends in the middle of the head */
    FAULTS            /* none of these */
};
const char *fault_name(enum fault fault); /* "hang", … */

struct modes {
    enum { DELAY_NONE, DELAY_CONST, DELAY_BIMODAL, DELAY_EXP } delay;
    uint64_t delay_ns;        /* bimodal: of the slow ones; exp: the mean */
    uint64_t delay_every;     /* bimodal: one in so many is slow */
    struct random random;     /* exp */
    struct {
        enum fault kind;
        uint64_t every;
        uint16_t status;
    } faults[FAULTS];         /* in the order given */
    int faults_n;
};

/* Plain: at once, without faults. */
void modes_init(struct modes *m, uint64_t seed);
/* Adds one: "const:1ms", "bimodal:1%:100ms", "exp:2ms", "hang:1%", "swap", "status:503:10%", "never", "plain", …; a share is 1 %
 * where none is given. 0, or -EINVAL with *why (static). */
int modes_add(struct modes *m, const char *text, const char **why);
/* Of the n-th request, from 1; asked once for each, in order. */
uint64_t modes_delay_ns(struct modes *m, uint64_t n);
/* FAULTS: none. The i-th of several kinds is played i requests later, so that they do not meet; where they do, the first wins.
 * *status is set with FAULT_STATUS. */
enum fault modes_fault(const struct modes *m, uint64_t n, uint16_t *status);

#endif

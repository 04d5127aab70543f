/* key_schedule.h: when an issuer's keys are fetched, and how long those that are there may be used. Times are CLOCK_MONOTONIC in ns. Pure
 * functions; whoever owns the struct. */
#ifndef QUERN_FILTERS_KEY_SCHEDULE_H
#define QUERN_FILTERS_KEY_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define KEYS_FRESH_S 600u       /* where the answer does not say */
#define KEYS_FRESH_MIN_S 300u   /* whatever it says */
#define KEYS_FRESH_MAX_S 86400u
#define KEYS_STALE_S 3600u      /* longer than fresh, while the issuer does not answer */
#define KEYS_RETRY_MAX_S 30u

/* All zero: nothing was fetched, and it is due. */
struct key_schedule {
    bool under_way;
    uint32_t n_failed;  /* one after the other */
    uint64_t asked_ns;  /* the latest fetch began; 0: none has */
    uint64_t due_ns;    /* the next one */
    uint64_t usable_ns; /* until then what is there may be used; 0: nothing is there */
};

/* Whether a fetch should begin. wanted: somebody has a token with a key that is not there, which sets one off every cool_s seconds. */
bool key_schedule_begins(const struct key_schedule *s, uint64_t now_ns, bool wanted, uint32_t cool_s);
/* When one will. */
uint64_t key_schedule_next_ns(const struct key_schedule *s, bool wanted, uint32_t cool_s);
void key_schedule_began(struct key_schedule *s, uint64_t now_ns);
/* fresh_s: for how long from now on the answer may be kept (cache_control.h); UINT32_MAX: it does not say. */
void key_schedule_succeeded(struct key_schedule *s, uint64_t now_ns, uint32_t fresh_s);
void key_schedule_failed(struct key_schedule *s, uint64_t now_ns);

#endif

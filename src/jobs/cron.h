/* cron.h: schedules written as cron expressions (ojs-cron §3 to §5): when one is due next, and what has been missed. Arithmetic
 * only: no clock, no memory, no engine. Instants are wall ns since 1970, as in struct clock. Any thread. */
#ifndef QUERN_JOBS_CRON_H
#define QUERN_JOBS_CRON_H

#include "base/slice.h"

struct zone;

#define CRON_TEXT_MAX 256
#define CRON_NEVER UINT64_MAX
/* How far cron_next() looks ahead and cron_missed() back: 5 years. */
#define CRON_HORIZON_S (INT64_C(5) * 366 * 86400)

/* A schedule. Bit n of a set stands for the value n. All zero is none. */
struct cron {
    uint64_t every_ns; /* "@every": the distance of two; all else is unused then */
    uint64_t seconds, minutes;
    uint32_t hours;
    uint32_t days; /* 1 to 31 */
    uint32_t days_near; /* "15W": the weekday (Monday to Friday) nearest to it, in the same month */
    uint16_t months; /* 1 to 12 */
    uint8_t weekdays; /* 0 (Sunday) to 6 */
    uint8_t weekdays_last; /* "5L": the last of the month */
    uint8_t weekdays_nth[5]; /* "5#3" is in [2] */
    bool day_last; /* "L" */
    bool day_last_near; /* "LW": the month's last weekday */
    /* A day field that begins with "*" or is "?". Where neither does, a day that either field names is meant; else both must
     * name it (the text is silent; so it is since Vixie's cron). */
    bool any_day, any_weekday;
    bool skips_months; /* worth a warning: names a day that not all months have */
};

struct cron_error {
    uint32_t at; /* byte of the text, from 0 */
    const char *text; /* a sentence, without its point; constant */
};

/* Reads an expression: 5 fields, 6 with seconds first, "@daily" and its like, or "@every 1h30m". 0 or -EINVAL with *error. */
int cron_parse(struct slice text, struct cron *out, struct cron_error *error);

/* The first time after after_ns at which the schedule is due: CRON_NEVER if there is none within CRON_HORIZON_S ("0 0 30 2 *").
 * Local times that the clocks skip are left out; of one that they show twice only the first counts, whatever the expression
 * (§5.2). "@every" counts from anchor_ns, when it was registered or last fired; nothing else looks at that. */
uint64_t cron_next(const struct cron *c, const struct zone *z, uint64_t anchor_ns, uint64_t after_ns);

/* The first instant in (after_ns, until_ns] at which the clocks jump over a local time that the schedule names: it is due at none
 * (§5.2), and whoever waits for it should hear of that. CRON_NEVER: there is none. until_ns is a time. */
uint64_t cron_gap(const struct cron *c, const struct zone *z, uint64_t after_ns, uint64_t until_ns);

struct cron_missed {
    uint64_t n;
    uint64_t newest_ns; /* CRON_NEVER when n is 0 */
};
/* The times in (after_ns, until_ns], but none from before until_ns - CRON_HORIZON_S. Costs much the same however many. */
struct cron_missed cron_missed(const struct cron *c, const struct zone *z, uint64_t anchor_ns, uint64_t after_ns,
                               uint64_t until_ns);

#endif

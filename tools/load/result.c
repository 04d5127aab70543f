/* result.c: see result.h. */
#include "tools/load/result.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

const char *error_name(enum error_kind kind)
{
    static const char *const names[ERROR_KINDS] = {
        [ERROR_CONNECT_REFUSED] = "connect-refused",
        [ERROR_CONNECT_TIMEOUT] = "connect-timeout",
        [ERROR_CONNECT_RESET] = "connect-reset",
        [ERROR_CONNECT_NO_ADDRESS] = "connect-no-address",
        [ERROR_CONNECT_OTHER] = "connect-other",
        [ERROR_RESET] = "reset",
        [ERROR_CLOSED_EARLY] = "closed-early",
        [ERROR_EARLY_ANSWER] = "early-answer",
        [ERROR_SEND] = "send",
        [ERROR_TIMEOUT] = "timeout",
        [ERROR_BAD_HEAD] = "bad-head",
        [ERROR_BAD_LENGTH] = "bad-length",
        [ERROR_STATUS] = "status",
        [ERROR_NO_DATE] = "no-date",
        [ERROR_BODY] = "body",
        [ERROR_ID] = "id",
        [ERROR_JOB] = "job",
    };
    assert(kind < ERROR_KINDS);
    return names[kind];
}

const char *hist_name(enum hist_kind kind)
{
    static const char *const names[HIST_KINDS] = {
        [HIST_RESPONSE] = "response", [HIST_SERVICE] = "service",     [HIST_LATENESS] = "lateness",
        [HIST_LAG] = "lag",           [HIST_TTFB] = "ttfb",           [HIST_TOLERATED] = "tolerated",
        [HIST_LEASE] = "lease",       [HIST_POLL] = "poll",           [HIST_CENSORED] = "censored",
    };
    assert(kind < HIST_KINDS);
    return names[kind];
}

const char *phase_name(enum phase_kind kind)
{
    static const char *const names[PHASE_KINDS] = {
        [PHASE_RAMP] = "ramp",       [PHASE_HOLD] = "hold",         [PHASE_WARMUP] = "warmup",
        [PHASE_MEASURE] = "measure", [PHASE_COOLDOWN] = "cooldown", [PHASE_PROBE] = "probe",
    };
    assert(kind < PHASE_KINDS);
    return names[kind];
}

/* ---- buckets of a tick ---- */

/* Sixteenths of a us: an octave of them, from 16 × 2^o to 32 × 2^o, has 16 buckets of 2^o each. */
#define SIXTEENTHS(ns) ((ns) * 2 / 125)
#define OCTAVES ((TICK_BUCKETS - 1) / 16)
static_assert(OCTAVES * 16 + 1 == TICK_BUCKETS, "whole octaves and one bucket for what is below 1 us");

uint32_t tick_bucket(uint64_t ns)
{
    if (ns >= UINT64_C(1000) << OCTAVES) return TICK_BUCKETS - 1;
    uint64_t sixteenths = SIXTEENTHS(ns);
    if (sixteenths < 16) return 0;
    uint32_t octave = 59 - (uint32_t)__builtin_clzll(sixteenths);
    return 1 + octave * 16 + (uint32_t)(sixteenths >> octave) - 16;
}

uint64_t tick_bucket_high_ns(uint32_t bucket)
{
    assert(bucket < TICK_BUCKETS);
    if (bucket == 0) return 999;
    uint64_t next = (uint64_t)(16 + (bucket - 1) % 16 + 1) << (bucket - 1) / 16; /* first sixteenth of the next bucket */
    return (next * 125 + 1) / 2 - 1;
}

/* ---- sums ---- */

static void extra_add(struct group_result *into, const struct extra *from)
{
    const int room = sizeof into->extras / sizeof into->extras[0];
    for (int i = 0; i < into->extras_n; i++) {
        if (strcmp(into->extras[i].name, from->name) != 0) continue;
        into->extras[i].n += from->n;
        return;
    }
    if (into->extras_n < room) into->extras[into->extras_n++] = *from; /* a sum of many scenarios shows the first ones' */
}

static void errors_add(struct error_count *into, const struct error_count *from)
{
    if (into->n == 0) memcpy(into->first_example, from->first_example, sizeof into->first_example);
    into->n += from->n;
}

void group_add_apart(struct group_result *into, const struct group_result *from)
{
    into->connections += from->connections;
    for (int k = 0; k < ERROR_KINDS; k++) errors_add(&into->errors[k], &from->errors[k]);
}

void group_add(struct group_result *into, const struct group_result *from)
{
    group_add_apart(into, from);
    into->issued += from->issued;
    into->completed += from->completed;
    into->in_time += from->in_time;
    into->censored += from->censored;
    into->dropped += from->dropped;
    into->failed += from->failed;
    into->queued_max += from->queued_max; /* queues fill up when the server stalls, all at the same time */
    into->bytes_in += from->bytes_in;
    into->bytes_out += from->bytes_out;
    for (int k = 0; k < HIST_KINDS; k++) hist_merge(&into->hist[k], &from->hist[k]);
    for (int digit = 0; digit < 6; digit++) into->status[digit] += from->status[digit];
    for (int i = 0; i < from->extras_n; i++) extra_add(into, &from->extras[i]);
}

/* ---- the end ---- */

static void group_deinit(struct group_result *g)
{
    for (int k = 0; k < HIST_KINDS; k++) hist_deinit(&g->hist[k]);
}

void result_deinit(struct result *r)
{
    for (int i = 0; i < r->groups_n; i++) group_deinit(&r->groups[i]);
    group_deinit(&r->all);
    hist_deinit(&r->ramp.connect);
    free(r->groups);
    free(r->ticks);
    free(r->points);
    r->groups = NULL;
    r->ticks = NULL;
    r->points = NULL;
    r->groups_n = 0;
    r->ticks_n = r->points_n = 0;
}

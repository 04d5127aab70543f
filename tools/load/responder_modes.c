/* responder_modes.c: see responder_modes.h. */
#include "tools/load/responder_modes.h"

#include "base/clock.h"
#include "base/slice.h"
#include "tools/load/units.h"

#include <errno.h>
#include <math.h>

#define DELAY_MAX_NS (3600 * NS_PER_S)

static const char *const names[FAULTS] = {"hang",       "swap",    "truncate", "extra", "bad-chunk",
                                          "bad-length", "no-date", "status",   "reset", "half"};

const char *fault_name(enum fault fault)
{
    return names[fault];
}

void modes_init(struct modes *m, uint64_t seed)
{
    *m = (struct modes){.delay = DELAY_NONE};
    random_seed(&m->random, seed);
}

/* ---- reading ---- */

static bool read_duration(struct slice s, uint64_t *ns)
{
    uint64_t n;
    bool bare = s.len && s.p[s.len - 1] >= '0' && s.p[s.len - 1] <= '9';
    if (bare || !unit_time(s, 1, &n) || n > DELAY_MAX_NS) return false;
    *ns = n;
    return true;
}

/* A share as one in so many: "1%" is every 100th. Nothing: 1 %. */
static bool read_share(struct slice s, uint64_t *every)
{
    double share = 0.01;
    if (s.p && !unit_share(s, &share)) return false;
    if (share < 1e-12 || share > 1) return false;
    *every = (uint64_t)(1 / share + 0.5);
    return true;
}

static bool read_status(struct slice s, uint16_t *status)
{
    uint64_t n;
    if (!slice_to_u64(s, &n) || n < 200 || n > 599) return false;
    *status = (uint16_t)n;
    return true;
}

static int add_delay(struct modes *m, int kind, uint64_t every, struct slice duration, const char **why)
{
    *why = "only one delay can be given";
    if (m->delay != DELAY_NONE) return -EINVAL;
    *why = "a delay is a number and its unit, as in 100us, up to an hour";
    if (!read_duration(duration, &m->delay_ns)) return -EINVAL;
    m->delay = kind;
    m->delay_every = every;
    return 0;
}

static int add_fault(struct modes *m, enum fault kind, uint64_t every, uint16_t status, const char **why)
{
    *why = "each kind of fault can be given once";
    for (int i = 0; i < m->faults_n; i++)
        if (m->faults[i].kind == kind) return -EINVAL;
    m->faults[m->faults_n].kind = kind;
    m->faults[m->faults_n].every = every;
    m->faults[m->faults_n++].status = status;
    return 0;
}

/* rest: what stands behind the name's colon; p NULL if nothing does. */
static int read_fault(struct modes *m, struct slice name, struct slice rest, const char **why)
{
    uint64_t every;
    uint16_t status = 0;
    for (int kind = 0; kind < FAULTS; kind++) {
        if (!slice_eq(name, slice_str(names[kind]))) continue;
        *why = "a status is a number from 200 to 599";
        if (kind == FAULT_STATUS && !read_status(slice_cut(&rest, ':'), &status)) return -EINVAL;
        *why = "a share is above 0 % and at most 100 %, as in 1%";
        if (!read_share(rest, &every)) return -EINVAL;
        return add_fault(m, (enum fault)kind, every, status, why);
    }
    *why = "no such mode";
    return -EINVAL;
}

int modes_add(struct modes *m, const char *text, const char **why)
{
    struct slice rest = slice_str(text), name = slice_cut(&rest, ':');
    uint64_t every;
    if (slice_eq(name, SLICE("plain")) && !rest.p) return 0;
    if (slice_eq(name, SLICE("never")) && !rest.p) return add_fault(m, FAULT_HANG, 1, 0, why);
    if (slice_eq(name, SLICE("const"))) return add_delay(m, DELAY_CONST, 1, rest, why);
    if (slice_eq(name, SLICE("exp"))) return add_delay(m, DELAY_EXP, 1, rest, why);
    if (!slice_eq(name, SLICE("bimodal"))) return read_fault(m, name, rest, why);
    *why = "bimodal:SHARE:T, as in bimodal:1%:100ms";
    if (!rest.p || !read_share(slice_cut(&rest, ':'), &every)) return -EINVAL;
    return add_delay(m, DELAY_BIMODAL, every, rest, why);
}

/* ---- choosing ---- */

/* A uniform number is in (0, 1): its logarithm is finite and not 0. */
static uint64_t draw(struct modes *m)
{
    double u = ((double)(random_u64(&m->random) >> 11) + 0.5) * 0x1p-53;
    return (uint64_t)(-log(u) * (double)m->delay_ns + 0.5);
}

uint64_t modes_delay_ns(struct modes *m, uint64_t n)
{
    switch (m->delay) {
    case DELAY_NONE: return 0;
    case DELAY_CONST: return m->delay_ns;
    case DELAY_BIMODAL: return n % m->delay_every == 0 ? m->delay_ns : 0;
    case DELAY_EXP: return draw(m);
    }
    return 0;
}

enum fault modes_fault(const struct modes *m, uint64_t n, uint16_t *status)
{
    for (int i = 0; i < m->faults_n; i++) {
        uint64_t every = m->faults[i].every;
        if (n % every != (uint64_t)i % every) continue;
        *status = m->faults[i].status;
        return m->faults[i].kind;
    }
    return FAULTS;
}

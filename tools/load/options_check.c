/* options_check.c: see options_parts.h. What follows from other options, and what does not go together. */
#include "base/clock.h"
#include "tools/load/options_parts.h"
#include "tools/load/shares.h"
#include "tools/load/sources.h"

#include <inttypes.h>

/* ---- what follows ---- */

static bool stages_of_rates(const struct options *o)
{
    return o->stages_n > 0 && !o->stages[0].connections;
}

static bool stages_of_connections(const struct options *o)
{
    return o->stages_n > 0 && o->stages[0].connections;
}

static double highest_stage(const struct options *o)
{
    double highest = 0;
    for (int i = 0; i < o->stages_n; i++) {
        if (o->stages[i].from > highest) highest = o->stages[i].from;
        if (o->stages[i].to > highest) highest = o->stages[i].to;
    }
    return highest;
}

/* Stages say how long the load lasts, and how many connections it has: unless the options say so themselves. */
static bool settle_stages(struct reading *r)
{
    struct options *o = r->o;
    uint64_t length_ns = 0;
    if (!o->stages_n) return true;
    for (int i = 0; i < o->stages_n; i++) length_ns += o->stages[i].length_ns;
    double highest = highest_stage(o);
    if (highest <= 0) return options_refuse(r, "--stages asks for nothing");
    if (!options_given(r, "warmup")) o->warmup_ns = 0;
    if (!options_given(r, "duration")) {
        if (length_ns <= o->warmup_ns) return options_refuse(r, "--stages: over before --warmup is");
        o->duration_ns = length_ns - o->warmup_ns;
    }
    if (!stages_of_connections(o)) return true;
    if (highest > 100e6) return options_refuse(r, "--stages: more than 100000000 connections");
    if (!options_given(r, "connections")) o->connections = (uint32_t)highest;
    if (highest > o->connections) return options_refuse(r, "--stages asks for more connections than --connections has");
    return true;
}

static void settle_request(struct reading *r)
{
    struct options *o = r->o;
    if (!o->method[0]) (void)snprintf(o->method, sizeof o->method, "%s", o->body ? "POST" : "GET");
    if (!options_given(r, "verify") && (o->expect_body || o->echo_id)) o->verify = VERIFY_FULL;
    if (o->quiet) o->tui = false;
}

/* ---- what does not go together ---- */

static bool has_scenario(const struct options *o, enum scenario_kind kind)
{
    for (int i = 0; i < o->groups_n; i++)
        if (o->groups[i].scenario == kind) return true;
    return false;
}

static bool searches(const struct options *o)
{
    return o->find_max_n > 0 || o->sweep_step > 0;
}

/* All requests come by plan. */
static bool is_open_loop(const struct options *o)
{
    return o->rate > 0 || stages_of_rates(o) || searches(o) || o->arrival == ARRIVAL_TRACE;
}

/* At least some do. */
static bool has_plan(const struct options *o)
{
    for (int i = 0; i < o->groups_n; i++)
        if (o->groups[i].rate > 0) return true;
    return is_open_loop(o) || (has_scenario(o, SCENARIO_IDLE_MASS) && o->active_share > 0);
}

static bool check_rates(struct reading *r)
{
    const struct options *o = r->o;
    bool trace = o->arrival == ARRIVAL_TRACE;
    if (o->find_max_n && o->sweep_step > 0) return options_refuse(r, "--sweep and --find-max exclude each other");
    if (o->rate > 0 && o->sweep_step > 0) return options_refuse(r, "--rate and --sweep exclude each other");
    if (o->rate > 0 && stages_of_rates(o)) return options_refuse(r, "--rate and --stages of rates exclude each other");
    if (o->rate > 0 && trace)
        return options_refuse(r, "--rate and --arrival trace exclude each other: the trace has the times");
    if (searches(o) && stages_of_rates(o))
        return options_refuse(r, "--stages of rates goes neither with --sweep nor --find-max");
    if (searches(o) && trace) return options_refuse(r, "--arrival trace goes neither with --sweep nor --find-max");
    if (trace && stages_of_rates(o)) return options_refuse(r, "--arrival trace and --stages of rates exclude each other");
    if (options_given(r, "arrival") && !has_plan(o))
        return options_refuse(r, "--arrival needs a --rate: without one the loop is closed");
    return true;
}

static bool check_loop(struct reading *r)
{
    const struct options *o = r->o;
    if (o->pipeline > 1 && has_plan(o) && o->arrival != ARRIVAL_BURST)
        return options_refuse(r, "--pipeline goes with --rate only if --arrival is burst:N");
    if (o->think.kind != DIST_ZERO && is_open_loop(o))
        return options_refuse(r, "--think is for the closed loop: it does not go with --rate");
    for (int i = 0; i < o->groups_n && o->pipeline > 1; i++) {
        enum scenario_kind kind = o->groups[i].scenario;
        if (kind != SCENARIO_GET && kind != SCENARIO_RUN && kind != SCENARIO_IDLE_MASS)
            return options_refuse(r, "--pipeline does not go with --scenario %s", scenario_name(kind));
    }
    return true;
}

static bool check_connections(struct reading *r)
{
    const struct options *o = r->o;
    if (o->threads > o->connections)
        return options_refuse(r, "--threads: %" PRIu32 " threads are more than %" PRIu32 " connections", o->threads,
                              o->connections);
    for (int i = 0; i < o->groups_n; i++)
        if (share_connections(o, i) < o->threads)
            return options_refuse(r, "--scenario: %s would have less than one connection per thread", o->groups[i].name);
    if (o->unix_path && (o->sources_n || o->port_first || options_given(r, "dst-ports")))
        return options_refuse(r, "--unix goes neither with --src, --port-range nor --dst-ports");
    uint64_t capacity = o->unix_path ? UINT64_MAX : sources_capacity(o);
    if (o->connections > capacity)
        return options_refuse(r,
                              "--connections: %" PRIu32 " are more than the %" PRIu64
                              " that --src, --port-range and --dst-ports allow",
                              o->connections, capacity);
    return true;
}

/* ---- what would have no effect ---- */

static bool is_http(enum scenario_kind kind)
{
    return !scenario_has_jobs(kind) && !scenario_drips(kind);
}

static bool takes_method(enum scenario_kind kind)
{
    return is_http(kind) && kind != SCENARIO_RUN; /* that one is always a POST */
}

static bool is_worker(enum scenario_kind kind)
{
    return kind == SCENARIO_WORKER;
}

static bool looks_again(enum scenario_kind kind)
{
    return kind == SCENARIO_WORKER || kind == SCENARIO_SUBMIT_POLL;
}

static bool makes_jobs(enum scenario_kind kind)
{
    return (scenario_has_jobs(kind) && kind != SCENARIO_WORKER) || kind == SCENARIO_RUN;
}

static bool sends_requests(enum scenario_kind kind)
{
    return !scenario_drips(kind);
}

static bool is_slow_body(enum scenario_kind kind)
{
    return kind == SCENARIO_SLOW_BODY;
}

static bool any_group(const struct options *o, bool (*is)(enum scenario_kind kind))
{
    for (int i = 0; i < o->groups_n; i++)
        if (is(o->groups[i].scenario)) return true;
    return false;
}

/* An option that no group of the run looks at is a mistake. */
static bool check_used(struct reading *r)
{
    static const struct {
        const char *name;
        bool (*is_used)(enum scenario_kind kind);
    } uses[] = {{"method", takes_method},     {"body", is_http},         {"expect-status", is_http},
                {"expect-body", is_http},     {"echo-id", is_http},      {"require-date", is_http},
                {"work", is_worker},          {"fail", is_worker},       {"vanish", is_worker},
                {"poll", looks_again},        {"job-size", makes_jobs},  {"job-type", makes_jobs},
                {"queue", scenario_has_jobs}, {"drip", scenario_drips},  {"drip-bytes", scenario_drips},
                {"announce", is_slow_body},   {"rate", sends_requests},  {"think", sends_requests},
                {"requests", sends_requests}, {"sweep", sends_requests}, {"find-max", sends_requests}};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (options_given(r, uses[i].name) && !any_group(r->o, uses[i].is_used))
            return options_refuse(r, "--%s: --scenario %s does not use it", uses[i].name,
                                  scenario_name(r->o->groups[0].scenario));
    return true;
}

static int planned_groups(const struct options *o)
{
    int n = 0;
    for (int i = 0; i < o->groups_n; i++) n += sends_requests(o->groups[i].scenario);
    return n;
}

static bool check_rest(struct reading *r)
{
    const struct options *o = r->o;
    if (o->arrival == ARRIVAL_TRACE && planned_groups(o) > 1)
        return options_refuse(r, "--arrival trace is one scenario's: who would send which of its requests?");
    if (o->fail_share + o->vanish_share > 1) return options_refuse(r, "--fail and --vanish are more than 100%% together");
    if (o->verify == VERIFY_STATUS && o->expect_body)
        return options_refuse(r, "--verify status would not look at what --expect-body says");
    if (o->verify == VERIFY_STATUS && o->echo_id)
        return options_refuse(r, "--verify status would not look at what --echo-id brings back");
    if (options_given(r, "active") && !has_scenario(o, SCENARIO_IDLE_MASS))
        return options_refuse(r, "--active is for --scenario idle-mass");
    return true;
}

bool options_settle(struct reading *r)
{
    if (!settle_stages(r)) return false;
    settle_request(r);
    return check_rates(r) && check_loop(r) && check_connections(r) && check_rest(r) && check_used(r);
}

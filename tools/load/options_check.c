/* options_check.c: see options_parts.h. What follows from other options, and what does not go together. */
#include "base/clock.h"
#include "tools/load/options_parts.h"
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

/* How many connections a group gets: as the load threads share them. */
static uint64_t connections_of(const struct options *o, int group)
{
    double all = 0, before = 0;
    for (int i = 0; i < o->groups_n; i++) {
        if (i < group) before += o->groups[i].weight;
        all += o->groups[i].weight;
    }
    double end = before + o->groups[group].weight;
    return (uint64_t)(o->connections * end / all + 0.5) - (uint64_t)(o->connections * before / all + 0.5);
}

static bool check_connections(struct reading *r)
{
    const struct options *o = r->o;
    if (o->threads > o->connections)
        return options_refuse(r, "--threads: %" PRIu32 " threads are more than %" PRIu32 " connections", o->threads,
                              o->connections);
    for (int i = 0; i < o->groups_n; i++)
        if (connections_of(o, i) < o->threads)
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

static bool check_rest(struct reading *r)
{
    const struct options *o = r->o;
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
    return check_rates(r) && check_loop(r) && check_connections(r) && check_rest(r);
}

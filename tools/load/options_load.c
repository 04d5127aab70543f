/* options_load.c: see options_parts.h. The small languages of --stages, --find-max and --scenario. */
#include "base/clock.h"
#include "tools/load/options_parts.h"
#include "tools/load/units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- stages: [c:]LENGTH:FROM[-TO],… ---- */

static bool read_stage(struct slice text, struct stage *s)
{
    struct slice values = text, length = slice_cut(&values, ':');
    if (!values.p || !unit_time(length, NS_PER_S, &s->length_ns) || !s->length_ns) return false;
    struct slice to = values, from = slice_cut(&to, '-');
    if (!unit_amount(from, &s->from)) return false;
    s->to = s->from;
    return !to.p || unit_amount(to, &s->to);
}

/* c: in front of the first one is for all of them. */
bool read_stages(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    o->stages_n = 0;
    for (struct slice rest = text; rest.p;) {
        struct slice piece = slice_trim(slice_cut(&rest, ','));
        bool connections = slice_starts(piece, SLICE("c:"));
        if (o->stages_n == STAGES_MAX) return options_refuse(r, "more than %d stages", STAGES_MAX);
        if (connections && o->stages_n && !o->stages[0].connections)
            return options_refuse(r, "stages are all of rates or all of connections");
        struct stage *s = &o->stages[o->stages_n];
        if (!read_stage(connections ? slice_from(piece, 2) : piece, s))
            return options_refuse(r, "'%.*s' is not LENGTH:RATE or LENGTH:FROM-TO (60s:10k, 10s:0-10k, c:30s:0-1k)",
                                  SLICE_ARG(piece));
        s->connections = connections || o->stages[0].connections;
        o->stages_n++;
    }
    return true;
}

/* ---- conditions: p99<5ms && errors==0 ---- */

/* Cuts the condition at its comparison. */
static bool cut_compare(struct slice text, struct slice *name, struct slice *bound, struct condition *c)
{
    size_t at = 0;
    while (at < text.len && text.p[at] != '<' && text.p[at] != '=') at++;
    if (at == text.len) return false;
    bool less = text.p[at] == '<';
    struct slice rest = slice_from(text, at + 1);
    bool equal = rest.len && rest.p[0] == '=';
    if (less) c->compare = equal ? CMP_LE : CMP_LT;
    else c->compare = CMP_EQ; /* = or == */
    *name = slice_trim(slice_make(text.p, at));
    *bound = slice_trim(slice_from(rest, equal ? 1 : 0));
    return true;
}

/* p50, p99.9 */
static bool read_percentile(struct slice name, double *percent)
{
    char digits[24];
    struct slice number = slice_from(name, 1);
    if (name.len < 2 || name.p[0] != 'p' || number.len >= sizeof digits) return false;
    for (size_t i = 0; i < number.len; i++)
        if ((number.p[i] < '0' || number.p[i] > '9') && (number.p[i] != '.' || i == 0)) return false;
    memcpy(digits, number.p, number.len);
    digits[number.len] = '\0';
    char *end;
    *percent = strtod(digits, &end);
    return *end == '\0' && *percent > 0 && *percent <= 100;
}

static bool read_name(struct slice name, struct condition *c)
{
    static const struct {
        struct slice name;
        int what;
    } names[] = {
        {SLICE_INIT("mean"), COND_MEAN},          {SLICE_INIT("max"), COND_MAX},
        {SLICE_INIT("censored"), COND_CENSORED},  {SLICE_INIT("errors"), COND_ERRORS},
        {SLICE_INIT("errors%"), COND_ERROR_RATE}, {SLICE_INIT("error_rate"), COND_ERROR_RATE},
    };
    c->what = COND_PERCENTILE;
    if (read_percentile(name, &c->percent)) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!slice_eq(name, names[i].name)) continue;
        c->what = (unsigned)names[i].what;
        return true;
    }
    return false;
}

/* A share: 1%, or 0.01; behind "errors%" also 1. */
static bool read_share_bound(struct slice name, struct slice text, double *bound)
{
    if (unit_share(text, bound)) return true;
    if (!unit_amount(text, bound) || *bound < 0) return false;
    if (name.p[name.len - 1] == '%') *bound /= 100;
    return *bound <= 1;
}

static bool read_bound(struct slice name, struct slice text, struct condition *c)
{
    uint64_t n = 0;
    bool ok = false;
    switch (c->what) {
    case COND_PERCENTILE:
    case COND_MEAN:
    case COND_MAX: ok = unit_time(text, NS_PER_S, &n); break;
    case COND_ERRORS:
        if (text.len && text.p[text.len - 1] == '%') { /* errors<1% */
            c->what = COND_ERROR_RATE;
            return unit_share(text, &c->bound);
        }
        ok = unit_count(text, &n);
        break;
    case COND_CENSORED: ok = unit_count(text, &n); break;
    case COND_ERROR_RATE: return read_share_bound(name, text, &c->bound);
    }
    c->bound = (double)n;
    return ok;
}

static bool read_condition(struct reading *r, struct slice text, struct condition *c)
{
    struct slice name, bound;
    if (!cut_compare(text, &name, &bound, c))
        return options_refuse(r, "'%.*s' is not a condition with <, <= or == (p99<5ms)", SLICE_ARG(text));
    if (!read_name(name, c))
        return options_refuse(r, "'%.*s' is not pNN, mean, max, errors, errors%%, error_rate or censored", SLICE_ARG(name));
    return read_bound(name, bound, c) || options_refuse(r, "'%.*s' is no bound for %.*s", SLICE_ARG(bound), SLICE_ARG(name));
}

bool read_find_max(struct reading *r, struct slice text)
{
    struct options *o = r->o;
    struct slice rest = text;
    o->find_max_n = 0;
    for (bool more = true; more;) {
        const char *and = rest.len ? memmem(rest.p, rest.len, "&&", 2) : NULL;
        struct slice piece = slice_trim(slice_make(rest.p, and? (size_t)(and-rest.p) : rest.len));
        more = and != NULL;
        if (more) rest = slice_from(rest, (size_t)(and-rest.p) + 2);
        if (o->find_max_n == CONDITIONS_MAX) return options_refuse(r, "more than %d conditions", CONDITIONS_MAX);
        struct condition c = {0};
        if (!read_condition(r, piece, &c)) return false;
        o->find_max[o->find_max_n++] = c;
    }
    return true;
}

/* ---- scenarios: S, S=WEIGHT,…, mix:FILE ---- */

static const char *const scenario_names[SCENARIO_KINDS] = {
    [SCENARIO_GET] = "get",
    [SCENARIO_SUBMIT] = "submit",
    [SCENARIO_SUBMIT_WAIT] = "submit-wait",
    [SCENARIO_SUBMIT_POLL] = "submit-poll",
    [SCENARIO_WORKER] = "worker",
    [SCENARIO_SLOW_HEADER] = "slow-header",
    [SCENARIO_SLOW_BODY] = "slow-body",
    [SCENARIO_SLOW_READ] = "slow-read",
    [SCENARIO_IDLE_MASS] = "idle-mass",
    [SCENARIO_CHURN] = "churn",
    [SCENARIO_RUN] = "run",
};

const char *scenario_name(enum scenario_kind kind)
{
    return kind < SCENARIO_KINDS ? scenario_names[kind] : "?";
}

static void name_group(struct options *o, struct group_options *g)
{
    int same = 1;
    for (int i = 0; i < o->groups_n; i++) same += o->groups[i].scenario == g->scenario;
    const char *name = scenario_names[g->scenario];
    if (same == 1) (void)snprintf(g->name, sizeof g->name, "%s", name);
    else (void)snprintf(g->name, sizeof g->name, "%s-%d", name, same);
}

/* weight p NULL: 1; rate p NULL: none. */
static bool add_group(struct reading *r, struct slice name, struct slice weight, struct slice rate)
{
    struct options *o = r->o;
    struct group_options g = {.weight = 1};
    unsigned kind = 0;
    while (kind < SCENARIO_KINDS && !slice_eq(name, slice_str(scenario_names[kind]))) kind++;
    if (kind == SCENARIO_KINDS) return options_refuse(r, "there is no scenario '%.*s'; --help lists them", SLICE_ARG(name));
    if (weight.p && !unit_rate(weight, &g.weight))
        return options_refuse(r, "'%.*s' is no weight of %.*s: a number above 0", SLICE_ARG(weight), SLICE_ARG(name));
    if (rate.p && !unit_rate(rate, &g.rate))
        return options_refuse(r, "'%.*s' is no rate of %.*s", SLICE_ARG(rate), SLICE_ARG(name));
    if (o->groups_n == GROUPS_MAX) return options_refuse(r, "more than %d scenarios", GROUPS_MAX);
    g.scenario = (enum scenario_kind)kind;
    name_group(o, &g);
    o->groups[o->groups_n++] = g;
    return true;
}

/* The next word of the line; p NULL when there is none. */
static struct slice take_word(struct slice *line)
{
    static const char blanks[] = " \t\r\n";
    while (line->len && strchr(blanks, line->p[0])) *line = slice_from(*line, 1);
    size_t n = 0;
    while (n < line->len && !strchr(blanks, line->p[n])) n++;
    struct slice word = {n ? line->p : NULL, n};
    *line = slice_from(*line, n);
    return word;
}

static bool read_mix_line(struct reading *r, struct slice line)
{
    const char *comment = memchr(line.p, '#', line.len);
    if (comment) line.len = (size_t)(comment - line.p);
    struct slice name = take_word(&line), weight = take_word(&line), rate = take_word(&line);
    if (!name.p) return true;
    if (!weight.p || take_word(&line).p)
        return options_refuse(r, "a line is: scenario weight [rate], not '%.*s…'", SLICE_ARG(name));
    return add_group(r, name, weight, rate);
}

static bool read_mix(struct reading *r, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool ok = true;
    errno = 0;
    FILE *f = fopen(path, "re");
    if (!f) return options_refuse(r, "cannot read %.200s: %s", path, strerror(errno));
    while (ok && (len = getline(&line, &room, f)) >= 0) ok = read_mix_line(r, slice_make(line, (size_t)len));
    if (ok && ferror(f)) ok = options_refuse(r, "cannot read %.200s: %s", path, strerror(errno));
    if (ok && r->o->groups_n == 0) ok = options_refuse(r, "%.200s names no scenario", path);
    free(line);
    (void)fclose(f); /* only read */
    return ok;
}

bool read_scenarios(struct reading *r, struct slice text)
{
    r->o->groups_n = 0;
    if (slice_starts(text, SLICE("mix:"))) return read_mix(r, text.p + 4);
    for (struct slice rest = text; rest.p;) {
        struct slice weight = slice_cut(&rest, ','), name = slice_cut(&weight, '=');
        if (!add_group(r, name, weight, (struct slice){NULL, 0})) return false;
    }
    return true;
}

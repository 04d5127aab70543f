/* scenario.c: the table of scenarios. */
#include "tools/load/scenario.h"

#include "base/check.h"

#include <string.h>

extern const struct scenario scenario_get, scenario_churn, scenario_idle_mass, scenario_run;
extern const struct scenario scenario_slow_header, scenario_slow_body, scenario_slow_read;
extern const struct scenario scenario_submit, scenario_submit_wait, scenario_submit_poll, scenario_worker;

const struct scenario *scenario_of(enum scenario_kind kind)
{
    switch (kind) {
    case SCENARIO_GET: return &scenario_get;
    case SCENARIO_CHURN: return &scenario_churn;
    case SCENARIO_IDLE_MASS: return &scenario_idle_mass;
    case SCENARIO_RUN: return &scenario_run;
    case SCENARIO_SLOW_HEADER: return &scenario_slow_header;
    case SCENARIO_SLOW_BODY: return &scenario_slow_body;
    case SCENARIO_SLOW_READ: return &scenario_slow_read;
    case SCENARIO_SUBMIT: return &scenario_submit;
    case SCENARIO_SUBMIT_WAIT: return &scenario_submit_wait;
    case SCENARIO_SUBMIT_POLL: return &scenario_submit_poll;
    case SCENARIO_WORKER: return &scenario_worker;
    case SCENARIO_KINDS: break;
    }
    unreachable_state("scenario");
}

void scenario_count(struct driver_group *g, const char *name, uint64_t n)
{
    struct group_result *r = &g->result;
    int i = 0;
    while (i < r->extras_n && strcmp(r->extras[i].name, name) != 0) i++;
    if (i == (int)(sizeof r->extras / sizeof *r->extras)) return;
    if (i == r->extras_n) {
        (void)snprintf(r->extras[i].name, sizeof r->extras[i].name, "%s", name);
        r->extras_n++;
    }
    r->extras[i].n += n;
}

/* model_cron.c: see model.h: schedules and what they fire (docs/cron.md). Each of its times is fired, skipped or missed, and counted once:
 * so a schedule's next time is its first one and as many periods as it has counted; and there is a job for each that was fired, over all
 * crashes. Each registration is told apart by a number that its jobs have as their argument. */
#include "model_parts.h"

#include "world.h"

#include "base/civil.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

#define CRONS_MAX 64
#define TIMES_MAX 4000
#define LATE_MS 5000

enum cron_status { CRON_ASKED, CRON_THERE, CRON_GONE };

struct cron {
    uint64_t number; /* when it was asked for */
    uint32_t name;
    uint64_t period_ms;
    enum model_overlap overlap;
    enum cron_status status;
    bool is_refused;
    uint64_t told_order; /* when it was last told as it is */
    uint64_t first_ms; /* 0: not known yet */
    uint64_t runs, times; /* counted, as last told */
    uint64_t n_jobs, n_open,
        n_active; /* while a list is looked through: seen, not ended, with a worker; the last two of a page */
};
static struct {
    struct cron of[CRONS_MAX];
    uint32_t n;
    uint32_t deletes_out[MODEL_CRONS]; /* by name: asked, not answered */
    uint64_t times[TIMES_MAX]; /* of jobs, while a list is looked through: number and time, mixed */
    uint32_t n_times;
} crons;

const char *const model_overlap_names[4] = {"skip", "allow", "cancel_previous", "enqueue"};

/* ---- reading ---- */

static uint64_t digits(const char *text, int from, int n)
{
    uint64_t value = 0;
    for (int i = from; i < from + n; i++) {
        if (text[i] < '0' || text[i] > '9') sim_fail("not a time: '%s'", text);
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    return value;
}

/* "2027-01-15T08:00:01.250Z" */
static uint64_t time_ms(const char *text)
{
    if (strlen(text) != 24) sim_fail("not a time: '%s'", text);
    int64_t days = civil_days((int64_t)digits(text, 0, 4), (unsigned)digits(text, 5, 2), (unsigned)digits(text, 8, 2));
    uint64_t s = (uint64_t)days * 86400 + digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
    return s * 1000 + digits(text, 20, 3);
}

static struct cron *by_number(uint64_t number)
{
    for (uint32_t i = 0; i < crons.n; i++)
        if (crons.of[i].number == number) return &crons.of[i];
    sim_fail("a schedule that nobody registered: %" PRIu64, number);
}

static uint64_t number_of(const cJSON *with_args)
{
    const cJSON *number = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(with_args, "args"), 0);
    return cJSON_IsNumber(number) ? (uint64_t)number->valuedouble : 0;
}

static bool is_surely_there(const struct cron *c, uint64_t order)
{
    return c->status == CRON_THERE && c->told_order < order && !crons.deletes_out[c->name];
}

/* ---- what is told of one ---- */

static void told(struct cron *c, enum cron_status status)
{
    if (c->status == CRON_GONE && status != CRON_GONE) sim_fail("schedule %" PRIu64 " was gone, and is back", c->number);
    if (c->status != status) c->told_order = model_tick();
    c->status = status;
}

static void look(struct cron *c, const cJSON *view)
{
    uint64_t runs = model_number(view, "run_count"), next_ms = time_ms(model_text(view, "next_run_at"));
    uint64_t times = runs + model_number(view, "skip_count") + model_number(view, "missed_count");
    if (runs < c->runs || times < c->times)
        sim_fail("schedule %" PRIu64 " had fired %" PRIu64 " of %" PRIu64 " times, and now %" PRIu64 " of %" PRIu64, c->number,
                 c->runs, c->times, runs, times);
    if (!c->first_ms) c->first_ms = next_ms - times * c->period_ms;
    if (next_ms != c->first_ms + times * c->period_ms)
        sim_fail("schedule %" PRIu64 " has counted %" PRIu64 " times, and is %" PRId64 " ms from where it should be", c->number,
                 times, (int64_t)(next_ms - c->first_ms - times * c->period_ms));
    if (strcmp(model_text(view, "overlap_policy"), model_overlap_names[c->overlap]) != 0)
        sim_fail("schedule %" PRIu64 " has another rule", c->number);
    c->runs = runs;
    c->times = times;
}

static void free_name(uint32_t name)
{
    for (uint32_t i = 0; i < crons.n; i++)
        if (crons.of[i].name == name && crons.of[i].status == CRON_THERE) told(&crons.of[i], CRON_GONE);
}

static const struct cron *holder_of(uint32_t name, uint64_t order)
{
    for (uint32_t i = 0; i < crons.n; i++)
        if (crons.of[i].name == name && is_surely_there(&crons.of[i], order)) return &crons.of[i];
    return NULL;
}

/* ---- register, look, delete: one client for each name, so but for what it has left they come in order ---- */

uint64_t model_cron_put(uint32_t name, uint64_t period_ms, enum model_overlap overlap)
{
    if (crons.n == CRONS_MAX) return 0;
    struct cron *c = &crons.of[crons.n++];
    *c = (struct cron){.number = model_tick(), .name = name, .period_ms = period_ms, .overlap = overlap};
    return c->number;
}

static bool may_be_taken(const struct cron *own)
{
    for (uint32_t i = 0; i < crons.n; i++) {
        const struct cron *c = &crons.of[i];
        if (c != own && c->name == own->name && c->status != CRON_GONE) return true;
    }
    return false;
}

void model_cron_was_put(uint64_t number, int status, const cJSON *answer)
{
    struct cron *c = by_number(number);
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 409) {
        if (!may_be_taken(c)) sim_fail("the name of schedule %" PRIu64 " is taken by nobody", number);
        told(c, CRON_GONE);
        c->is_refused = true;
        return;
    }
    if (status != 201) sim_fail("schedule %" PRIu64 ": %d", number, status);
    if (holder_of(c->name, number)) sim_fail("schedule %" PRIu64 " has the name of one that is there", number);
    free_name(c->name);
    told(c, CRON_THERE);
    look(c, cJSON_GetObjectItemCaseSensitive(answer, "cron_job"));
}

bool model_cron_seen(uint32_t name, uint64_t order, int status, const cJSON *answer)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "cron_job");
    const struct cron *holder = holder_of(name, order);
    if (status == 503 || status == 0 || status == 408) return false;
    if (status == 404) {
        if (holder) sim_fail("schedule %" PRIu64 " is lost", holder->number);
        return true;
    }
    if (status != 200) sim_fail("a schedule cannot be seen: %d", status);
    struct cron *c = by_number(number_of(view));
    if (holder && holder != c) sim_fail("schedule %" PRIu64 " stands where %" PRIu64 " is", c->number, holder->number);
    if (c->status != CRON_THERE) free_name(name);
    told(c, CRON_THERE);
    look(c, view);
    return true;
}

void model_cron_delete(uint32_t name)
{
    crons.deletes_out[name]++;
}

void model_cron_deleted(uint32_t name, uint64_t order, int status, const cJSON *answer)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "cron_job");
    if (status == 503 || status == 0 || status == 408) return;
    crons.deletes_out[name]--;
    const struct cron *holder = holder_of(name, order);
    if (status == 404) {
        if (holder) sim_fail("schedule %" PRIu64 " cannot be deleted", holder->number);
        return;
    }
    if (status != 200) sim_fail("a schedule cannot be deleted: %d", status);
    struct cron *c = by_number(number_of(view));
    if (c->status == CRON_GONE) sim_fail("schedule %" PRIu64 " was gone, and was deleted", c->number);
    look(c, view);
    told(c, CRON_GONE);
}

/* Nothing is under way: of a name only what is seen now is there. */
void model_cron_settle(uint32_t name, int status, const cJSON *answer)
{
    uint64_t order = model_tick(), number = 0;
    (void)model_cron_seen(name, order, status, answer);
    if (status == 200) number = number_of(cJSON_GetObjectItemCaseSensitive(answer, "cron_job"));
    for (uint32_t i = 0; i < crons.n; i++)
        if (crons.of[i].name == name && crons.of[i].number != number) told(&crons.of[i], CRON_GONE);
    crons.deletes_out[name] = 0;
}

/* ---- its jobs ---- */

void model_cron_jobs_begin(void)
{
    crons.n_times = 0;
    for (uint32_t i = 0; i < crons.n; i++) crons.of[i].n_jobs = 0;
}

static void check_overlap(const struct cron *c)
{
    if (c->overlap == MODEL_ALLOW) return;
    if (c->overlap != MODEL_ENQUEUE && c->n_open > 1)
        sim_fail("schedule %" PRIu64 " has %" PRIu64 " unfinished jobs", c->number, c->n_open);
    if (c->n_active > 1) sim_fail("schedule %" PRIu64 " has %" PRIu64 " active jobs", c->number, c->n_active);
}

static void take_job(const cJSON *view)
{
    const char *state = model_text(view, "state");
    struct cron *c = by_number(number_of(view));
    uint64_t at_ms = time_ms(model_text(cJSON_GetObjectItemCaseSensitive(view, "meta"), "cron_triggered_at"));
    bool is_over = strcmp(state, "completed") == 0 || strcmp(state, "cancelled") == 0 || strcmp(state, "discarded") == 0;
    if (c->is_refused) sim_fail("schedule %" PRIu64 " was refused, and fires", c->number);
    if (c->first_ms && (at_ms < c->first_ms || (at_ms - c->first_ms) % c->period_ms))
        sim_fail("schedule %" PRIu64 " has fired for a time that is not its own", c->number);
    uint64_t key = c->number << 44 ^ at_ms; /* both are far smaller */
    for (uint32_t i = 0; i < crons.n_times; i++)
        if (crons.times[i] == key) sim_fail("schedule %" PRIu64 " has fired twice for one time", c->number);
    if (crons.n_times == TIMES_MAX) sim_fail("too many firings");
    crons.times[crons.n_times++] = key;
    if (strcmp(state, "cancelled") == 0 && c->overlap != MODEL_CANCEL_PREVIOUS)
        sim_fail("a job of schedule %" PRIu64 " is cancelled", c->number);
    c->n_jobs++;
    c->n_open += !is_over;
    c->n_active += strcmp(state, "active") == 0;
}

/* A page is of one moment. */
void model_cron_jobs_page(const cJSON *answer)
{
    const cJSON *view;
    for (uint32_t i = 0; i < crons.n; i++) crons.of[i].n_open = crons.of[i].n_active = 0;
    cJSON_ArrayForEach(view, cJSON_GetObjectItemCaseSensitive(answer, "jobs")) take_job(view);
    for (uint32_t i = 0; i < crons.n; i++) check_overlap(&crons.of[i]);
}

void model_cron_jobs_end(void)
{
    if (sim.p.disk_may_fill) return; /* of those that have ended some may be forgotten */
    for (uint32_t i = 0; i < crons.n; i++) {
        const struct cron *c = &crons.of[i];
        if (c->n_jobs < c->runs)
            sim_fail("schedule %" PRIu64 " has fired %" PRIu64 " times, and %" PRIu64 " jobs are there", c->number, c->runs,
                     c->n_jobs);
    }
}

void model_cron_compare(uint32_t name)
{
    for (uint32_t i = 0; i < crons.n; i++) {
        const struct cron *c = &crons.of[i];
        if (c->name == name && c->status == CRON_THERE && c->n_jobs > c->runs)
            sim_fail("schedule %" PRIu64 " has fired %" PRIu64 " times, and %" PRIu64 " jobs are there", c->number, c->runs,
                     c->n_jobs);
    }
}

void model_cron_check_late(uint32_t name, uint64_t wall_ms)
{
    for (uint32_t i = 0; i < crons.n; i++) {
        const struct cron *c = &crons.of[i];
        if (c->name == name && c->status == CRON_THERE && c->first_ms + c->times * c->period_ms + LATE_MS < wall_ms)
            sim_fail("schedule %" PRIu64 " is late", c->number);
    }
}

/* bench_cron.c: reading cron expressions, the next time, and what was missed in five years. */
#include "base/clock.h"
#include "base/zone.h"
#include "jobs/cron.h"
#include "micro.h"

#define NOW_NS (UINT64_C(1770892200) * NS_PER_S) /* 2026-02-12 */
#define LATER_NS (UINT64_C(4102444800) * NS_PER_S) /* 2100: by the zone's rule */

struct ask {
    const char *text;
    uint64_t at_ns;
    struct cron cron;
};

static struct zone *berlin;

static void parses(void *arg, uint64_t n)
{
    struct ask *a = arg;
    struct cron_error e;
    for (uint64_t i = 0; i < n; i++) micro_keep(cron_parse(slice_str(a->text), &a->cron, &e));
}

static void nexts(void *arg, uint64_t n)
{
    const struct ask *a = arg;
    for (uint64_t i = 0; i < n; i++) micro_keep(cron_next(&a->cron, berlin, 0, a->at_ns));
}

static void misses(void *arg, uint64_t n)
{
    const struct ask *a = arg;
    for (uint64_t i = 0; i < n; i++) micro_keep(cron_missed(&a->cron, berlin, 0, 0, a->at_ns).n);
}

static void run(const char *text, uint64_t at_ns, const char *parse, const char *next, const char *missed)
{
    struct ask a = {.text = text, .at_ns = at_ns};
    struct cron_error e;
    micro_check(cron_parse(slice_str(text), &a.cron, &e) == 0, "reading an expression");
    if (parse) micro_run(parse, parses, &a, 0);
    if (next) micro_run(next, nexts, &a, 0);
    if (missed) micro_run(missed, misses, &a, 0);
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "cron");
    micro_check(zone_open(ZONE_FOLDER, SLICE("Europe/Berlin"), &berlin) == 0, "reading Europe/Berlin: is tzdata installed?");
    run("0 9 * * MON-FRI", NOW_NS, "parse weekdays", "next weekdays", "missed weekdays, 5 years");
    run("* * * * * *", NOW_NS, NULL, "next second", "missed seconds, 5 years");
    run("0 0 30 2 *", NOW_NS, NULL, "next never", NULL);
    run("0 0 30 2 *", LATER_NS, NULL, "next never, after 2100", "missed never, before 2100");
    run("59 59 23 1W,2W,3W,4W,5W,6W,7W,8W,9W,31W 2 0#5", LATER_NS, "parse long", "next long, after 2100",
        "missed long, before 2100");
    berlin = zone_free(berlin);
    return micro_end();
}

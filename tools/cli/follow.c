#include "tools/cli/follow.h"

#include "base/clock.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/jobs_out.h"
#include "tools/cli/progress.h"
#include "tools/cli/when.h"

#include <inttypes.h>

#define POLL_S 10        /* the cap that servers have where nothing else is set */
#define POLL_SHOWN_S 1   /* so that people see the job move */
#define PAUSE_NS (200 * NS_PER_MS) /* between answers of a server that does not wait */

struct watching {
    const char *id;
    uint64_t since_ns; /* monotonic */
    char state[160];
};

static void show(void *arg)
{
    static const char turning[] = "|/-\\";
    const struct watching *w = arg;
    char age[WHEN_SHORT_BYTES];
    uint64_t ns = clock_now_ns() - w->since_ns;
    when_short(ns, age);
    progress_show("%c %s  %s  %s", turning[ns / (150 * NS_PER_MS) % 4], w->id, w->state, age);
}

static void note_state(struct watching *w, struct json_value job)
{
    char state[32], attempt[16];
    struct json_value v;
    double part;
    struct slice s = member_text(job, "state", state, sizeof state), a = member_text(job, "attempt", attempt, sizeof attempt);
    int len = snprintf(w->state, sizeof w->state, "%.*s, attempt %.*s", SLICE_ARG(s), SLICE_ARG(a));
    if (json_member(job, SLICE("progress"), &v) && v.kind == JSON_NUMBER && json_to_double(v, &part))
        (void)snprintf(w->state + len, sizeof w->state - (size_t)len, ", %.0f %%", part * 100);
}

uint64_t follow_until(const struct client *c)
{
    return c->o->wait.ns ? clock_now_ns() + c->o->wait.ns : 0;
}

int follow_job(struct client *c, struct json_value *job)
{
    struct json_value answer;
    int rc = client_document(c, &answer);
    return rc ? rc : client_member(&answer, "job", JSON_OBJECT, job);
}

/* One long poll: at most seconds, rounded up. */
static int poll_once(struct client *c, struct watching *w, uint64_t until_ns, struct json_value *job)
{
    char format[64], prefer[32];
    uint64_t now = clock_now_ns(), seconds = progress_is_shown() ? POLL_SHOWN_S : POLL_S;
    uint64_t left = until_ns > now ? (until_ns - now + NS_PER_S - 1) / NS_PER_S : 0;
    if (until_ns && left < seconds) seconds = left;
    (void)snprintf(format, sizeof format, "/ojs/v1/jobs/%%s?wait=%" PRIu64, seconds);
    (void)snprintf(prefer, sizeof prefer, "wait=%" PRIu64, seconds);
    struct http_request q = {.method = "GET",
                             .path = client_path(c, format, w->id),
                             .prefer = seconds ? prefer : NULL,
                             .silence_ns = SILENCE_NS + seconds * NS_PER_S,
                             .tick = progress_is_shown() ? show : NULL,
                             .tick_arg = w};
    int rc = client_send(c, &q);
    return rc ? rc : follow_job(c, job);
}

int follow(struct client *c, const char *id, uint64_t until_ns, struct json_value *job)
{
    struct watching w = {.id = id, .since_ns = clock_now_ns()};
    if (!until_ns || (c->until_ns && c->until_ns < until_ns)) until_ns = c->until_ns;
    uint64_t deadline = c->until_ns;
    c->until_ns = until_ns ? until_ns + NS_PER_S : 0; /* the last poll is answered a bit later, and then we know the state */
    int rc;
    for (;;) {
        uint64_t asked_ns = clock_now_ns();
        rc = poll_once(c, &w, until_ns, job);
        if (rc) job->text = (struct slice){0};
        if (rc || job_has_ended(*job)) break;
        note_state(&w, *job);
        uint64_t now = clock_now_ns();
        if (until_ns && now >= until_ns) {
            say("job %s has not ended: it is %s", id, w.state);
            rc = EXIT_LATE;
            break;
        }
        if (now - asked_ns < PAUSE_NS && !interrupt_sleep(PAUSE_NS)) rc = EXIT_SIGNAL;
        if (rc) break;
    }
    c->until_ns = deadline;
    progress_clear();
    return rc;
}

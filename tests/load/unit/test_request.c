/* What is counted of requests and answers, whatever the pieces in which they come. */
#include "driver_rig.h"

#include "tools/load/scenario.h"

#include <criterion/criterion.h>
#include <string.h>

#define MS NS_PER_MS
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define PLAN "-R|1000|-d|10s|http://127.0.0.1:1/x"

TestSuite(load_request, .fini = rig_down);

static struct driver *driver(void)
{
    return &rig.drivers[0];
}

static struct group_result *result(void)
{
    return &rig.drivers[0].groups[0].result;
}

static uint64_t errors(enum error_kind kind)
{
    return result()->errors[kind].n;
}

/* Of a histogram with one value. */
static void is_about(enum hist_kind kind, uint64_t ns)
{
    const struct hist *h = &result()->hist[kind];
    cr_assert_eq(h->count, 1, "%s: %lu", hist_name(kind), (unsigned long)h->count);
    cr_assert(hist_lowest_equivalent(h, ns) == hist_lowest_equivalent(h, h->max_ns), "%s: %lu is not %lu", hist_name(kind),
              (unsigned long)h->max_ns, (unsigned long)ns);
}

Test(load_request, an_answer_and_its_times)
{
    rig_up(PLAN);
    struct conn *c = rig_conn(3);
    uint64_t due = clock_now_ns() - 20 * MS;
    rig_ask(c, due);
    cr_assert_eq(c->state, CONN_BUSY);
    cr_assert_eq(result()->issued, 1);
    cr_assert_eq(metric_get(&driver()->asked_n), 1);
    uint64_t sent = c->sent_ns;
    cr_assert_geq(sent, due + 20 * MS);
    rig_answer(c, 3 * MS, "HTTP/1.1 200 OK\r\nContent-Le");
    rig_answer(c, 5 * MS, "ngth: 2\r\n\r\nok");
    is_about(HIST_RESPONSE, sent + 5 * MS - due);
    is_about(HIST_SERVICE, 5 * MS);
    is_about(HIST_TTFB, 3 * MS);
    is_about(HIST_LATENESS, sent - due);
    cr_assert_eq(result()->completed, 1);
    cr_assert_eq(result()->in_time, 1);
    cr_assert_eq(result()->status[2], 1);
    cr_assert_eq(metric_get(&driver()->done_n), 1);
    cr_assert_eq(metric_get(&driver()->tick->completed), 1);
    cr_assert_eq(c->state, CONN_IDLE);
    cr_assert_eq(c->flags & (CONN_MEASURED | CONN_STARTED | CONN_WRONG), 0);
    cr_assert_eq(c->served, 1);
    cr_assert_eq(c->side, CONN_NONE, "what it had beside its 64 bytes has gone back");
}

Test(load_request, outside_the_measured_time_only_the_ticks_know)
{
    rig_up(PLAN);
    uint64_t now = clock_now_ns();
    rig.measure_start_ns = now + 3600 * NS_PER_S;
    rig_ask(rig_conn(0), now);
    rig_answer(rig_conn(0), MS, ANSWER);
    rig_ask(rig_conn(0), now);
    rig_answer(rig_conn(0), MS, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    cr_assert_eq(result()->issued + result()->completed + result()->in_time + result()->failed, 0);
    cr_assert_eq(result()->hist[HIST_RESPONSE].count + result()->hist[HIST_LATENESS].count, 0);
    cr_assert_eq(errors(ERROR_STATUS), 0);
    cr_assert_eq(metric_get(&driver()->tick->issued), 2);
    cr_assert_eq(metric_get(&driver()->tick->completed), 1);
    cr_assert_eq(metric_get(&driver()->tick->errors), 1);
}

/* Due in the measured time, answered after it: it counts, but not among those that came in time. */
Test(load_request, due_in_time_answered_too_late)
{
    rig_up(PLAN);
    uint64_t now = clock_now_ns();
    rig.measure_end_ns = now + 1;
    rig_ask(rig_conn(0), now);
    rig_answer(rig_conn(0), MS, ANSWER);
    cr_assert_eq(result()->completed, 1);
    cr_assert_eq(result()->in_time, 0);
}

Test(load_request, pipelined_answers_cut_anywhere)
{
    static const char three[] = ANSWER "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" ANSWER;
    for (size_t cut = 0; cut < sizeof three; cut++) {
        char first[sizeof three];
        rig_up("-p|3|-c|2|-d|10s|http://127.0.0.1:1/x");
        rig.phase = PHASE_MEASURE;
        struct conn *c = rig_conn(1);
        rig_ask(c, clock_now_ns());
        rig.phase = PHASE_COOLDOWN; /* nothing follows */
        cr_assert_eq(c->left, 3);
        (void)snprintf(first, sizeof first, "%.*s", (int)cut, three);
        if (cut) rig_answer(c, MS, first);
        if (cut < sizeof three - 1) rig_answer(c, 2 * MS, three + cut);
        cr_assert_eq(result()->completed, 3, "cut at %zu: %lu", cut, (unsigned long)result()->completed);
        cr_assert_eq(metric_get(&driver()->done_n), 3);
        cr_assert_eq(c->state, CONN_IDLE);
        cr_assert_eq(metric_get(&driver()->errors_n), 0);
        rig_down();
    }
    rig_up(PLAN);
}

Test(load_request, a_wrong_answer_has_no_time)
{
    rig_up(PLAN);
    rig_ask(rig_conn(0), clock_now_ns());
    rig_answer(rig_conn(0), MS, "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno");
    cr_assert_eq(errors(ERROR_STATUS), 1);
    cr_assert(strstr(result()->errors[ERROR_STATUS].first_example, "503"));
    cr_assert_eq(result()->failed, 1);
    cr_assert_eq(result()->completed, 0);
    cr_assert_eq(result()->hist[HIST_RESPONSE].count, 0);
    cr_assert_eq(result()->status[5], 1);
    cr_assert_eq(rig_conn(0)->state, CONN_IDLE, "it is fit for the next one");
    rig_ask(rig_conn(0), clock_now_ns());
    rig_answer(rig_conn(0), MS, ANSWER);
    cr_assert_eq(result()->completed, 1, "whose answer is judged by itself");
}

Test(load_request, an_end_fails_all_that_have_no_answer)
{
    rig_up("-p|4|-d|10s|http://127.0.0.1:1/x");
    struct conn *c = rig_conn(0);
    rig_ask(c, clock_now_ns());
    rig_answer(c, MS, ANSWER);
    cr_assert_eq(c->left, 3);
    conn_end(driver(), c, ERROR_RESET, "gone");
    cr_assert_eq(errors(ERROR_RESET), 3);
    cr_assert_str_eq(result()->errors[ERROR_RESET].first_example, "gone");
    cr_assert_eq(result()->failed, 3);
    cr_assert_eq(result()->completed, 1);
    cr_assert_eq(metric_get(&driver()->asked_n), metric_get(&driver()->done_n));
    cr_assert_eq(c->state, CONN_ENDING);
}

Test(load_request, bytes_that_nobody_asked_for)
{
    rig_up(PLAN);
    rig_answer(rig_conn(0), 0, "HTTP/1.1 200 OK\r\n");
    cr_assert_eq(errors(ERROR_BAD_LENGTH), 1);
    cr_assert_eq(rig_conn(0)->state, CONN_ENDING);
    rig_ask(rig_conn(1), clock_now_ns());
    rig_answer(rig_conn(1), MS, ANSWER "x");
    cr_assert_eq(errors(ERROR_BAD_LENGTH), 2);
    cr_assert_eq(rig_conn(1)->state, CONN_ENDING);
    cr_assert_eq(result()->completed, 1, "the answer itself was right");
    rig_ask(rig_conn(2), clock_now_ns());
    rig_answer(rig_conn(2), MS, "SMTP\r\n\r\n");
    cr_assert_eq(errors(ERROR_BAD_HEAD), 1);
    rig_ask(rig_conn(3), clock_now_ns());
    rig_answer(rig_conn(3), MS, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    cr_assert_eq(errors(ERROR_BAD_LENGTH), 3);
    cr_assert_eq(result()->failed, 2);
}

Test(load_request, answered_before_it_was_sent)
{
    rig_up(PLAN);
    for (uint32_t i = 0; i < 2; i++) {
        struct conn *c = rig_conn(i);
        request_start(driver(), c, clock_now_ns());
        size_t whole = driver()->groups[0].pipelined.len;
        rig_answer(c, 2 * MS, ANSWER);
        cr_assert_eq(c->state, CONN_BUSY, "the kernel still has its bytes");
        cr_assert_eq(c->step, BUSY_ANSWERED);
        cr_assert_eq(result()->completed, i);
        rig_sent(c);
        driver()->clock.mono_ns = c->sent_ns + 50 * MS;
        request_sent(driver(), c, (uint32_t)(i ? whole - 1 : whole));
        if (i == 0) is_about(HIST_SERVICE, 2 * MS);
    }
    cr_assert_eq(result()->completed, 1);
    cr_assert_eq(errors(ERROR_EARLY_ANSWER), 1, "the rest of the second was refused");
    cr_assert_eq(rig_conn(1)->state, CONN_ENDING);
}

Test(load_request, a_connection_that_is_to_close_is_ended)
{
    rig_up("--reqs-per-conn|2|" PLAN);
    struct conn *c = rig_conn(0);
    rig_ask(c, clock_now_ns());
    rig_answer(c, MS, ANSWER);
    cr_assert_eq(c->state, CONN_IDLE);
    rig_ask(c, clock_now_ns());
    rig_answer(c, MS, ANSWER);
    cr_assert_eq(c->state, CONN_ENDING, "two each");
    c = rig_conn(1);
    rig_ask(c, clock_now_ns());
    rig_answer(c, MS, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    cr_assert_eq(c->state, CONN_ENDING);
    cr_assert_eq(result()->completed, 3);
    cr_assert_eq(metric_get(&driver()->errors_n), 0);
}

Test(load_request, withdrawn_it_was_never_there)
{
    rig_up(PLAN);
    struct conn *c = rig_conn(0);
    rig_ask(c, clock_now_ns());
    request_withdraw(driver(), c);
    cr_assert_eq(result()->issued, 0);
    cr_assert_eq(driver()->groups[0].issued_all, 0);
    cr_assert_eq(metric_get(&driver()->asked_n), 0);
    cr_assert_eq(c->flags & (CONN_MEASURED | CONN_WRONG | CONN_STARTED), 0);
    cr_assert_eq(c->left, 0);
}

Test(load_request, a_probe_is_one_and_measures_nothing)
{
    rig_up(PLAN);
    static const char *const answers[] = {ANSWER, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"};
    for (uint32_t i = 0; i < 2; i++) {
        struct conn *c = rig_conn(i);
        c->flags |= CONN_PROBING;
        rig_ask(c, clock_now_ns());
        rig_answer(c, MS, answers[i]);
    }
    struct conn *c = rig_conn(2);
    c->flags |= CONN_PROBING;
    rig_ask(c, clock_now_ns());
    conn_end(driver(), c, ERROR_RESET, "gone");
    cr_assert_eq(driver()->probe.answered, 1);
    cr_assert_eq(driver()->probe.failed, 2);
    cr_assert_eq(metric_get(&driver()->probed_n), 3);
    cr_assert_eq(result()->issued + result()->completed + result()->failed, 0);
    cr_assert_eq(metric_get(&driver()->done_n), 0);
}

Test(load_request, no_more_than_asked_for)
{
    rig_up("-p|4|-n|6|-c|1|http://127.0.0.1:1/x");
    struct conn *c = rig_conn(0);
    rig_ask(c, clock_now_ns());
    cr_assert_eq(c->left, 4);
    rig_answer(c, MS, ANSWER ANSWER ANSWER ANSWER); /* a closed loop goes on by itself */
    cr_assert_eq(c->state, CONN_BUSY);
    cr_assert_eq(c->left, 2, "the last batch is shorter");
    cr_assert_eq(result()->issued, 6);
    rig_sent(c);
    rig_answer(c, MS, ANSWER ANSWER);
    cr_assert_eq(c->state, CONN_IDLE, "and then it is over");
    cr_assert_eq(result()->completed, 6);
}

/* Over connections, batches and threads no number comes twice, and none is left out. */
Test(load_request, numbers)
{
    bool seen[64] = {false};
    rig_up("-t|2|-p|4|-c|8|-d|10s|http://127.0.0.1:1/x");
    for (uint32_t t = 0; t < 2; t++)
        for (uint32_t k = 0; k < 4; k++) request_start(&rig.drivers[t], &rig.drivers[t].conns[k], 1);
    for (uint32_t t = 0; t < 2; t++)
        for (uint32_t k = 0; k < 4; k++)
            for (uint32_t i = 0; i < 4; i++) {
                uint64_t n = request_number(&rig.drivers[t], &rig.drivers[t].conns[k], i);
                cr_assert(n < 32 && !seen[n], "%lu", (unsigned long)n);
                seen[n] = true;
            }
}

/* Also after 2^32 of them. */
Test(load_request, numbers_go_on)
{
    rig_up("-c|2|-d|10s|http://127.0.0.1:1/x");
    driver()->seq = UINT64_C(0x1fffffffe);
    uint64_t numbers[2];
    for (uint32_t k = 0; k < 2; k++) request_start(driver(), rig_conn(k), 1);
    for (uint32_t k = 0; k < 2; k++) numbers[k] = request_number(driver(), rig_conn(k), 0);
    cr_assert_eq(numbers[0], UINT64_C(0x1fffffffe));
    cr_assert_eq(numbers[1], UINT64_C(0x1ffffffff));
}

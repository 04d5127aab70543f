/* Filters: who is asked of what, in which order, and what follows when one refuses or needs time. */
#include "http/filter.h"
#include "http/session.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define N 3

struct recorder {
    char name;
    enum filter_result head, whole;
};

static char calls[64]; /* "Ha" head of a, "Wb" whole of b, "R" the route */

static void note(char what, char who)
{
    size_t n = strlen(calls);
    calls[n] = what;
    calls[n + 1] = who;
}

static enum filter_result on_head(void *arg, struct exchange *x)
{
    const struct recorder *r = arg;
    (void)x;
    note('H', r->name);
    return r->head;
}

static enum filter_result on_whole(void *arg, struct exchange *x)
{
    const struct recorder *r = arg;
    note('W', r->name);
    if (r->whole == FILTER_LATER) x->kept = true; /* as exchange_keep() does */
    return r->whole;
}

static void handle(struct exchange *x)
{
    note('R', '.');
    x->answered = true;
}

static struct recorder recorders[N];
static struct filter filters[N];
static struct route route;
static struct http http;
static struct exchange x;

static void init(void)
{
    memset(calls, 0, sizeof calls);
    for (int i = 0; i < N; i++) {
        recorders[i] = (struct recorder){(char)('a' + i), FILTER_PASS, FILTER_PASS};
        filters[i] = (struct filter){"recorder", on_head, on_whole, &recorders[i]};
    }
    route = (struct route){.handle = handle};
    http = (struct http){.o = {.filters = filters, .n_filters = N}};
    x = (struct exchange){.http = &http, .match = {.route = &route}};
}

/* As intake.c goes through a request. */
static void go_through(void)
{
    filters_sort(&http);
    if (filters_on_head(&x) == FILTER_REPLIED) return;
    if (filters_on_whole(&x) == FILTER_PASS) exchange_route(&x);
}

Test(http_filter, all_are_asked_of_head_and_whole_in_order, .init = init)
{
    go_through();
    cr_assert_str_eq(calls, "HaHbHcWaWbWcR.");
}

Test(http_filter, a_refusal_of_the_head_ends_it, .init = init)
{
    recorders[1].head = FILTER_REPLIED;
    go_through();
    cr_assert_str_eq(calls, "HaHb");
}

Test(http_filter, a_refusal_of_the_whole_ends_it, .init = init)
{
    recorders[1].whole = FILTER_REPLIED;
    go_through();
    cr_assert_str_eq(calls, "HaHbHcWaWb");
}

Test(http_filter, who_must_wait_for_the_whole_stops_those_behind_it, .init = init)
{
    recorders[1].head = FILTER_LATER;
    go_through();
    cr_assert_str_eq(calls, "HaHbWaWbHcWcR.");
}

Test(http_filter, one_behind_a_waiting_one_may_still_refuse_the_head, .init = init)
{
    recorders[0].head = FILTER_LATER;
    recorders[2].head = FILTER_REPLIED;
    go_through();
    cr_assert_str_eq(calls, "HaWaHbWbHc");
}

Test(http_filter, several_may_wait_for_the_whole, .init = init)
{
    recorders[0].head = recorders[2].head = FILTER_LATER;
    go_through();
    cr_assert_str_eq(calls, "HaWaHbWbHcWcR.");
}

Test(http_filter, one_that_needs_time_keeps_the_request_and_lets_it_proceed, .init = init)
{
    recorders[1].head = recorders[1].whole = FILTER_LATER;
    go_through();
    cr_assert_str_eq(calls, "HaHbWaWb");
    cr_assert(x.kept && !x.answered);
    exchange_proceed(&x);
    cr_assert_str_eq(calls, "HaHbWaWbHcWcR.");
}

Test(http_filter, the_last_one_may_need_time_after_all_heads_have_passed, .init = init)
{
    recorders[2].whole = FILTER_LATER;
    go_through();
    cr_assert_str_eq(calls, "HaHbHcWaWbWc");
    exchange_proceed(&x);
    cr_assert_str_eq(calls, "HaHbHcWaWbWcR.");
}

Test(http_filter, a_filter_may_look_at_one_of_both_only, .init = init)
{
    filters[0].on_whole = NULL;
    filters[2].on_head = NULL;
    go_through();
    cr_assert_str_eq(calls, "HaHbWbWcR.");
}

Test(http_filter, who_looks_at_heads_only_is_asked_late_behind_a_waiting_one, .init = init)
{
    recorders[0].head = FILTER_LATER;
    filters[1].on_whole = filters[2].on_whole = NULL;
    go_through();
    cr_assert_str_eq(calls, "HaWaHbHcR.");
}

Test(http_filter, those_that_have_nothing_to_look_at_are_not_asked, .init = init)
{
    uint32_t on = 5; /* a and c */
    http.o.filters_on = &on;
    recorders[2].head = FILTER_LATER;
    go_through();
    cr_assert_str_eq(calls, "HaHcWaWcR.");
    on = 0;
    cr_assert(filters_idle(&http));
    init();
    go_through();
    cr_assert_str_eq(calls, "HaHbHcWaWbWcR.", "no mask: all are asked");
}

Test(http_filter, health_is_never_filtered, .init = init)
{
    route.vital = true;
    recorders[0].head = FILTER_REPLIED;
    go_through();
    cr_assert_str_eq(calls, "R.");
}

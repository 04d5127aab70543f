/* Pools of processes that grow while tasks wait and shrink when none do. */
#include "places.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#define RUN "/run/test.crash?how="

Test(wire_growth, grows_to_its_bound_and_shrinks_again, .timeout = 60)
{
    struct server srv;
    struct client c[5];
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 3, \"places_min\": 1, \"idle_end\": 1}}", NULL);
    places_await(&srv, "quern_worker_processes", "test.crash", 1);
    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 5; i++) {
            client_connect(&c[i], srv.port);
            call_send(&c[i], RUN "hold", NULL, "", 0);
        }
        places_await(&srv, "quern_worker_processes", "test.crash", 3);
        call_await_metric(srv.port, "quern_tasks_out", 3);
        cr_assert_eq(wire_metric(srv.port, "quern_tasks_waiting"), 2, "never beyond the bound");
        wire_release(&srv);
        for (int i = 0; i < 5; i++) {
            wire_expect(&c[i], 200, NULL);
            client_close(&c[i]);
        }
        wire_hold_again(&srv);
        places_await(&srv, "quern_worker_processes", "test.crash", 1);
        places_await(&srv, "quern_worker_processes_grown_total", "test.crash", 2 * round);
        places_await(&srv, "quern_worker_processes_idle_ends_total", "test.crash", 2 * round);
    }
    places_await(&srv, "quern_worker_crashes_total", "test.crash", 0);
    places_await(&srv, "quern_worker_restarts_total", "test.crash", 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* From none: only a task of that type starts one, a call or a job. */
Test(wire_growth, from_none, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 2, \"places_min\": 0, \"idle_end\": 1}}", NULL);
    cJSON_Delete(places_job(srv.port, "echo", "[]", "{}", "completed"));
    call_expect(srv.port, "/run/echo", "");
    places_await(&srv, "quern_worker_processes_grown_total", "test.crash", 0);
    cJSON_Delete(places_job(srv.port, "test.crash", "[]", "{}", "completed"));
    places_await(&srv, "quern_worker_processes_grown_total", "test.crash", 1);
    places_await(&srv, "quern_worker_processes", "test.crash", 0);
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    places_await(&srv, "quern_worker_processes", "test.crash", 0);
    struct reply r = http_request(srv.port, "GET", "/readyz", NULL, NULL);
    cr_assert_eq(r.status, 200, "none is no fault");
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* Crashes are restarted as ever; one that was started for tasks is not forgotten. */
Test(wire_growth, crashes_while_it_grows, .timeout = 110)
{
    struct server srv;
    struct client c[4];
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 4, \"places_min\": 0, \"idle_end\": 1}}", NULL);
    for (unsigned round = 0; round < wire_scaled(50); round++) {
        for (int i = 0; i < 4; i++) {
            client_connect(&c[i], srv.port);
            call_send(&c[i], i % 2 ? RUN "segv" : RUN "hold&ms=2", NULL, "", 0);
        }
        for (int i = 0; i < 4; i++) {
            wire_expect(&c[i], i % 2 ? 500 : 200, NULL);
            client_close(&c[i]);
        }
    }
    places_await(&srv, "quern_worker_processes", "test.crash", 0);
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

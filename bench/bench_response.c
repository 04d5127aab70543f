/* bench_response.c: an answer → the bytes of its response in a chunk, and the chunk back into the pool. */
#include "base/clock.h"
#include "http/problem.h"
#include "http/response.h"
#include "http/session.h"
#include "micro.h"

static struct clock now;
static struct chunk_pool chunks;
static struct http http;
static const struct request request = {.method = METHOD_GET, .minor = 1, .keep_alive = true};

static void write_out(const struct answer *a)
{
    struct out out = {0};
    micro_check(response_write(&http, &out, &request, a, false), "writing");
    micro_keep(out.first);
    out_drop(&out, &chunks);
}

static void small_body(void *arg, uint64_t n)
{
    const struct answer a = {.status = 200, .type = SLICE("text/plain"), .body = SLICE("ok\n")};
    (void)arg;
    for (uint64_t i = 0; i < n; i++) write_out(&a);
}

static void problem(void *arg, uint64_t n)
{
    static const struct exchange exchange;
    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        char body[2048], fields[256];
        size_t fields_len = 0;
        size_t len = problem_form.write(NULL, body, sizeof body, fields, &fields_len, sizeof fields, 404, "not-found",
                                        "There is nothing under this path.", &exchange);
        micro_check(len > 0, "writing a problem");
        write_out(
            &(struct answer){.status = 404, .type = problem_form.type, .fields = {fields, fields_len}, .body = {body, len}});
    }
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "response");
    clock_tick(&now);
    micro_check(chunk_pool_init(&chunks, 16) == 0, "making chunks");
    http.o = (struct http_options){.chunks = &chunks, .clock = &now};
    micro_run("200 with 3 bytes", small_body, NULL, 0);
    micro_run("404 with a problem document", problem, NULL, 0);
    chunk_pool_deinit(&chunks);
    return micro_end();
}

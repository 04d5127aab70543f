#include "tools/cli/queue_rows.h"

#include "tools/cli/pages.h"
#include "tools/cli/rows.h"

#define TABLE_MAX (16u << 20)

struct listing {
    const char *name; /* only this one; NULL: all */
    bool as_json, is_found;
    struct rows rows;
};

static void add_row(struct rows *r, struct json_value queue)
{
    static const char *const states[] = {"available", "active",    "scheduled", "retryable",
                                         "completed", "cancelled", "discarded"};
    char room[300];
    struct json_value counts = {0};
    rows_add(r, member_text(queue, "name", room, sizeof room));
    rows_add(r, member_text(queue, "status", room, sizeof room));
    bool has_counts = json_member(queue, SLICE("counts"), &counts) && counts.kind == JSON_OBJECT;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        rows_add(r, has_counts ? member_text(counts, states[i], room, sizeof room) : SLICE(""));
}

static int add_queue(void *arg, struct json_value queue)
{
    struct listing *l = arg;
    char room[300];
    if (queue.kind != JSON_OBJECT) return 0;
    if (l->name && !slice_eq(member_text(queue, "name", room, sizeof room), slice_str(l->name))) return 0;
    l->is_found = true;
    if (l->as_json) client_print_line(queue);
    else add_row(&l->rows, queue);
    return 0;
}

int queue_rows_print(struct client *c, const char *name, bool as_json)
{
    struct listing l = {.name = name, .as_json = as_json};
    rows_init(&l.rows, "QUEUE|STATUS|>AVAILABLE|>ACTIVE|>SCHEDULED|>RETRYABLE|>COMPLETED|>CANCELLED|>DISCARDED", TABLE_MAX);
    int rc = pages_each(c, "/ojs/v1/queues?limit=200", "queues", 0, add_queue, &l, NULL);
    if (rc == 0 && l.name && !l.is_found) {
        say("no job has named a queue '%s' yet", l.name);
        rc = EXIT_REFUSED;
    }
    if (rc == 0 && !as_json && !rows_print(&l.rows, stdout)) say("too many queues for one table: use --json");
    rows_deinit(&l.rows);
    return rc;
}

#include "tools/cli/jobs_out.h"

#define TABLE_MAX (16u << 20)
#define NOTE_MAX 300

void jobs_out_init(struct jobs_out *out, struct client *c, bool is_detailed)
{
    out->client = c;
    out->is_detailed = is_detailed;
    rows_init(&out->rows, "ID|STATE|TYPE|QUEUE|>ATTEMPT|NOTE", TABLE_MAX);
}

/* What is worth knowing beside the state: how far it is, what went wrong, when it goes on. */
static struct slice note(struct json_value job, char *room, size_t room_bytes)
{
    struct json_value v;
    double part;
    if (json_member(job, SLICE("error"), &v) && v.kind == JSON_OBJECT) return member_text(v, "message", room, room_bytes);
    if (json_member(job, SLICE("progress"), &v) && v.kind == JSON_NUMBER && json_to_double(v, &part))
        return slice_make(room, (size_t)snprintf(room, room_bytes, "%.0f %%", part * 100));
    if (!json_member(job, SLICE("state"), &v) || !slice_eq(v.text, SLICE("\"scheduled\""))) return slice_make(room, 0);
    return member_text(job, "scheduled_at", room, room_bytes);
}

static void add_row(struct rows *r, struct json_value job)
{
    static const char *const names[] = {"id", "state", "type", "queue", "attempt"};
    char room[NOTE_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) rows_add(r, member_text(job, names[i], room, sizeof room));
    rows_add(r, note(job, room, sizeof room));
}

/* Every member on a line, in the server's order; long ones are cut. */
static void print_details(struct json_value job)
{
    char room[NOTE_MAX], label[64];
    struct rows r;
    struct slice name;
    struct json_value v;
    rows_init(&r, "FIELD|VALUE", TABLE_MAX);
    for (size_t i = 0; json_next(job, &i, &name, &v);) {
        (void)snprintf(label, sizeof label, "%.*s", SLICE_ARG(name));
        rows_add(&r, slice_str(label));
        struct slice text = value_text(v, room, sizeof room);
        if (v.text.len > sizeof room) rows_addf(&r, "%.*s...", SLICE_ARG(text));
        else rows_add(&r, text);
    }
    (void)rows_print(&r, stdout);
    rows_deinit(&r);
}

void jobs_out_add(struct jobs_out *out, struct json_value job)
{
    const struct client *c = out->client;
    char room[64];
    if (c->o->quiet) {
        struct slice id = member_text(job, "id", room, sizeof room);
        say_clean(room, id.len);
        (void)printf("%.*s\n", SLICE_ARG(id));
    } else if (c->as_json) {
        client_print_line(job);
    } else if (out->is_detailed) {
        print_details(job);
    } else {
        add_row(&out->rows, job);
        return;
    }
    (void)fflush(stdout); /* whoever reads may act on it; a failure is found at the end */
}

int jobs_out_end(struct jobs_out *out)
{
    bool has_rows = out->rows.n > out->rows.columns;
    if (has_rows && !rows_print(&out->rows, stdout)) say("too many jobs for one table: use --json");
    rows_deinit(&out->rows);
    return client_flush();
}

static bool is_in_state(struct json_value job, struct slice state)
{
    struct json_value v;
    struct slice plain;
    return json_member(job, SLICE("state"), &v) && v.kind == JSON_STRING && json_plain(v, &plain) && slice_eq(plain, state);
}

bool job_has_ended(struct json_value job)
{
    return is_in_state(job, SLICE("completed")) || is_in_state(job, SLICE("cancelled")) || is_in_state(job, SLICE("discarded"));
}

int job_exit_code(struct json_value job)
{
    return job_has_ended(job) && !is_in_state(job, SLICE("completed")) ? EXIT_JOB : EXIT_DONE;
}

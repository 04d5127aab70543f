/* blob_check.c: see blob_check.h. */
#include "jobs/blob_check.h"

#include "jobs/blob.h"
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>

struct named {
    struct record_blob ref;
    struct uuid job;
    bool is_input, is_gone;
};

/* In the order of the records, which is that of the numbers but for what compaction has written again. */
struct names {
    struct named *all;
    size_t n, room;
    bool no_memory;
};

static bool make_room(struct names *names)
{
    if (names->n < names->room) return true;
    size_t room = names->room ? 2 * names->room : 64;
    struct named *all = realloc(names->all, room * sizeof *all);
    if (!all) return false;
    names->all = all;
    names->room = room;
    return true;
}

static void add(struct names *names, const struct record_blob *ref, struct uuid job, bool is_input)
{
    if (!ref->number) return;
    if (!make_room(names)) names->no_memory = true;
    else names->all[names->n++] = (struct named){.ref = *ref, .job = job, .is_input = is_input};
}

/* A snapshot replaces all that was said of its job, and so does the word that it was deleted. */
static void drop_job(struct names *names, struct uuid job)
{
    for (size_t i = 0; i < names->n; i++)
        if (uuid_eq(names->all[i].job, job)) names->all[i].is_gone = true;
}

static void drop_numbers(struct names *names, struct slice numbers)
{
    uint64_t number;
    while (record_cut_struct(&numbers, &number, sizeof number))
        for (size_t i = 0; i < names->n; i++)
            if (names->all[i].ref.number == number) names->all[i].is_gone = true;
}

static void on_record(void *arg, FILE *out, const struct journal_record *record)
{
    struct names *names = arg;
    struct job_image image;
    (void)out;
    if (record->type == RECORD_BLOBS_GONE) drop_numbers(names, record->payload);
    if (!job_image_read(&image, record->type, record->payload)) return;
    if (names->n && record->type != RECORD_MOVE) drop_job(names, image.state.id);
    add(names, &image.input_blob, image.state.id, true);
    add(names, &image.result_blob, image.state.id, false);
}

static int look_at(struct files *files, int dir_fd, uint32_t engine, const struct named *n, FILE *out)
{
    char id[UUID_TEXT_BYTES], name[BLOB_NAME_BYTES];
    int rc = dir_fd < 0 ? -ENOENT : blob_verify(files, dir_fd, engine, &n->ref, NULL);
    if (rc == 0) return 0;
    uuid_text(n->job, id);
    blob_name(name, engine, n->ref.number);
    (void)fprintf(out, "blobs/%s  job %s  %s of %" PRIu32 " bytes: %s\n", name, id, n->is_input ? "input" : "result", n->ref.bytes,
                  rc == -ENOENT ? "MISSING" : rc == -EBADMSG ? "NOT WHAT WAS WRITTEN" : strerrordesc_np(-rc));
    return -EBADMSG;
}

static int look_at_all(struct files *files, const char *path, uint32_t engine, const struct names *names, FILE *out)
{
    char folder[4096];
    size_t n = 0, lost = 0;
    (void)snprintf(folder, sizeof folder, "%s/blobs", path);
    int dir_fd = file_open_now(files, AT_FDCWD, folder, FILE_FOLDER);
    for (size_t i = 0; i < names->n; i++) {
        if (names->all[i].is_gone) continue;
        n++;
        if (look_at(files, dir_fd, engine, &names->all[i], out) < 0) lost++;
    }
    file_close_now(files, dir_fd);
    if (n) (void)fprintf(out, "files of payloads %zu  lost %zu\n", n, lost);
    return lost ? -EBADMSG : 0;
}

int blob_check(struct files *files, const char *path, uint32_t engine, FILE *out)
{
    struct names names = {0};
    int rc = journal_dump(files, path, engine, out, on_record, &names);
    if (names.no_memory && rc == 0) rc = -ENOMEM;
    int blobs = rc == 0 || rc == -EBADMSG ? look_at_all(files, path, engine, &names, out) : 0;
    free(names.all);
    return rc < 0 ? rc : blobs;
}

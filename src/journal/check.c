/* check.c: a journal looked at while nobody writes it. See journal.h "offline". */
#include "journal/journal.h"
#include "journal/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct dump {
    FILE *out;
    void (*print)(void *arg, FILE *out, const struct journal_record *record);
    void *arg;
};

static int on_record(void *arg, const struct journal_record *record)
{
    struct dump *d = arg;
    if (d->print) d->print(d->arg, d->out, record);
    return 0;
}

static void print_verdict(FILE *out, int rc, const struct journal_report *report)
{
    (void)fprintf(out, "batches %" PRIu64 "  records %" PRIu64 "  payload bytes %" PRIu64 "  last sequence %" PRIu64 "\n",
                  report->batches, report->records, report->payload_bytes, report->last_sequence);
    if (rc < 0 && report->found != JOURNAL_DAMAGED) {
        (void)fprintf(out, "verdict: not read: %s (%s)\n", report->why, strerrordesc_np(-rc));
        return;
    }
    static const char *const texts[] = {"empty", "closed in order", "ends with a whole batch", "torn end", "DAMAGED"};
    (void)fprintf(out, "verdict: %s", texts[report->found]);
    if (report->found >= JOURNAL_TORN)
        (void)fprintf(out, ": %s at offset %" PRIu64 ": %s", report->file, report->offset, report->why);
    (void)fputc('\n', out);
}

static int look(struct files *f, const char *path, uint32_t engine, FILE *out, struct dump *d)
{
    char name[SEGMENT_NAME_BYTES];
    struct journal_report report = {.why = "the folder cannot be opened"};
    struct replay_end end = {0};
    struct replay_options o = {
        .files = f, .path = path, .engine = engine, .own_records = true, .out = out, .arg = d, .on_record = on_record};
    int lock_fd = -1, rc = o.dir_fd = file_open_now(f, AT_FDCWD, path, FILE_FOLDER);
    if (rc >= 0) {
        (void)snprintf(name, sizeof name, "journal-%u.lock", engine);
        lock_fd = file_open_now(f, o.dir_fd, name, FILE_READ);
        rc = lock_fd >= 0 ? file_lock(f, lock_fd, 0) : 0; /* no lock file: a copy, which nobody writes */
        if (rc == -EWOULDBLOCK) report.why = "a server uses it";
    }
    if (rc == 0) rc = replay_run(&o, UINT32_MAX, &end, &report);
    print_verdict(out, rc, &report);
    free(end.segs);
    file_close_now(f, lock_fd);
    file_close_now(f, o.dir_fd);
    return rc;
}

int journal_check(struct files *files, const char *path, uint32_t engine, FILE *out)
{
    struct dump d = {.out = out};
    return look(files, path, engine, out, &d);
}

int journal_dump(struct files *files, const char *path, uint32_t engine, FILE *out,
                 void (*print)(void *arg, FILE *out, const struct journal_record *record), void *arg)
{
    struct dump d = {out, print, arg};
    return look(files, path, engine, out, &d);
}

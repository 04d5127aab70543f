/* A journal with records of every kind, each bit of which is flipped in turn: no start takes it for whole. */
#include "cron_rig.h"
#include "log_rig.h"

#include "jobs/queue_record.h"
#include "jobs/schedule_record.h"
#include "journal/record.h"

#include <errno.h>
#include <sys/stat.h>

#define SEGMENT_BYTES (40u * 4096u)

static struct log_rig *g;
static FILE *null;
static uint8_t image[SEGMENT_BYTES];

static void up(void)
{
    g = log_rig_up();
    log_kill(g);
    log_rig_remove(g);
    cr_assert_eq(mkdir(g->path, 0700), 0);
    g->o.segment_bytes = SEGMENT_BYTES;
    g->o.buffer_bytes = 10u * 4096u;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    null = fopen("/dev/null", "w");
    cr_assert_not_null(null);
}

static void down(void)
{
    log_rig_down(g);
    (void)fclose(null);
}

TestSuite(jobs_log_damage, .init = up, .fini = down, .timeout = 120);

static struct ask *raw_new(void)
{
    static const char text[] = "\1\2 input {\"w\":1}image/png";
    struct ask *ask = log_submit_new(g, "default", "local.a", DURABILITY_SYNCED);
    block_unref(ask->call.spec.envelope);
    struct block *b = rig_block(g->r, text);
    ask->call.spec = (struct job_spec){.queue = SLICE("default"),
                                       .type = SLICE("local.a"),
                                       .retry = retry_policy_default(),
                                       .envelope = b,
                                       .args = slice_make(b->bytes + 9, 7),
                                       .is_raw = true,
                                       .has_key = true,
                                       .durability = DURABILITY_SYNCED};
    memset(&ask->call.spec.key, 0xa5, sizeof ask->call.spec.key);
    return ask;
}

static struct ask *batch_new(uint32_t n)
{
    struct ask *ask = ask_new(g->r, ENGINE_BATCH);
    ask->call.items = block_new(&g->r->budget, n * sizeof(struct batch_item));
    ask->call.n_items = n;
    ask->call.is_atomic = true;
    for (uint32_t i = 0; i < n; i++) {
        struct block *envelope = rig_block(g->r, "{\"args\":[1,2]}");
        engine_call_items(&ask->call)[i] = (struct batch_item){.spec = {.queue = SLICE("batch"),
                                                                        .type = SLICE("t.batch"),
                                                                        .retry = retry_policy_default(),
                                                                        .durability = DURABILITY_SYNCED,
                                                                        .envelope = envelope,
                                                                        .args = slice_make(envelope->bytes + 8, 5)}};
    }
    return ask;
}

static struct ask *queue_new(void)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_SET);
    ask->call.args = rig_block(g->r, "q");
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = QUEUE_SET_MAKE | QUEUE_SET_PAUSE;
    ask->call.queue.config = (struct queue_config){.concurrency = 3, .max_size = 9, .lease_ms = 7000, .timeout_ms = 9000};
    return ask;
}

static void make_one_of_each(void)
{
    cron_set_wall(g->r, "2026-02-12T10:59:30Z");
    cr_assert_eq(cron_take(log_do(g, cron_put_new(g->r, "n", "0 * * * *", "Europe/Berlin", OVERLAP_ENQUEUE)), NULL), ENGINE_OK);
    struct uuid id = log_submit(g, "w", "t.plain");
    struct job_view view = log_fetch(g, "w");
    struct ask *nack = nack_new(g->r, id, "boom");
    nack->call.token = view.lease_token;
    cr_assert_eq(log_once(g, nack, NULL), ENGINE_OK);
    enum engine_outcome outcome = log_once(g, raw_new(), NULL);
    cr_assert_eq(outcome, ENGINE_OK, "%d", outcome);
    ask_free(log_do(g, batch_new(3)));
    cr_assert_eq(log_once(g, queue_new(), NULL), ENGINE_OK);
    cron_set_wall(g->r, "2026-02-12T11:00:00Z");
    log_settle(g);
    id = log_submit(g, "w", "t.plain");
    view = log_fetch(g, "w");
    cr_assert_eq(log_once(g, log_ack_new(g, id, view.lease_token, "{\"sum\":3}"), NULL), ENGINE_OK);
    log_settle(g);
}

static void write_at(const void *p, size_t len, size_t offset)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000001.seg", g->path);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(pwrite(fd, p, len, (off_t)offset), (ssize_t)len);
    (void)close(fd);
}

static void read_image(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000001.seg", g->path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(read(fd, image, sizeof image), (ssize_t)sizeof image);
    (void)close(fd);
}

/* Where each look takes ten times as long, one bit of each byte, another one each time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BITS_STEP 8u
#else
#define BITS_STEP 1u
#endif

static void flip_all(size_t from, size_t to)
{
    for (size_t byte = from; byte < to; byte++) {
        for (unsigned bit = byte % BITS_STEP; bit < 8; bit += BITS_STEP) {
            uint8_t flipped = image[byte] ^ (uint8_t)(1u << bit);
            write_at(&flipped, 1, byte);
            cr_assert_eq(journal_check(g->files, g->path, 0, null), -EBADMSG, "byte %zu bit %u", byte, bit);
        }
        write_at(image + byte, 1, byte);
    }
}

Test(jobs_log_damage, no_flipped_bit_of_any_record_goes_unnoticed)
{
    uint32_t seen[16] = {0}, together = 0;
    make_one_of_each();
    struct engine_stats before = engine_stats(g->r->engine);
    log_kill(g);
    read_image();
    struct batch_head b;
    for (size_t at = 4096; memcpy(&b, image + at, sizeof b), b.magic == BATCH_MAGIC; at += b.bytes) {
        struct record_head h;
        for (size_t i = at + sizeof b; memcpy(&h, image + i, sizeof h), h.type != RECORD_END; i += record_bytes(h.length)) {
            if (h.type >= RECORD_OWN) continue;
            cr_assert_lt(h.type, 16);
            if (h.count > 1 && h.type == RECORD_SCHEDULE_FIRED) together++;
            if (seen[h.type]++ < 2 || h.type == 1) flip_all(i, i + record_bytes(h.length));
        }
    }
    cr_assert_eq(together, 1, "the schedule's advance and its job are one transaction");
    cr_assert(seen[1] >= 7 && seen[2] && seen[RECORD_SCHEDULE] && seen[RECORD_SCHEDULE_FIRED] && seen[RECORD_QUEUE]);
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    struct engine_stats after = engine_stats(g->r->engine);
    cr_assert_arr_eq(before.by_state, after.by_state, sizeof before.by_state);
    cr_assert_eq(before.schedules, after.schedules);
}

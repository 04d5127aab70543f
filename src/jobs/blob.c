/* blob.c: see blob.h. Writing: blob_write.c. */
#include "jobs/blob_parts.h"

#include "base/check.h"
#include "base/digest.h"
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* More than may be begun: what has gone by a crash between a record and an unlink is found again. */
#define SLOTS (2 * BLOBS_MAX)

/* ---- names ---- */

void blob_name(char name[BLOB_NAME_BYTES], uint32_t engine, uint64_t number)
{
    (void)snprintf(name, BLOB_NAME_BYTES, "blob-%" PRIu32 "-%016" PRIx64, engine, number);
}

bool blob_parse_name(const char *name, uint32_t engine, uint64_t *number)
{
    char same[BLOB_NAME_BYTES];
    const char *digits = strrchr(name, '-');
    if (!digits) return false;
    *number = strtoull(digits + 1, NULL, 16);
    blob_name(same, engine, *number);
    return *number && strcmp(name, same) == 0; /* as we write it, and no other way */
}

/* ---- the book ---- */

static uint64_t hash_number(const struct blobs *b, uint64_t number)
{
    return table_hash(&b->by_number, slice_make(&number, sizeof number));
}

static uint64_t hash_block(const struct blobs *b, const struct block *block)
{
    uintptr_t at = (uintptr_t)block;
    return table_hash(&b->by_block, slice_make(&at, sizeof at));
}

struct blob *blobs_numbered(const struct blobs *b, uint64_t number)
{
    if (!b->files) return NULL;
    for (struct table_node *n = table_first(&b->by_number, hash_number(b, number)); n; n = table_next(n)) {
        struct blob *blob = container_of(n, struct blob, by_number);
        if (blob->ref.number == number) return blob;
    }
    return NULL;
}

struct blob *blobs_find(const struct blobs *b, const struct block *block)
{
    if (!b->files || !block || block->budget != b->budget) return NULL; /* most: at a glance */
    for (struct table_node *n = table_first(&b->by_block, hash_block(b, block)); n; n = table_next(n)) {
        struct blob *blob = container_of(n, struct blob, by_block);
        if (blob->block == block) return blob;
    }
    return NULL; /* a part of one */
}

static struct blob *enter(struct blobs *b, const struct record_blob *ref)
{
    struct blob *blob = slab_get(&b->slab, NULL);
    if (!blob) return NULL;
    blob->ref = *ref;
    list_init(&blob->link);
    table_add(&b->by_number, &blob->by_number, hash_number(b, ref->number));
    if (ref->number >= b->next_number) b->next_number = ref->number + 1;
    return blob;
}

struct blob *blobs_enter_new(struct blobs *b, uint64_t bytes)
{
    struct blob *blob = b->slab.n_used < BLOBS_MAX ? enter(b, &(struct record_blob){b->next_number, (uint32_t)bytes, 0}) : NULL;
    if (!blob) return NULL;
    b->bytes += bytes;
    b->n_unbound++;
    return blob;
}

void blobs_replace(struct blobs *b, struct blob *blob, const struct block *block)
{
    if (blob->block) table_remove(&b->by_block, &blob->by_block);
    blob->block = block;
    if (block) table_add(&b->by_block, &blob->by_block, hash_block(b, block));
}

void blobs_leave(struct blobs *b, struct blob *blob)
{
    blobs_replace(b, blob, NULL);
    list_remove(&blob->link);
    table_remove(&b->by_number, &blob->by_number);
    if (!blob->is_bound) b->n_unbound--;
    if (blob->is_lost) b->n_lost--;
    b->bytes -= blob->ref.bytes;
    journal_beside_sub(*b->journal, blob->ref.bytes);
    slab_put(&b->slab, blob);
}

void blobs_bind(struct blobs *b, struct blob *blob, struct uuid job)
{
    if (!blob->is_bound) b->n_unbound--;
    blob->is_bound = true;
    blob->job = job;
}

void blobs_kill(struct blobs *b, struct blob *blob)
{
    blobs_replace(b, blob, NULL);
    list_push_back(&b->going, &blob->link);
}

/* ---- set-up ---- */

static void on_removed(void *blobs, int32_t res)
{
    struct blobs *b = blobs;
    (void)res; /* a file that could not be unlinked is an orphan: a start does it */
    blobs_leave(b, b->removing);
    b->removing = NULL;
}

static int open_folder(struct blobs *b, const char *path)
{
    char folder[4096];
    int n = snprintf(folder, sizeof folder, "%s/" BLOBS_FOLDER, path);
    if (n < 0 || (size_t)n >= sizeof folder) return -ENAMETOOLONG;
    int rc = file_make_folder(b->files, path);
    if (rc == 0) rc = file_make_folder(b->files, folder);
    if (rc < 0) return rc;
    b->dir_fd = file_open_now(b->files, AT_FDCWD, folder, FILE_FOLDER);
    return b->dir_fd < 0 ? b->dir_fd : 0;
}

static int open_book(struct blobs *b, uint64_t seed)
{
    int rc = slab_init(&b->slab, sizeof(struct blob), SLOTS);
    if (rc < 0) return rc;
    rc = table_init(&b->by_number, SLOTS, seed);
    if (rc < 0) goto free_slab;
    rc = table_init(&b->by_block, SLOTS, seed + 1);
    if (rc == 0) return 0;
    table_deinit(&b->by_number);
free_slab:
    slab_deinit(&b->slab);
    return rc;
}

int blobs_open(struct blobs *b, const struct blobs_options *o)
{
    block_budget_init(&b->own, UINT64_MAX / 2, -1);
    b->budget = o->budget ? o->budget : &b->own;
    b->files = o->files;
    b->journal = o->journal;
    b->engine = o->engine;
    b->bytes_min = o->bytes_min;
    b->next_number = 1;
    b->arg = o->arg;
    b->on_written = o->on_written;
    list_init(&b->going);
    int rc = open_folder(b, o->path);
    if (rc == 0 && (rc = open_book(b, o->seed)) < 0) file_close_now(b->files, b->dir_fd);
    if (rc < 0) {
        b->files = NULL;
        return rc;
    }
    file_op_init(&b->remove, b->files, on_removed, b);
    blobs_open_writes(b);
    return 0;
}

void blobs_close(struct blobs *b)
{
    if (!b->files) return;
    file_op_deinit(&b->remove);
    blobs_close_writes(b);
    file_close_now(b->files, b->dir_fd);
    b->files = NULL;
    table_deinit(&b->by_block);
    table_deinit(&b->by_number);
    slab_deinit(&b->slab);
}

/* ---- going ---- */

void blobs_sweep(struct blobs *b, uint64_t synced)
{
    if (!b->files || b->removing) return;
    list_for_each (node, &b->going) {
        struct blob *blob = container_of(node, struct blob, link);
        if (blob->is_bound && (!blob->is_told || blob->commit > synced)) continue;
        b->removing = blob;
        list_remove(&blob->link);
        blob_name(b->remove_name, b->engine, blob->ref.number);
        file_unlink(&b->remove, b->dir_fd, b->remove_name);
        return;
    }
}

/* ---- at start ---- */

struct blob *blobs_restore(struct blobs *b, const struct record_blob *ref, struct uuid job, struct block **block)
{
    struct blob *blob = blobs_numbered(b, ref->number); /* two records with one number: the later one has it */
    if (blob) blobs_forget(b, blob);
    *block = block_new_resident(b->budget, 1);
    blob = *block ? enter(b, ref) : NULL;
    if (!blob) {
        *block = block_unref(*block);
        return NULL;
    }
    b->bytes += ref->bytes;
    journal_beside_add(*b->journal, ref->bytes);
    blob->is_bound = true;
    blob->job = job;
    blobs_replace(b, blob, *block);
    return blob;
}

void blobs_forget(struct blobs *b, struct blob *blob)
{
    blobs_leave(b, blob);
}

static int compare(struct files *files, int fd, const struct record_blob *ref)
{
    uint32_t crc = 0;
    char *piece = malloc(BLOB_PIECE);
    if (!piece) return -ENOMEM;
    int64_t bytes = file_bytes(files, fd), n = 0;
    for (uint64_t at = 0; bytes == (int64_t)ref->bytes && at < ref->bytes; at += (uint64_t)n) {
        n = file_read_now(files, fd, piece, BLOB_PIECE, at);
        if (n <= 0) break;
        crc = crc32c(crc, piece, (size_t)n);
    }
    free(piece);
    if (bytes < 0 || n < 0) return (int)(bytes < 0 ? bytes : n);
    return bytes == (int64_t)ref->bytes && crc == ref->crc ? 0 : -EBADMSG;
}

int blob_verify(struct files *files, int dir_fd, uint32_t engine, const struct record_blob *ref, int *fd)
{
    char name[BLOB_NAME_BYTES];
    blob_name(name, engine, ref->number);
    int opened = file_open_now(files, dir_fd, name, FILE_READ);
    if (opened < 0) return opened;
    int rc = compare(files, opened, ref);
    if (rc == 0 && fd) *fd = opened;
    else file_close_now(files, opened);
    return rc;
}

int blobs_load(struct blobs *b, struct blob *blob, struct block **out)
{
    int fd = -1;
    int rc = blob_verify(b->files, b->dir_fd, b->engine, &blob->ref, &fd);
    if (rc < 0) return rc;
    *out = block_map(b->budget, fd, blob->ref.bytes);
    file_close_now(b->files, fd);
    return *out ? 0 : -ENOMEM;
}

struct orphans {
    struct blobs *blobs;
    uint32_t n;
    bool keep;
};

static int on_name(void *arg, const char *name)
{
    struct orphans *o = arg;
    uint64_t number;
    if (!blob_parse_name(name, o->blobs->engine, &number)) return 0;
    if (number >= o->blobs->next_number) o->blobs->next_number = number + 1;
    if (o->keep || blobs_numbered(o->blobs, number)) return 0;
    struct blob *blob = enter(o->blobs, &(struct record_blob){.number = number});
    if (!blob) return 0; /* the next start does it */
    blob->is_bound = true; /* a record may name it whose job has gone without one */
    list_push_back(&o->blobs->going, &blob->link);
    o->n++;
    return 0;
}

uint32_t blobs_sweep_folder(struct blobs *b, bool keep)
{
    struct orphans o = {b, 0, keep};
    (void)file_list(b->files, b->dir_fd, on_name, &o); /* what it did not see stays for the next start */
    return o.n;
}

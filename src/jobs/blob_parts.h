/* blob_parts.h: what blob.c and blob_write.c call of each other. */
#ifndef QUERN_JOBS_BLOB_PARTS_H
#define QUERN_JOBS_BLOB_PARTS_H

#include "jobs/blob.h"

/* blob.c: a new one, unbound, its room accounted for; NULL: there are BLOBS_MAX. And out of the book, with its room. */
struct blob *blobs_enter_new(struct blobs *b, uint64_t bytes);
void blobs_leave(struct blobs *b, struct blob *blob);

/* blob_write.c */
void blobs_open_writes(struct blobs *b);
void blobs_close_writes(struct blobs *b);

#endif

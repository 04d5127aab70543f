/* job_book.h: what became of each job of a run, as its clients saw it: the proof that a queue loses nothing and doubles nothing.
 * All load threads write it. Its table is cut into stripes with a lock each: threads meet only when their jobs' ids do, and a job
 * passes here two or three times in its life. */
#ifndef QUERN_LOAD_JOB_BOOK_H
#define QUERN_LOAD_JOB_BOOK_H

#include "base/slice.h"
#include "tools/load/options.h"
#include "tools/load/result.h"

struct job_book;

struct job_book *job_book_new(void); /* NULL: no memory */
struct job_book *job_book_free(struct job_book *b);

/* True: as it should be. False: the id was there before. */
bool job_book_submitted(struct job_book *b, struct slice id);
/* A worker has got it. again: its lease may have run out before, as after a worker that vanished. False: it is leased or over
 * already. A job that nobody here has submitted is fine: another run's. */
bool job_book_leased(struct job_book *b, struct slice id);
/* Its worker goes away without a word. */
void job_book_vanished(struct job_book *b, struct slice id);
/* Its worker said that it failed: it may come again. */
void job_book_released(struct job_book *b, struct slice id);
/* A worker's acknowledgement has been accepted, or its word that the job failed for good. False: another one was before. */
bool job_book_acknowledged(struct job_book *b, struct slice id, bool failed);
/* A client has seen that it is over: beside the worker that did it, that is not a second end. */
void job_book_seen_over(struct job_book *b, struct slice id, bool failed);
/* With one submitting connection jobs are leased in the order of their submission; else nobody knows the order. */
void job_book_expect_order(struct job_book *b);

/* Asks the server about the jobs that are not over yet, and fills the conservation of the result. A server that is away is waited for
 * a while, one that does not answer is given up; in all it takes two minutes at most, and a signal ends it. */
void job_book_check(struct job_book *b, const struct options *o, struct conservation *out);

#endif

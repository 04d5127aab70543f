#include "tools/load/job_book.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct job_book *book;
static struct options o; /* the server is not asked: all jobs are over */

static void up(void)
{
    book = job_book_new();
    cr_assert_not_null(book);
    memset(&o, 0, sizeof o);
}

static void down(void)
{
    book = job_book_free(book);
}

TestSuite(load_job_book, .init = up, .fini = down);

#define ID SLICE("019c0000-0000-7000-8000-000000000001")
#define OTHER SLICE("019c0000-0000-7000-8000-000000000002")

static struct conservation sum_up(void)
{
    struct conservation c;
    job_book_check(book, &o, &c);
    return c;
}

Test(load_job_book, a_life)
{
    cr_assert(job_book_submitted(book, ID));
    cr_assert(job_book_leased(book, ID));
    cr_assert(job_book_acknowledged(book, ID, false));
    struct conservation c = sum_up();
    cr_assert(c.checked && c.holds);
    cr_assert(c.submitted == 1 && c.finished == 1 && c.failed == 0 && c.doubled == 0);
}

/* The client that polls and the worker that did it both know. */
Test(load_job_book, an_end_seen_from_both_sides_is_one)
{
    cr_assert(job_book_submitted(book, ID));
    cr_assert(job_book_leased(book, ID));
    job_book_seen_over(book, ID, false); /* even before the worker has its answer */
    cr_assert(job_book_acknowledged(book, ID, false));
    job_book_seen_over(book, ID, false);
    struct conservation c = sum_up();
    cr_assert(c.holds && c.finished == 1 && c.doubled == 0);
}

Test(load_job_book, two_acknowledgements_are_a_double)
{
    cr_assert(job_book_submitted(book, ID));
    cr_assert(job_book_leased(book, ID));
    cr_assert(job_book_acknowledged(book, ID, false));
    cr_assert_not(job_book_acknowledged(book, ID, false));
    struct conservation c = sum_up();
    cr_assert(c.checked && !c.holds && c.doubled == 1);
}

Test(load_job_book, an_id_given_twice)
{
    cr_assert(job_book_submitted(book, ID));
    cr_assert_not(job_book_submitted(book, ID));
}

Test(load_job_book, leases)
{
    cr_assert(job_book_submitted(book, ID));
    cr_assert(job_book_leased(book, ID));
    cr_assert_not(job_book_leased(book, ID), "nobody has given it back");
    job_book_vanished(book, ID);
    cr_assert(job_book_leased(book, ID), "its lease may have run out");
    job_book_released(book, ID);
    cr_assert(job_book_leased(book, ID), "it had failed");
    cr_assert(job_book_acknowledged(book, ID, true));
    cr_assert_not(job_book_leased(book, ID), "it is over");
    cr_assert_eq(sum_up().failed, 1);
}

Test(load_job_book, order)
{
    job_book_expect_order(book);
    cr_assert(job_book_submitted(book, ID) && job_book_submitted(book, OTHER));
    cr_assert(job_book_leased(book, OTHER) && job_book_leased(book, ID));
    cr_assert(job_book_acknowledged(book, ID, false) && job_book_acknowledged(book, OTHER, false));
    struct conservation c = sum_up();
    cr_assert(!c.holds && c.order_violations == 1);
}

static void *submit_many(void *arg)
{
    char id[40];
    for (int i = 0; i < 20000; i++) {
        int n = snprintf(id, sizeof id, "%s-%d", (const char *)arg, i);
        if (!job_book_submitted(book, slice_make(id, (size_t)n)) || !job_book_leased(book, slice_make(id, (size_t)n)) ||
            !job_book_acknowledged(book, slice_make(id, (size_t)n), false))
            return arg;
    }
    return NULL;
}

Test(load_job_book, many_jobs_of_many_threads)
{
    static char names[4][8] = {"a", "b", "c", "d"};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) cr_assert_eq(pthread_create(&threads[i], NULL, submit_many, names[i]), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;
        cr_assert_eq(pthread_join(threads[i], &failed), 0);
        cr_assert_null(failed);
    }
    struct conservation c = sum_up();
    cr_assert(c.holds && c.submitted == 80000 && c.finished == 80000);
}

/* serving.pml: a task that ends just as the supervisor gives its thread up: run, serve_until_stopped, serve, replace and reopen of
 * src/workers/thread.c.
 *
 * One worker with two short tasks in its inbox (of estimates 1 and 2), its first thread, the supervisor, and the thread that
 * takes over. The supervisor may find any task overdue at any time, once.
 *
 * Checked: a task is counted down in the worker's claim exactly once, by the thread or by the supervisor; a thread that has been
 * given up touches nothing of the worker afterwards; nobody touches a freed thread; n_orphans comes back to 0; every task goes
 * home once; load_ns comes back to 0.
 *
 * Memory: steps are sequentially consistent. Who gets the worker is one compare-and-swap on serving, which reads its last value,
 * acquire-release, so the winner's successor sees all that the loser has done before; the claim's accesses are sequentially
 * consistent, n_orphans' last decrement releases. busy_until_ns is only a limit: any age is allowed here, as the supervisor may
 * find every task overdue. estimate_ns is relaxed and written before the release of BUSY.
 *
 * holds:
 * fails: -DNO_NUMBER (assertion violated) -- the word does not count tasks: between the supervisor's look and its swap the thread ends
 *     one task and begins the next; it is given up for a task that is not overdue, and the estimate of the other is taken off
 * fails: -DNO_SWAP (assertion violated) -- the supervisor looks at serving, then stores ORPHAN
 * fails: -DTHREAD_STORES (assertion violated) -- the thread stores IDLE, whatever stands there
 * fails: -DCOUNT_LATE (assertion violated) -- n_orphans rises after the swap
 * fails: -DKEEPS_SERVING (assertion violated) -- the orphan counts its task down as well
 */
#define TASKS 2
#define OLD 0
#define NEW 1

mtype = { IDLE, BUSY, ORPHAN };
mtype serving[2] = IDLE;       /* worker_thread.serving: its state, */
byte number[2];                /* and the number of its task */
byte estimate[2];              /* worker_thread.estimate_ns */
bool freed[2];
short claims = TASKS;          /* the count of worker.claim */
bool closed;                   /* CLAIM_CLOSED */
short load = 1 + 2;            /* worker.load_ns */
short orphans;                 /* workers.n_orphans */
byte popped, home;             /* tasks taken from the inbox (the estimate of the n-th is n), tasks sent home */
bool owned = true;             /* ghost: the first thread serves the worker */

inline claim_release() {
    atomic { claims--; assert(claims >= 0) }
}

inline mine_alone() { /* whoever touches the worker serves it */
    assert((me == OLD) == owned)
}

proctype thread(bit me) {
    byte task;
    bool mine;
    do
    :: atomic { popped < TASKS -> mine_alone(); popped++; task = popped } /* inbox_pop */
        estimate[me] = task;
        atomic { number[me] = task; serving[me] = BUSY }; /* store(release); then task_run */
#ifdef THREAD_STORES
        atomic { mine = true; serving[me] = IDLE };
#else
        atomic { /* compare_exchange(BUSY -> IDLE, acq_rel) */
            mine = serving[me] == BUSY;
            if :: mine -> serving[me] = IDLE :: else fi
        };
#endif
        home++; /* send_home, flush */
#ifndef KEEPS_SERVING
        if
        :: !mine -> break
        :: else
        fi;
#endif
        atomic { mine_alone(); load = load - task };
        atomic { mine_alone(); claim_release() } /* then hungry_tell */
    :: atomic { popped == TASKS -> break } /* next_task sleeps; workers_stop */
    od;
    /* serve */
    assert(!freed[me]);
    if
    :: serving[me] == ORPHAN ->
        freed[me] = true;
        atomic { orphans--; assert(orphans >= 0) }
    :: else
    fi
}

/* workers_supervise */
proctype supervisor() {
    byte counted, seen;
    bool lost;
    if
    :: atomic { serving[OLD] == BUSY -> seen = number[OLD] } /* and busy_until_ns is long past: replace */
        assert(!freed[OLD]);
        counted = estimate[OLD];
#ifndef COUNT_LATE
        orphans++;
#endif
#ifdef NO_SWAP
        lost = serving[OLD] == BUSY;
        if :: lost -> atomic { serving[OLD] = ORPHAN; owned = false } :: else fi;
#else
        atomic { /* compare_exchange(BUSY -> ORPHAN, acq_rel) */
            assert(!freed[OLD]);
            lost = serving[OLD] == BUSY;
#ifndef NO_NUMBER
            lost = lost && number[OLD] == seen;
#endif
            if :: lost -> serving[OLD] = ORPHAN; owned = false :: else fi
        };
#endif
        if
        :: !lost ->
#ifndef COUNT_LATE
            orphans--
#endif
            skip
        :: else ->
#ifdef COUNT_LATE
            orphans++;
#endif
            load = load - counted;
            closed = true; /* claim_close */
            claim_release();
            /* reopen */
            run thread(NEW);
            closed = false /* claim_reopen; worker_wake: doze.pml; hungry_tell */
        fi
    :: popped == TASKS && serving[OLD] == IDLE -> skip /* never overdue */
    fi
}

/* All has come to its end. */
proctype end_of_all() {
    timeout;
    assert(home == TASKS && claims == 0 && orphans == 0 && !closed);
    assert(load == 0)
}

init {
    atomic { run thread(OLD); run supervisor(); run end_of_all() }
}

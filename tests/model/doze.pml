/* doze.pml: how a worker sleeps and is woken: worker_push, worker_wake and next_task of src/workers/thread.c, and dispatch_flush.
 *
 * Two shards push two tasks each and wake once afterwards, as they do at the end of a turn. The inbox is not one step here: a
 * producer first claims its slot, then fills it, and a pop that comes to a slot which is not filled finds nothing (inbox.pml).
 * The futex may return once for no reason.
 *
 * Checked: every task is popped (deadlock).
 *
 * Memory: steps are sequentially consistent. doze is only changed by acquire-release exchanges, which have one order: the second
 * of two sees all that was written before the first, so a pop behind the worker's exchange sees the pushes before a shard's. The
 * first pop may miss a task that is there: allowed here (MISSES). The compare of futex_wait is done by the kernel under the lock
 * that futex_wake takes.
 *
 * holds:
 * fails: -DNO_SECOND_POP (invalid end state) -- asleep without another look into the inbox
 * fails: -DPLAIN_WAKE (invalid end state) -- worker_wake looks at doze and does not exchange it
 * fails: -DWAKE_FIRST (invalid end state) -- worker_wake before the push
 */
#define TASKS 2
#define SHARDS 2

byte tail, head;            /* positions of the inbox */
bool filled[SHARDS * TASKS];
bool doze;
bool queued;                /* the worker's thread, in the kernel's queue of the futex */
bool spurious = true;

inline push() {
    atomic { at = tail; tail++ };
    atomic { filled[at] = true; at = 0 }
}

inline wake() { /* if (exchange(&w->doze, 0) == 1) futex_wake(&w->doze) */
#ifdef PLAIN_WAKE
    was = queued && doze;
#else
    atomic { was = doze; doze = false };
#endif
    if :: was -> queued = false :: else fi
}

proctype shard() {
    byte at;
    bool was;
#ifdef WAKE_FIRST
    wake();
#endif
    push();
    push();
#ifndef WAKE_FIRST
    wake()
#endif
}

/* inbox_pop */
inline pop() {
    atomic {
        got = head < tail && filled[head];
        if :: got -> head++ :: else fi
    }
}

proctype worker() {
    bool got;
    do
    :: head == SHARDS * TASKS -> break
    :: else ->
        if
        :: pop()
        :: got = false /* an old view of the slot */
        fi;
        if
        :: got
        :: else ->
            doze = true; /* exchange */
#ifdef NO_SECOND_POP
            got = false;
#else
            pop();
#endif
            if
            :: got -> doze = false /* exchange */
            :: else ->
                atomic { /* futex_wait(&w->doze, 1) */
                    if
                    :: doze -> queued = true
                    :: else
                    fi
                };
                if
                :: !queued
                :: atomic { queued && spurious -> spurious = false; queued = false }
                fi
            fi
        fi
    od
}

init {
    atomic { run shard(); run shard(); run worker() }
}

/* claim.pml: claims and the hungry set: src/workers/claim.c, src/sched/dispatch.c, src/sched/local.c, and serve_until_stopped of
 * src/workers/thread.c (its sleep: doze.pml).
 *
 * Two workers; shard 0 has calls, shard 1 hosts the engine and has jobs. CAP is what sched_cap says of a call: with 2, calls are
 * short and share a worker's inbox. Jobs always want an idle worker. A shard's turn: one mail or one new call or job.
 *
 * Checked without LIVE, with CALLS calls and JOBS jobs in all: whatever the shards and workers have left undone, there is no state
 * in which nothing is under way, a task waits and a worker is idle, or one sleeps on a task (watch; also as a deadlock);
 * jobs_turn never falls below 0 and is 0 in the end; a notice is never sent twice at a time; every task runs.
 * Whose turn it is (turn, homecomings) is left open there: so it holds for any CALLS_PER_JOB.
 * With LIVE (calls come for ever, CALLS_OUT of them at a time; under weak fairness every job that waits gets its turn and jobs_turn
 * comes back to 0) spin finds a cycle. Whether it is the code's or the model's is open, so no run below asks for it.
 *
 * Not part of it: mailboxes are channels (pushlist.pml), a worker's inbox is one step (inbox.pml; a pop that misses an item is
 * followed by the pop after the wake-up of its producer), withdrawals, several shards of one kind, lost workers (serving.pml).
 *
 * Memory: steps are sequentially consistent. They are so in the code where it matters: every access to claim words in claim_try,
 * claim_release and claim_count, to bits and to jobs_turn is memory_order_seq_cst (the relaxed first load of claim_release only
 * guesses for its swap). turn is a counter that decides nothing but whose turn it is. gives_way is a plain field that travels with the notice's mail. What a shard keeps for itself (notice_out,
 * waiting tasks, to_wake) is its thread's alone.
 *
 * Both workers free to run, with two calls and more, has more states than the runs below may take.
 *
 * STUCK: worker 1's handler never returns. There the code as it stands leaves a call and an idle worker waiting for each other:
 * the call's notice arrives while jobs_turn is still counted by a shard that has found no room and been made hungry again, so the
 * call does not start, and that shard tells nobody afterwards. TELL_CALLS is the protocol with a cure: such a shard, after
 * hungry_looked, tells the calls.
 *
 * holds: -DTELL_CALLS -DSTUCK -DCALLS=2 -DJOBS=1
 * fails: -DSTUCK -DCALLS=2 -DJOBS=1 (assertion violated) -- the code as it stands
 * fails: -DTELL_CALLS -DSTUCK -DCALLS=2 -DJOBS=1 -DNO_SECOND_TRY (assertion violated)
 * fails: -DTELL_CALLS -DSTUCK -DCALLS=2 -DJOBS=1 -DLOOK_FIRST (assertion violated)
 * fails: -DTELL_CALLS -DSTUCK -DCALLS=2 -DJOBS=2 -DCOUNT_LATE (assertion violated)
 */
#ifndef CAP
#define CAP 1
#endif
#ifndef CALLS
#define CALLS 1
#endif
#ifndef JOBS
#define JOBS 1
#endif
#define CALLS_OUT 3
#define WORKERS 2

#define CALL 0 /* enum hungry_kind, and the shard that has them */
#define JOB 1
#define DONE 2 /* mail: a task comes home */
#define NEW 3  /* no mail: a request for a call or a job */

#define LONG 8 /* CLAIM_LONG; below it the count */

byte claim[WORKERS];
bool bits[2];        /* hungry.bits, one shard of each kind */
bit turn;            /* hungry.turn, modulo CALLS_PER_JOB + 1 */
short jobs_turn;     /* hungry.jobs_turn */
bool gives_way;      /* of the notice for jobs */
mtype = { SLEEPS, RUNS, LOOKS };
mtype does[WORKERS] = SLEEPS; /* for watch: waits for a task, is in the handler, is between the two */
chan inbox[WORKERS] = [2] of { bit };
chan mailbox[2] = [4] of { byte }; /* what for: CALL, JOB: room for one; DONE */

/* For watch and the formula alone: */
bool idle[2];            /* the shard blocks in ring_wait */
byte calls_left, jobs_left; /* yet to come */
byte waiting, ready;     /* as the shards' own numbers below */
byte unfinished;         /* tasks that exist and have not run */

/* mail_send(n->home, &n->mail) */
inline send_notice(kind) {
    assert(nfull(mailbox[kind]));
    mailbox[kind]!kind
}

/* tell(h, kind, start, gives_way): who clears the bit sends. One step: a look that finds no bit is a swap that clears none, and a
 * notice that is still to be sent is one that the shard has yet to read. */
inline tell(kind, way, told) {
    atomic {
        told = bits[kind];
        bits[kind] = false;
        if
        :: told ->
            if :: kind == JOB -> gives_way = way :: else fi;
            send_notice(kind)
        :: else
        fi
    }
}

inline give_way(told) { /* hungry_give_way */
    told = false;
    if
    :: bits[JOB] ->
#ifdef COUNT_LATE
        tell(JOB, true, told);
        if :: told -> jobs_turn++ :: else fi
#else
        jobs_turn++;
        tell(JOB, true, told);
        if
        :: told
        :: else -> atomic { jobs_turn--; assert(jobs_turn >= 0) }
        fi
#endif
    :: else
    fi
}

/* turn++ % (CALLS_PER_JOB + 1) == CALLS_PER_JOB, and the same of homecomings */
#ifdef LIVE
#define WHOSE_TURN(counter, is_jobs) atomic { is_jobs = counter; counter = 1 - counter }
#else
#define WHOSE_TURN(counter, is_jobs) if :: is_jobs = true :: is_jobs = false fi
#endif

inline hungry_tell(told) {
    told = bits[CALL];
    told = bits[JOB] || told;
    if
    :: told ->
#ifdef NO_TURNS
        told = false;
#else
        WHOSE_TURN(turn, told);
#endif
        if :: told -> give_way(told) :: else fi;
        if :: told :: else -> tell(CALL, false, told) fi;
#ifdef NO_TURNS
        told = true;
#endif
        if :: told :: else -> tell(JOB, false, told) fi;
        told = false
    :: else
    fi
}

/* strategy->pick(all, mean, cap), "fixed": claim_try of each worker in turn. claim_try is one step: a no counts from its load, a
 * yes from its swap, a failed swap is another load. The count that pick looks at before is such a load. */
inline try_worker(n, cap, picked) {
    atomic {
        if
        :: picked == WORKERS && claim[n] < cap ->
            claim[n] = (cap == 1 -> LONG + 1 : claim[n] + 1);
            picked = n
        :: else
        fi
    }
}

inline pick(cap, picked) {
    picked = WORKERS;
    try_worker(0, cap, picked);
    try_worker(1, cap, picked)
}

inline claim_release(n) {
    atomic {
        assert(claim[n] % LONG > 0);
        claim[n] = claim[n] % LONG - 1
    }
}

/* dispatch_start: worker_push; the flush that wakes is part of doze.pml */
inline dispatch_start(n, kind) {
    atomic {
        assert(nfull(inbox[n])); /* inbox_push */
        inbox[n]!kind
    }
}

inline be_hungry(kind) {
    if
    :: notice_out
    :: else -> atomic { notice_out = true; bits[kind] = true } /* hungry_set */
    fi
}

inline start_waiting() {
    if
    :: jobs_turn > 0 /* hungry_is_jobs_turn */
    :: else ->
        do
        :: n_waiting > 0 ->
            pick(CAP, picked);
            if
            :: picked < WORKERS ->
                atomic { n_waiting--; waiting = n_waiting; dispatch_start(picked, CALL) }
            :: else -> break
            fi
        :: else -> break
        od
    fi;
    picked = WORKERS
}

/* Shard 0. The numbers of the mails are those of deliver functions. */
proctype calls() {
    byte picked = WORKERS, mail = NEW;
    bool told;
    bit homecomings;
    byte n_waiting; /* dispatch.n_waiting */
    bool notice_out; /* dispatch.notice_out[HUNGRY_CALLS] */
#ifdef LIVE
    byte out; /* calls that have not come home */
#endif
    do
    ::
        atomic {
            idle[CALL] = true;
endwait:    if
            :: mailbox[CALL]?mail
#ifdef LIVE
            :: empty(mailbox[CALL]) && out < CALLS_OUT -> out++; mail = NEW
#else
            :: calls_left > 0 -> calls_left--; unfinished++; mail = NEW
#endif
            fi;
            idle[CALL] = false
        };
        if
        :: mail != NEW ->
            if
            :: mail == DONE -> /* run.c: on_done; dispatch_done */
                told = false;
#ifdef LIVE
                out--;
#endif
                if
                :: n_waiting > 0 ->
#ifndef NO_TURNS
                    WHOSE_TURN(homecomings, told);
#endif
                    if :: told -> give_way(told) :: else fi;
                    if :: told :: else -> start_waiting() fi
                :: else
                fi
            :: mail == CALL -> /* on_room_for_calls */
                notice_out = false;
                start_waiting();
                if
                :: n_waiting == 0 ->
#ifndef KEEP_NOTICE
                    hungry_tell(told)
#endif
                    skip
                :: else ->
                    be_hungry(CALL);
#ifndef NO_SECOND_TRY
                    start_waiting()
#endif
                    skip
                fi
            fi;
            told = false
        :: mail == NEW -> /* dispatch_submit */
            if
            :: n_waiting == 0 ->
                if :: jobs_turn > 0 :: else -> pick(CAP, picked) fi
            :: else
            fi;
            if
            :: picked < WORKERS -> atomic { dispatch_start(picked, CALL); picked = WORKERS }
            :: else ->
                atomic { n_waiting++; waiting = n_waiting };
                if
                :: !notice_out ->
                    be_hungry(CALL);
#ifndef NO_SECOND_TRY
                    start_waiting()
#endif
                    skip
                :: else
                fi
            fi
        fi;
        mail = NEW
    od
}

inline dispatch_jobs() {
    do
    :: !exhausted -> /* local_has_jobs */
        pick(1, picked);
        if
        :: picked == WORKERS && !notice_out ->
            be_hungry(JOB);
#ifndef NO_SECOND_TRY
            pick(1, picked)
#endif
            skip
        :: else
        fi;
        if
        :: picked == WORKERS -> break
        :: picked < WORKERS && n_ready > 0 -> /* local_next_job: granted */
            atomic { n_ready--; ready = n_ready; dispatch_start(picked, JOB) }
        :: else -> /* nothing to grant */
            exhausted = true;
            claim_release(picked);
            hungry_tell(told);
            break
        fi
    :: else -> break
    od;
    picked = WORKERS
}

/* Shard 1. No call waits there: its start_waiting has nothing to do. */
proctype jobs() {
    byte picked = WORKERS, mail = NEW;
    bool told, gave_way;
    byte n_ready; /* jobs that the engine would grant */
    bool notice_out; /* dispatch.notice_out[HUNGRY_JOBS] */
    bool exhausted = true, local_ready; /* local.exhausted, local.ready */
    do
    ::
        atomic {
            idle[JOB] = true;
endwait:    if
            :: mailbox[JOB]?mail
#ifdef LIVE
            :: empty(mailbox[JOB]) && n_ready == 0 -> mail = NEW
#else
            :: jobs_left > 0 -> jobs_left--; unfinished++; mail = NEW
#endif
            fi;
            idle[JOB] = false
        };
        if
        :: mail != NEW ->
            if
            :: mail == DONE -> local_ready = true /* local.c: on_done; dispatch_done has no call that waits */
            :: mail == JOB -> /* on_room_for_jobs */
                atomic { notice_out = false; gave_way = gives_way };
                dispatch_jobs();
#ifndef NEVER_LOOKED
                if
                :: gave_way -> atomic { jobs_turn--; assert(jobs_turn >= 0) } /* hungry_looked */
                :: else
                fi;
#endif
#ifdef TELL_CALLS
                if :: gave_way && notice_out -> tell(CALL, false, told); told = false :: else fi;
#endif
                gave_way = false;
#ifndef NO_TELL_AFTER_JOBS
                if :: !notice_out -> hungry_tell(told) :: else fi
#endif
            fi
        :: mail == NEW -> /* a job becomes ready */
            atomic { n_ready++; ready = n_ready; local_ready = true; exhausted = false } /* local_on_ready */
        fi;
        mail = NEW;
        if /* local_flush */
        :: local_ready -> local_ready = false; dispatch_jobs()
        :: else
        fi
    od
}

/* serve_until_stopped. Tasks are sent home one by one: a batch is flushed before hungry_tell at the latest. */
proctype worker(byte me) {
    bit kind;
    bool told;
endidle:
    do
    :: atomic { inbox[me]?kind -> does[me] = RUNS }; /* inbox_pop, next_task */
        /* run: RUNS for as long as the handler likes; then claim_release, send_home, flush */
#ifdef LOOK_FIRST
        does[me] = LOOKS;
        hungry_tell(told);
#endif
        atomic {
            does[me] = LOOKS;
#ifndef LIVE
            unfinished--;
#endif
            claim_release(me)
        };
        atomic { assert(nfull(mailbox[kind])); mailbox[kind]!DONE };
#ifndef LOOK_FIRST
        if /* !was_short || claim_count(&w->claim) == 0 */
        :: kind == JOB || CAP == 1 || claim[me] % LONG == 0 -> hungry_tell(told)
        :: else
        fi;
#endif
        atomic { kind = 0; does[me] = SLEEPS }
    od
}

#define STILL(n) (does[n] == RUNS || (does[n] == SLEEPS && empty(inbox[n])))
#ifndef LIVE
/* Nothing is under way: from here on only the end of a handler, or something new, could change anything. */
proctype watch() {
end:
    atomic {
        idle[CALL] && idle[JOB] && empty(mailbox[CALL]) && empty(mailbox[JOB]) && STILL(0) && STILL(1) &&
            ((waiting + ready > 0 && (claim[0] == 0 || claim[1] == 0)) ||
             (does[0] == SLEEPS && claim[0] != 0) || (does[1] == SLEEPS && claim[1] != 0) ||
             jobs_turn != 0 ||
             (does[0] == SLEEPS && does[1] == SLEEPS && unfinished > 0)) -> assert(false)
    }
}
#else
ltl turns { ([]<> (ready == 0)) && ([]<> (jobs_turn == 0)) }
#endif

init {
    atomic {
#ifndef LIVE
        select (calls_left : 0 .. CALLS);
        select (jobs_left : 0 .. JOBS);
#endif
        run calls();
        run jobs();
        run worker(0);
#ifdef STUCK
        claim[1] = LONG + 1;
        does[1] = RUNS;
#else
        run worker(1);
#endif
#ifndef LIVE
        run watch()
#endif
    }
}

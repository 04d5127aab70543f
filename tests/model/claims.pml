/* claims.pml: who may push a task to a worker, and who is told when one has room: src/workers/claim.c, src/sched/dispatch.c, the end of
 * a task in src/workers/thread.c, replace and reopen.
 *
 * Two shards with calls; shard 0 has a job as well, which somebody elsewhere may take at any time. That no job is there any more is
 * found out with a worker claimed for it (local_next_job). With CAP 2 calls are short and share a worker; a strategy may pass by one
 * that has something in hand (sched_overruns). HANGS: the supervisor closes a worker that has a task in hand, and opens it again. A
 * mailbox is one queue here (pushlist.pml), an inbox as well (inbox.pml), nobody sleeps (doze.pml). Which of several hungry shards is
 * told is left open, and which rooms are a job's; live it is every CALLS_PER_JOB + 1 = 2nd.
 *
 * A load whose yes is only a hint, since a compare-and-swap or a fetch_and on the same word follows and decides, is one step with that:
 * in claim_try and its filter in pick, in tell. So is a claim with its push: nobody else sees what is between them.
 *
 * Checked: every task runs and comes home (deadlock: a shard whose tasks wait is told, or finds the room itself); no worker has more in
 * hand than the cap it was claimed with, a long task is alone, a closed worker is not claimed; a notice is not sent while it is under
 * way (it is a node of a list); jobs_turn is not taken down more often than up, and comes back to 0.
 *
 * Live: two clients with calls without end, one shard, one worker, short tasks: a job that waits runs. Two assumptions: the worker has
 * told whom it tells when its shard hears of the task, and neither comes into the other's steps. Where they race a call may take the
 * job's room, and no bound says how often in a row. With long calls, and with more clients, more than races do that: a notice that the
 * shard passes on after it has used the room counts as a room, so a job's turn can fall on none, and if the counters stay in step, each
 * time (the last line below but one).
 *
 * Memory: all accesses to claim, bits and jobs_turn are sequentially consistent, so are the steps here. turn is only a counter. The
 * notice's gives_way and the task travel by release and acquire of mailbox and inbox.
 *
 * holds:
 * holds: -DCAP=2
 * holds: -DN_JOBS=0 -DCALLS=2 -DCAP=2
 * holds: -DSHARDS=1 -DWORKERS=2 -DHANGS
 * holds: -DSHARDS=1 -DCALLS=2 -DHANGS
 * holds live: -DLIVE -DCAP=2 -DPATIENT
 * fails: -DNO_SECOND_TRY (invalid end state) -- hungry_set without another look afterwards
 * fails: -DTELL_FIRST (invalid end state) -- the worker tells, then releases its claim
 * fails: -DLOAD_ONCE -DCAP=2 (assertion violated) -- claim_try looks, then adds
 * fails: -DSET_AGAIN -DN_JOBS=0 -DCALLS=2 (assertion violated) -- hungry_set while the notice is under way
 * fails: -DKEEPS_NOTICE (invalid end state) -- a shard that needs the room no more does not pass it on
 * fails: -DGIVES_WAY_SILENTLY (invalid end state) -- hungry_give_way that finds no job does not tell the calls that have seen its turn
 * fails: -DTURN_LATE (assertion violated) -- jobs_turn rises after the notice
 * fails: -DGIVES_UP_SILENTLY (invalid end state) -- dispatch_give_up without hungry_tell
 * fails: -DREOPENS_SILENTLY -DSHARDS=1 -DCALLS=2 -DHANGS (invalid end state) -- reopen without hungry_tell
 * fails live: -DLIVE (acceptance cycle) -- long calls, as above
 * fails live: -DLIVE -DCAP=2 -DPATIENT -DNO_TURNS (acceptance cycle) -- calls do not look at jobs_turn
 */
#ifdef LIVE
#define SHARDS 1
#ifndef CALLS
#define CALLS 2 /* clients */
#endif
#endif
#ifndef SHARDS
#define SHARDS 2
#endif
#ifndef WORKERS
#define WORKERS 1
#endif
#ifndef CALLS
#define CALLS 1 /* of each shard */
#endif
#ifndef CAP
#define CAP 1
#endif
#ifndef N_JOBS
#define N_JOBS 1 /* of shard 0 */
#endif
#define ALL (SHARDS * CALLS + N_JOBS)

#define LONG 8
#define CLOSED 16
#define COUNT 7

mtype = { CALL_DONE, JOB_DONE, ROOM_FOR_CALLS, ROOM_FOR_JOBS };

byte word[WORKERS];                                /* worker.claim */
chan inbox[WORKERS] = [CAP + 1] of { bit, bool };  /* the task's home; it is a job */
chan box[SHARDS] = [8] of { mtype };               /* mailboxes */
byte hungry_calls;                                 /* hungry.bits: by shard */
bool hungry_jobs;                                  /* only shard 0 has some */
bool out_calls[2], out_jobs;                       /* notices under way */
bool gives_way;                                    /* of shard 0's notice for jobs */
short jobs_turn;
byte ended;                                        /* ghost: tasks that have come home */
#ifdef LIVE
#define WHOLE atomic
bool turn, homecoming;                             /* hungry.turn, dispatch.homecomings: it is the jobs' one */
bool waits, ran;                                   /* ghosts: of the job */
#define IS_SURE true
#define counted(is_turn) is_turn = !is_turn
#define job_waits() waits = true
#define job_runs() if :: is_job -> ran = true :: else fi
#define call_ended() calls++ /* the client asks again */
#else /* any may be */
#define WHOLE
#define turn true
#define homecoming true
#define IS_SURE false
#define counted(is_turn) skip
#define job_waits() skip
#define job_runs() skip
#define call_ended() ended++
#endif
#ifdef HANGS
bool may_hang = true, lost, served;                /* worker 0: its thread is given up, has a successor */
#endif

/* ---- claim.c ---- */

#define is_free(w, cap) (!(word[w] & (LONG | CLOSED)) && (word[w] & COUNT) < cap)
#define overruns(w, cap) (cap > 1 && (word[w] & COUNT))
#ifdef LOAD_ONCE
#define decide }; atomic {
#else
#define decide
#endif

inline claim_release(w) {
    atomic {
        assert((word[w] & COUNT) > 0);
        word[w] = ((word[w] & COUNT) - 1) | (word[w] & CLOSED)
    }
}

/* Within an atomic: claim_try wins. */
inline win(w, cap) {
    assert(is_free(w, cap));
    word[w] = (cap == 1 -> LONG | 1 : word[w] + 1)
}

/* tell(h, HUNGRY_CALLS, …) → told, which was false */
inline tell_calls() {
    atomic {
        if
        :: hungry_calls & 1 ->
            hungry_calls = hungry_calls & ~1;
            assert(!out_calls[0]);
            out_calls[0] = true;
            box[0]!ROOM_FOR_CALLS;
            told = true
#if SHARDS > 1
        :: hungry_calls & 2 ->
            hungry_calls = hungry_calls & ~2;
            assert(!out_calls[1]);
            out_calls[1] = true;
            box[1]!ROOM_FOR_CALLS;
            told = true
#endif
        :: hungry_calls == 0
        fi
    }
}

/* tell(h, HUNGRY_JOBS, …) → told, which was false */
inline tell_jobs(way) {
    atomic {
        if
        :: hungry_jobs ->
            hungry_jobs = false;
            assert(!out_jobs);
            out_jobs = true;
            gives_way = way;
            box[0]!ROOM_FOR_JOBS;
            told = true
        :: else
        fi
    }
}

/* hungry_give_way if it is their turn → told, which may be true before */
inline may_give_way(is_turn) {
    if
    :: atomic { told -> counted(is_turn) }
    :: atomic { !told && !(IS_SURE && is_turn && hungry_jobs) -> counted(is_turn) }
#ifdef TURN_LATE
    :: atomic { !told && is_turn && hungry_jobs -> counted(is_turn) };
        tell_jobs(true);
        if :: told -> jobs_turn++ :: else fi
#else
    :: atomic { !told && is_turn && hungry_jobs -> counted(is_turn); jobs_turn++ };
        tell_jobs(true);
        if
        :: told
        :: else ->
            atomic { jobs_turn--; assert(jobs_turn >= 0) };
#ifndef GIVES_WAY_SILENTLY
            tell_calls();
            told = false
#endif
        fi
#endif
    fi
}

/* told is false, before and after. Its first looks at both bits are not needed here: tell finds the same later, or more. */
inline hungry_tell() {
    if
    :: jobs_turn > 0 -> tell_jobs(false)
    :: jobs_turn == 0
    fi;
    may_give_way(turn);
    if :: told :: !told -> tell_calls() fi;
    if :: told :: !told -> tell_jobs(false) fi;
    told = false
}

/* ---- sched: one shard's thread ---- */

/* A worker has nothing but short tasks in hand, none of which overruns. */
#define is_short(w) ((word[w] & COUNT) && !(word[w] & (LONG | CLOSED)))
#if WORKERS > 1
#define soon_idle (is_short(0) || is_short(1))
#else
#define soon_idle is_short(0)
#endif

/* PATIENT: SCHED_SHARE_NS and turns_end_ns are far away. */
#ifdef PATIENT
#define LASTS true
#else
#define LASTS false
#endif

/* strategy->pick on worker w, and the push of a call. got: that was it. */
inline look_for_call(w) {
    if
    :: atomic { is_free(w, CAP) -> decide win(w, CAP); inbox[w]!me,false; got = true }
    :: !is_free(w, CAP) || overruns(w, CAP)
    fi
}

inline start_call() {
    look_for_call(0);
#if WORKERS > 1
    if :: got :: !got -> look_for_call(1) fi
#endif
}

inline start_waiting() {
    if
#ifdef NO_TURNS
    :: waiting == 0
    :: waiting > 0 ->
#else
    :: waiting == 0 || jobs_turn > 0 /* told again once the jobs have been looked at */
    :: waiting > 0 && jobs_turn == 0 ->
#endif
        do
        :: waiting > 0 ->
            start_call();
            if
            :: atomic { got -> got = false; waiting-- }
            :: !got -> break
            fi
        :: waiting == 0 -> break
        od
    fi
}

inline be_hungry() {
#ifdef SET_AGAIN
    hungry_calls = hungry_calls | (1 << me)
#else
    if
    :: asked
    :: atomic { !asked -> asked = true; hungry_calls = hungry_calls | (1 << me) }
    fi
#endif
}

inline dispatch_submit() {
    if
#ifdef NO_TURNS
    :: waiting == 0 -> start_call()
    :: waiting > 0
#else
    :: waiting == 0 && jobs_turn == 0 -> start_call()
    :: waiting > 0 || jobs_turn > 0
#endif
    fi;
    if
    :: atomic { got -> got = false }
    :: atomic { !got && asked -> waiting++ }
    :: atomic { !got && !asked -> waiting++ };
        be_hungry();
#ifndef NO_SECOND_TRY
        start_waiting()
#endif
    fi
}

/* strategy->pick on worker w, and the push of a job. got: it was claimed; and given_up: there is no job. */
inline look_for_job(w) {
    if
    :: atomic { is_free(w, 1) -> decide
            win(w, 1);
            got = true;
            if
            :: jobs > 0 -> jobs--; inbox[w]!me,true
            :: else -> given_up = true; mine = w
            fi
        }
    :: !is_free(w, 1)
    fi
}

inline start_job() {
    look_for_job(0);
#if WORKERS > 1
    if :: got :: !got -> look_for_job(1) fi
#endif
}

inline dispatch_jobs() {
    do
    :: !has_jobs -> break
    :: has_jobs ->
        start_job();
        if
        :: got || asked_jobs
        :: atomic { !got && !asked_jobs -> asked_jobs = true; hungry_jobs = true };
#ifndef NO_SECOND_TRY
            start_job()
#endif
        fi;
        if
        :: !got -> break
        :: atomic { got && !given_up -> got = false }
        :: atomic { given_up -> given_up = false; got = false; has_jobs = false }; /* next_job: false; dispatch_give_up */
            claim_release(mine);
            mine = 0;
#ifndef GIVES_UP_SILENTLY
            hungry_tell();
#endif
            break
        fi
    od
}

inline dispatch_done() {
    may_give_way(homecoming);
    if
    :: atomic { told -> told = false }
    :: !told -> start_waiting()
    fi
}

inline end_turns() {
    do
    :: atomic { turns > 0 -> turns--; jobs_turn--; assert(jobs_turn >= 0) } /* hungry_looked */
    :: turns == 0 -> break
    od;
    start_waiting();
    tell_calls();
    told = false
}

inline on_room_for_calls() {
    start_waiting();
    if
    :: waiting == 0 ->
#ifndef KEEPS_NOTICE
        hungry_tell()
#endif
    :: waiting > 0 ->
        be_hungry();
        start_waiting()
    fi
}

inline on_room_for_jobs() {
    dispatch_jobs();
    if
    :: asked_jobs && turns && soon_idle /* keeps them */
    :: !(LASTS && asked_jobs && turns && soon_idle) ->
        end_turns();
        if
        :: asked_jobs
        :: !asked_jobs -> hungry_tell()
        fi
    fi
}

proctype shard(bit me) {
    byte calls = CALLS, to_come = (me == 0 -> N_JOBS : 0); /* to be asked for; still to become ready */
    byte waiting, jobs, turns;
    bool asked, asked_jobs; /* notice_out */
    bool has_jobs, got, given_up, told;
    bit mine;
    do
    :: WHOLE {
        atomic { calls > 0 -> calls-- };
        dispatch_submit()
    }
    :: WHOLE {
        atomic { to_come > 0 -> to_come--; jobs++; has_jobs = true; job_waits() };
        dispatch_jobs() /* local_on_ready, local_flush */
    }
#ifndef LIVE
    :: atomic { jobs > 0 -> jobs--; ended++ } /* a worker elsewhere fetches it */
#endif
    :: WHOLE {
        atomic { box[me]?CALL_DONE -> call_ended() };
        dispatch_done()
    }
    :: WHOLE {
        atomic { box[me]?JOB_DONE -> ended++ };
        dispatch_done();
        dispatch_jobs() /* local_flush */
    }
    :: WHOLE {
        atomic { box[me]?ROOM_FOR_CALLS -> out_calls[me] = false; asked = false };
        on_room_for_calls()
    }
    :: WHOLE {
        atomic { box[me]?ROOM_FOR_JOBS ->
            out_jobs = false;
            asked_jobs = false;
            if :: gives_way -> turns++ :: else fi;
            gives_way = false
        };
        on_room_for_jobs()
    }
    :: WHOLE {
        !LASTS && turns > 0;
        end_turns() /* dispatch_flush: turns_end_ns */
    }
    :: atomic { ended == ALL && turns == 0 && empty(box[me]) -> break }
    od;
    assert(waiting == 0 && jobs == 0)
}

/* ---- a worker's thread: serve_until_stopped ---- */

/* Within an atomic. */
inline send_home() {
    if
    :: is_job -> box[home]!JOB_DONE
    :: else -> box[home]!CALL_DONE
    fi
}

inline told_when_free(w) {
    if
    :: CAP == 1 || is_job || (word[w] & COUNT) == 0 -> hungry_tell()
    :: CAP > 1 && !is_job && (word[w] & COUNT) != 0 /* the next short one */
    fi
}

proctype worker(bit w) {
    bit home;
    bool is_job, told;
end:
    do
#ifdef LIVE
    :: inbox[w]?home,is_job -> job_runs();
        atomic { claim_release(w); told_when_free(w); send_home() };
#else
    :: atomic { inbox[w]?home,is_job -> send_home() };
#ifdef HANGS
        if
        :: atomic { w == 0 && may_hang -> may_hang = false; lost = true };
            served /* the thread is given up (serving.pml); from here on this is the one that takes over */
        :: true ->
#endif
#ifdef TELL_FIRST
            hungry_tell();
            claim_release(w)
#else
            claim_release(w);
            told_when_free(w)
#endif
#ifdef HANGS
        fi
#endif
        ;
#endif
        atomic { home = 0; is_job = false }
    od
}

#ifdef HANGS
/* workers_supervise: replace, reopen */
proctype supervisor() {
    bool told;
end:
    lost;
    atomic { word[0] = word[0] | CLOSED }; /* claim_close */
    claim_release(0);
    served = true; /* start_thread */
    atomic { word[0] = word[0] & ~CLOSED }; /* claim_reopen */
#ifndef REOPENS_SILENTLY
    hungry_tell()
#endif
}
#endif

init {
    atomic {
        byte i;
        for (i : 0 .. SHARDS - 1) { run shard(i) }
        for (i : 0 .. WORKERS - 1) { run worker(i) }
#ifdef HANGS
        run supervisor();
#endif
    }
}

#ifdef LIVE
ltl a_job_that_waits_runs { [] (waits -> <> ran) }
#endif

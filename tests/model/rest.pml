/* rest.pml: how the log's writer rests and is woken: publish and make_awake of src/base/log.c, rest, drain_lane and wait_writable of
 * src/base/log_writer.c.
 *
 * A thread logs two lines and another one, patient ones (log_end) or not. What the writer writes to may be full once, at any time: it waits
 * for that with the eventfd beside it, and takes what comes there. Lingering ends by itself when only patient lines are left, and once early, or never.
 *
 * Checked: lines that are not patient wait for no end of lingering, and all are written (deadlock).
 *
 * Memory: steps are sequentially consistent, as the accesses to tail and state in publish and rest are. The exchange of make_awake and the
 * last store of rest are relaxed: who sees one late writes the eventfd once more than needed, which the writer survives at any time (log_flush).
 *
 * holds:
 * fails: -DFORGETS (invalid end state) -- a wake-up that was taken while there was no room is forgotten: rest does not look at state
 * fails: -DNO_SECOND_DRAIN (invalid end state) -- no look at the lanes between the store of state and the wait
 * fails: -DSTATE_LAST (invalid end state) -- state is stored behind that look
 * fails: -DALL_PATIENT (invalid end state) -- nobody wakes a writer that lingers
 */
#define LINES 2
#define THREADS 2

mtype = { AWAKE, LINGERS, ASLEEP };
mtype state = AWAKE;
byte tail[THREADS], head[THREADS];
bool hurries[THREADS * LINES]; /* by line: published, and not a patient one */
byte hurried;                  /* lines that are, and are not written out yet */
bool wake;                     /* the eventfd */
bool early;
bool is_full = true; /* once, there is no room */

proctype thread(byte me) {
    byte i;
    mtype seen, was;
    bool patient;
    for (i : 0 .. LINES - 1 - me) {
        if
        :: patient = true
        :: patient = false
        fi;
        atomic { /* publish */
            tail[me]++;
            if
            :: !patient -> hurries[me * LINES + i] = true; hurried++
            :: else
            fi
        };
        atomic { seen = state };
        if
        :: seen == AWAKE
#ifdef ALL_PATIENT
        :: seen == LINGERS
#else
        :: seen == LINGERS && patient
#endif
        :: else ->
            atomic { was = state; state = AWAKE }; /* make_awake */
            if
            :: was != AWAKE -> wake = true
            :: else
            fi
        fi;
        seen = AWAKE; was = AWAKE
    }
}

/* drain_lane, of each */
inline drain() {
    for (lane : 0 .. THREADS - 1) {
        seen_tail = tail[lane];
        do
        :: head[lane] == seen_tail -> break
        :: else ->
            do /* wait_writable */
            :: break
            :: is_full -> is_full = false; wake = false
            od;
            atomic {
                if
                :: hurries[lane * LINES + head[lane]] -> hurried--
                :: else
                fi;
                head[lane]++;
                any = true
            }
        od
    };
    seen_tail = 0;
    lane = 0
}

proctype writer() {
    byte lane, seen_tail;
    bool any, is_woken;
    mtype how = AWAKE;
    do
    :: head[0] == LINES && head[1] == LINES - 1 -> break
    :: else ->
        any = false;
        drain();
        if
        :: any -> how = LINGERS
        :: else -> how = ASLEEP
        fi;
#ifndef STATE_LAST
        state = how;
#endif
        any = false;
#ifndef NO_SECOND_DRAIN
        drain();
#endif
#ifdef STATE_LAST
        state = how;
#endif
#ifndef FORGETS
        is_woken = (state != how);
#endif
        if
        :: !is_woken && (how == LINGERS || !any) ->
            if /* poll */
            :: wake
            :: how == LINGERS && hurried == 0
            :: how == LINGERS && early -> early = false
            :: head[0] == LINES && head[1] == LINES - 1 /* nothing is to come */
            fi
        :: else
        fi;
        state = AWAKE;
        wake = false
    od
}

init {
    if
    :: early = true
    :: early = false
    fi;
    atomic { run thread(0); run thread(1); run writer() }
}

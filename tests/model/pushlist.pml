/* pushlist.pml: the push list, its asleep tag and the eventfd write: src/base/pushlist.c, src/base/mail.c, src/ring/wake.c, and
 * the loop of src/shard.c that sleeps.
 *
 * Two senders, one receiver. Each sender has two nodes, sends them one by one, waits until it has them back and sends them again
 * as a chain: nodes come round, so a head may be left and come back (ABA). A completion that has nothing to do with mail may wake
 * the receiver once, and the watch on the eventfd may end once, as it does when the completion queue overflows.
 *
 * Checked: every message is delivered once, in its sender's order; the receiver never blocks with a message in the list, no
 * wake-up under way and no completion (no lost wake-up; also as a deadlock); no more eventfd writes than sleeps.
 *
 * Memory: steps are sequentially consistent, and where the code is weaker:
 *   - all decisions are taken by read-modify-writes on the one word head. These read the last value in the word's modification
 *     order whatever their C11 order is, so relaxed in pushlist_sleep loses nothing.
 *   - the relaxed loads may be old. publish: any guess is allowed here, the swap corrects it. pushlist_take: "empty" is allowed
 *     here even if a message is there, unless the tag is the receiver's own last write (coherence).
 *   - next is a plain field: the release of publish and the acquire of pushlist_take's exchange order it. Swaps in between continue
 *     the release sequence. The payload travels the same way. RELAXED_PUBLISH puts the store of next behind the swap.
 *   - the write to the eventfd is a system call behind the swap; the kernel's lock orders it before the completion.
 *
 * holds:
 * fails: -DNO_TAG (assertion violated) -- sleeper's flag in a word of its own: the push looks before, the receiver sets after
 * fails: -DWAKE_IF_EMPTY (assertion violated) -- every push to an empty list writes
 * fails: -DRELAXED_PUBLISH (invalid end state) -- messages get lost
 * fails: -DNO_REARM (assertion violated) -- a watch that has ended is not armed again
 */
#define ASLEEP 255
#define NONE 0
#define NODES 5 /* 1, 2: of sender 0; 3, 4: of sender 1 */

byte head = 0;         /* pushlist.head */
byte next[NODES];      /* pushlist_node.next; 0: NULL */
bool in_flight[NODES]; /* the node is the receiver's */
byte sequence[NODES];  /* what the message says */
byte delivered[2];     /* by sender: the last sequence */
#ifdef NO_TAG
bool asleep_flag;
#endif

/* the kernel: an eventfd that has been written, a multishot poll on it, completions of the ring */
bool written, armed = true, completion;
bool may_end_watch = true;

byte sleeps, writes;  /* ghosts */
byte waking;          /* senders between swap and write */
bool blocked;         /* the receiver waits for a completion */

/* wake_up: fetch_add writes; write(fd). The poll posts a completion; its last one if the queue overflows. */
inline wake_up() {
    atomic {
        written = true;
        writes++;
        waking--;
        assert(writes <= sleeps);
        if
        :: armed ->
            completion = true;
            if
            :: may_end_watch -> may_end_watch = false; armed = false
            :: skip
            fi
        :: else
        fi
    }
}

/* publish(l, oldest, newest), then mail_send's or mail_send_chain's: if it says so, to->wake() */
inline publish(oldest, newest) {
    if /* head = atomic_load(relaxed): any age */
    :: guess = head
    :: guess = NONE
    :: guess = ASLEEP
    fi;
    do
    :: /* oldest->next = head == ASLEEP ? NULL : head */
#ifndef RELAXED_PUBLISH
        next[oldest] = (guess == ASLEEP -> NONE : guess);
#endif
        atomic { /* atomic_compare_exchange_weak(release): on failure, or for no reason, guess is what is there */
            if
            :: head == guess ->
                head = newest;
#ifdef NO_TAG
                waking++; /* undone below if nobody sleeps */
#elif defined(WAKE_IF_EMPTY)
                if :: guess == ASLEEP || guess == NONE -> waking++ :: else fi;
#else
                if :: guess == ASLEEP -> waking++ :: else fi;
#endif
                break
            :: else -> guess = head
            fi
        }
    od;
#ifdef RELAXED_PUBLISH
    next[oldest] = (guess == ASLEEP -> NONE : guess);
#endif
    /* return head == ASLEEP; the caller: to->wake(to->wake_arg) */
#ifdef NO_TAG
    if
    :: asleep_flag -> asleep_flag = false; wake_up()
    :: else -> waking--
    fi
#elif defined(WAKE_IF_EMPTY)
    if :: guess == ASLEEP || guess == NONE -> wake_up() :: else fi
#else
    if :: guess == ASLEEP -> wake_up() :: else fi
#endif
}

proctype sender(byte me) {
    byte guess, a = 1 + 2 * me, b = 2 + 2 * me;
    /* mail_send(to, a): pushlist_push */
    atomic { in_flight[a] = true; sequence[a] = 1 };
    publish(a, a);
    /* mail_send(to, b) */
    atomic { in_flight[b] = true; sequence[b] = 2 };
    publish(b, b);
    /* deliver has given them back */
    !in_flight[a] && !in_flight[b];
    /* mail_send_chain(to, a, b): pushlist_push_chain: last->next = NULL; newest = reverse(first); publish(l, first, last) */
    atomic { in_flight[a] = true; in_flight[b] = true; sequence[a] = 3; sequence[b] = 4; next[b] = a };
    publish(a, b)
}

/* m->deliver(m) */
inline deliver(m) {
    atomic {
        assert(m != NONE && m != ASLEEP && in_flight[m]);
        assert(sequence[m] == delivered[(m - 1) / 2] + 1);
        delivered[(m - 1) / 2] = sequence[m];
        in_flight[m] = false
    }
}

proctype receiver() {
    byte rest, node, done, after, own = 0; /* own: what this thread has last written to head */
    bool more, sleep;
    do
    :: delivered[0] == 4 && delivered[1] == 4 -> break
    :: else ->
        /* turn: mail_deliver(box, drain, n_max 1) */
        more = false;
        if
        :: rest == NONE -> /* pushlist_take */
            if
            :: atomic { head == NONE || own == NONE -> skip } /* load(relaxed) == 0, perhaps of another time: NULL */
            :: atomic {
                head != NONE ->
                node = head; /* exchange(0, acquire) */
                head = NONE;
                own = NONE;
                if :: node == ASLEEP -> node = NONE :: else fi
            };
                /* reverse */
                done = NONE;
                do
                :: node != NONE -> atomic { after = next[node]; next[node] = done; done = node; node = after; after = 0 }
                :: else -> break
                od;
                atomic { rest = done; done = NONE }
            fi
        :: else
        fi;
        if
        :: rest != NONE -> /* drain->rest = m->node.next, then the call */
            atomic { node = rest; rest = next[rest] };
            deliver(node);
            atomic { node = NONE; more = true }
        :: else
        fi;
        /* turn: ring_dispatch: on_wake arms the poll again if it has ended */
        atomic {
            completion = false;
#ifndef NO_REARM
            if
            :: !armed ->
                armed = true;
                completion = written /* level-triggered, the counter is never 0 */
            :: else
            fi
#endif
        };
        /* idle = !more; sleep = idle && mailbox_sleep: !drain->rest && pushlist_sleep */
        sleep = false;
        if
        :: !more && rest == NONE ->
#ifdef NO_TAG
            if
            :: head == NONE ->
                atomic { asleep_flag = true; sleeps++; sleep = true }
            :: else
            fi
#else
            atomic { /* compare_exchange_strong(0 -> ASLEEP, relaxed) || head == ASLEEP */
                if
                :: head == NONE -> head = ASLEEP; own = ASLEEP; sleeps++; sleep = true
                :: head == ASLEEP -> sleep = true
                :: else
                fi
            }
#endif
        :: else
        fi;
        /* ring_wait(r, sleep, ...) */
        if
        :: sleep ->
            blocked = true;
            atomic { completion -> blocked = false }
        :: else
        fi
    od
}

/* Something else happens on the ring. */
proctype other() {
    if
    :: completion = true
    :: skip
    fi
}

/* The lost wake-up, said outright. */
proctype watch() {
end:
    atomic { blocked && head != NONE && head != ASLEEP && waking == 0 && !completion -> assert(false) }
}

init {
    atomic {
        run sender(0);
        run sender(1);
        run receiver();
        run other();
        run watch()
    }
}

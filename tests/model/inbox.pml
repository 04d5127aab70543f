/* inbox.pml: the bounded queue of src/base/inbox.c.
 *
 * Two producers with three items each, one consumer, capacity 2. Positions are numbers of four bits instead of 32 and start
 * close to their end, so that they wrap; no producer can sleep here while a whole round of positions passes (in C: 2^32 pushes
 * between a load of tail and its swap).
 *
 * Checked: no item is lost (deadlock, or never taken), none comes twice, each producer's come in order, a slot is never written
 * while its item has not been read. CLAIMED: producers first win one of two claims, given back after the pop, as shards do
 * with a worker: then a push never finds the inbox full (the assertion of worker_push).
 *
 * Memory: steps are sequentially consistent, and where the code is weaker:
 *   - tail is only moved by compare-and-swap, which reads the last value; its relaxed loads may be old: the last position that
 *     the producer has seen is allowed here.
 *   - sequence is loaded with acquire: the value may be old. The value before is allowed here too (not with CLAIMED: the claim's
 *     sequentially consistent swap pairs with the release of the claim, which comes after the pop's store to sequence).
 *   - item is a plain field: the release store of sequence behind it, and the acquire load before the read of it, order it.
 *     RELAXED_PUSH and RELAXED_POP turn the two round and must fail.
 *   - head is the consumer's own.
 *
 * holds:
 * holds: -DCLAIMED
 * fails: -DRELAXED_PUSH (assertion violated)
 * fails: -DRELAXED_POP (assertion violated)
 * fails: -DNO_SWAP (assertion violated) -- tail loaded and stored
 * fails: -DCAPACITY=1 (assertion violated) -- "filled" and "next lap" are the same number
 * fails: -DCLAIMED -DCLAIMS=3 (assertion violated) -- more claims than slots
 */
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef CLAIMS
#define CLAIMS 2
#endif
#define ITEMS 3
#define ROUND 16 /* positions: more than twice of what is pushed, so that the sign of a difference is right */
#define START 13
#define UP(p, n) (((p) + (n)) % ROUND)

byte slot_sequence[CAPACITY], slot_before[CAPACITY]; /* inbox_slot.sequence, and its value before */
byte slot_item[CAPACITY];                            /* inbox_slot.item: 1..3 of producer 0, 4..6 of producer 1 */
byte tail = START, head = START;
byte claims = CLAIMS;
bool unread[CAPACITY]; /* ghost: an item has been announced and not been read */

/* atomic_store(&slot->sequence, v, release) */
inline store_sequence(s, v) {
    atomic { slot_before[s] = slot_sequence[s]; slot_sequence[s] = v }
}

/* atomic_load(&slot->sequence, acquire) */
inline load_sequence(s, into) {
    if
    :: into = slot_sequence[s]
#ifndef CLAIMED
    :: into = slot_before[s]
#endif
    fi
}

proctype producer(byte me) {
    byte at = START, slot, sequence, item = 1;
    bool pushed;
    do
    :: item <= ITEMS ->
#ifdef CLAIMED
        atomic { claims > 0 -> claims-- }; /* claim_try */
#endif
        /* inbox_push: claim(in, &position) */
        if
        :: at = tail /* atomic_load(&in->tail, relaxed) */
        :: skip      /* an older one: what was seen last */
        fi;
        pushed = false;
        do
        ::
            slot = at % CAPACITY;
            load_sequence(slot, sequence);
            if /* ahead = (int32_t)(sequence - at) */
            :: UP(sequence, ROUND - at) >= ROUND / 2 -> break /* < 0: return NULL */
            :: UP(sequence, ROUND - at) > 0 && UP(sequence, ROUND - at) < ROUND / 2 ->
                at = tail
            :: sequence == at ->
#ifdef NO_SWAP
                if
                :: tail == at -> tail = UP(at, 1); pushed = true; break
                :: else -> at = tail
                fi
#else
                atomic { /* atomic_compare_exchange_weak(&in->tail, &at, at + 1) */
                    if
                    :: tail == at -> tail = UP(at, 1); pushed = true; break
                    :: else -> at = tail
                    fi
                }
#endif
            fi
        od;
        if
        :: pushed ->
#ifdef RELAXED_PUSH
            store_sequence(slot, UP(at, 1));
            slot_item[slot] = ITEMS * me + item;
            unread[slot] = true;
#else
            atomic { /* slot->item = item */
                assert(!unread[slot]);
                slot_item[slot] = ITEMS * me + item;
                unread[slot] = true
            };
            store_sequence(slot, UP(at, 1));
#endif
            item++
        :: else -> /* full: the caller comes again */
#ifdef CLAIMED
            assert(false)
#endif
            skip
        fi
    :: else -> break
    od
}

proctype consumer() {
    byte n, at, slot, sequence, item, last[2];
    do
    :: n < 2 * ITEMS ->
        /* inbox_pop */
        atomic { at = head; slot = at % CAPACITY };
        load_sequence(slot, sequence);
        if
        :: sequence != UP(at, 1) -> skip /* return NULL */
        :: else ->
#ifdef RELAXED_POP
            store_sequence(slot, UP(at, CAPACITY));
            atomic { item = slot_item[slot]; unread[slot] = false };
#else
            atomic { item = slot_item[slot]; unread[slot] = false }; /* item = slot->item */
            store_sequence(slot, UP(at, CAPACITY));
#endif
            head = UP(at, 1);
            atomic {
                assert(item >= 1);
                assert((item - 1) % ITEMS == last[(item - 1) / ITEMS]); /* the next of its producer, once */
                last[(item - 1) / ITEMS]++;
                n++;
                item = 0
            };
#ifdef CLAIMED
            claims++ /* claim_release */
#endif
        fi
    :: else -> break
    od;
    assert(last[0] == ITEMS && last[1] == ITEMS && tail == UP(START, 2 * ITEMS))
}

init {
    atomic { /* inbox_init, as it stands when the position is START */
        slot_sequence[START % CAPACITY] = START;
        slot_before[START % CAPACITY] = START;
#if CAPACITY > 1
        slot_sequence[(START + 1) % CAPACITY] = START + 1;
        slot_before[(START + 1) % CAPACITY] = START + 1;
#endif
        run producer(0);
        run producer(1);
        run consumer()
    }
}

/* key_schedule.c: see key_schedule.h. */
#include "filters/key_schedule.h"

#include "base/clock.h"

bool key_schedule_begins(const struct key_schedule *s, uint64_t now_ns, bool wanted, uint32_t cool_s)
{
    return now_ns >= key_schedule_next_ns(s, wanted, cool_s);
}

uint64_t key_schedule_next_ns(const struct key_schedule *s, bool wanted, uint32_t cool_s)
{
    uint64_t cooled_ns = s->asked_ns + cool_s * NS_PER_S;
    if (s->under_way) return UINT64_MAX;
    return wanted && cooled_ns < s->due_ns ? cooled_ns : s->due_ns;
}

void key_schedule_began(struct key_schedule *s, uint64_t now_ns)
{
    s->under_way = true;
    s->asked_ns = now_ns;
}

/* Again while four fifths of its time have gone, so that nobody waits for it. */
void key_schedule_succeeded(struct key_schedule *s, uint64_t now_ns, uint32_t fresh_s)
{
    if (fresh_s == UINT32_MAX) fresh_s = KEYS_FRESH_S;
    if (fresh_s < KEYS_FRESH_MIN_S) fresh_s = KEYS_FRESH_MIN_S;
    if (fresh_s > KEYS_FRESH_MAX_S) fresh_s = KEYS_FRESH_MAX_S;
    s->under_way = false;
    s->n_failed = 0;
    s->due_ns = now_ns + fresh_s * NS_PER_S / 5 * 4;
    s->usable_ns = now_ns + (fresh_s + (uint64_t)KEYS_STALE_S) * NS_PER_S;
}

void key_schedule_failed(struct key_schedule *s, uint64_t now_ns)
{
    uint32_t wait_s = s->n_failed < 5 ? UINT32_C(1) << s->n_failed : KEYS_RETRY_MAX_S;
    s->under_way = false;
    s->n_failed++;
    s->due_ns = now_ns + wait_s * NS_PER_S;
}

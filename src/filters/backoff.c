/* backoff.c: see backoff.h. */
#include "filters/backoff.h"

#include "base/clock.h"
#include "base/random.h"

#include <errno.h>
#include <stdlib.h>

#define WAYS 4u /* places where an entry may stand */

int backoff_init(struct backoff *b)
{
    *b = (struct backoff){0};
    random_secret(&b->secret, sizeof b->secret);
    b->of = calloc(BACKOFF_ENTRIES, sizeof *b->of);
    return b->of ? 0 : -ENOMEM;
}

void backoff_deinit(struct backoff *b)
{
    free(b->of);
    b->of = NULL;
}

uint64_t backoff_key(const struct backoff *b, const struct ip *from, struct slice name)
{
    struct {
        struct ip client;
        uint64_t name;
    } who = {ip_client(from), name.len ? siphash13(b->secret, name) : 0};
    uint64_t key = siphash13(b->secret, slice_make(&who, sizeof who));
    return key ? key : 1;
}

static struct backoff_entry *place(const struct backoff *b, uint64_t key, unsigned way)
{
    return &b->of[((key & (BACKOFF_ENTRIES - 1)) & ~(uint64_t)(WAYS - 1)) + way];
}

static struct backoff_entry *find(const struct backoff *b, uint64_t key)
{
    for (unsigned i = 0; i < WAYS; i++)
        if (place(b, key, i)->key == key) return place(b, key, i);
    return NULL;
}

uint32_t backoff_wait_s(const struct backoff *b, uint64_t key, uint64_t now_ns)
{
    const struct backoff_entry *e = find(b, key);
    if (!e || e->until_ns <= now_ns) return 0;
    return (uint32_t)((e->until_ns - now_ns + NS_PER_S - 1) / NS_PER_S);
}

/* That of the key, or one to be had: empty, or wrong longest ago. */
static struct backoff_entry *take(struct backoff *b, uint64_t key)
{
    struct backoff_entry *e = find(b, key);
    if (e) return e;
    e = place(b, key, 0);
    for (unsigned i = 1; i < WAYS; i++)
        if (place(b, key, i)->last_ns < e->last_ns) e = place(b, key, i); /* an empty one: 0 */
    b->n += e->key == 0;
    *e = (struct backoff_entry){.key = key};
    return e;
}

void backoff_wrong(struct backoff *b, uint64_t key, uint32_t free_mistakes, uint64_t now_ns)
{
    struct backoff_entry *e = take(b, key);
    if (e->last_ns + BACKOFF_FORGET_S * NS_PER_S < now_ns) e->mistakes = 0;
    e->last_ns = now_ns;
    if (++e->mistakes < free_mistakes) return;
    uint32_t power = e->mistakes - free_mistakes;
    uint32_t wait_s = power < 6 ? 1u << power : BACKOFF_MAX_S;
    e->until_ns = now_ns + wait_s * NS_PER_S;
}

void backoff_right(struct backoff *b, uint64_t key)
{
    struct backoff_entry *e = find(b, key);
    if (!e) return;
    *e = (struct backoff_entry){0};
    b->n--;
}

/* key_feed.c: see key_feed.h. */
#include "filters/key_feed.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/sha256.h"
#include "filters/access.h"
#include "filters/auth.h"
#include "filters/key_schedule.h"
#include "filters/oauth_rules.h"

#include <errno.h>
#include <stdlib.h>

#define AGAIN_NS NS_PER_S /* for want of memory */

/* The outbound thread's, but for what is atomic. */
struct key_feed {
    struct outbound_request request; /* must stay first */
    _Atomic(struct outbound *) outbound;
    _Atomic(struct access *) next; /* a reference on its way from the server's thread */
    _Atomic bool wanted;           /* set by any thread */
    struct access *access;         /* a reference; NULL: nobody's keys are fetched */
    struct access *asked_by;       /* a reference: of the fetch that is under way */
    struct jwks *keys;             /* a reference; NULL: none yet */
    uint8_t digest[SHA256_BYTES];  /* of the text that they were read from */
    struct key_schedule schedule;
    bool is_wanted; /* since the latest fetch began */
    bool again;     /* the one that is under way is by rules that are not in force any more */
    char sentence[256];
    bool unpublished; /* shards do not know yet */
    bool (*publish)(void *arg, struct fetched_keys *f);
    void *arg;
};

/* ---- what shards get ---- */

struct fetched_keys *fetched_keys_ref(struct fetched_keys *f)
{
    if (f) atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

struct fetched_keys *fetched_keys_unref(struct fetched_keys *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) > 1) return NULL;
    jwks_unref(f->keys);
    free(f);
    return NULL;
}

static const struct oauth_rules *rules_of(const struct access *a)
{
    return a && a->auth && a->auth->oauth && a->auth->oauth->jwks.url ? a->auth->oauth : NULL;
}

static void publish(struct key_feed *f)
{
    struct fetched_keys *k = calloc(1, sizeof *k);
    f->unpublished = true;
    if (!k) return;
    atomic_store_explicit(&k->refs, 1, memory_order_relaxed);
    k->auth = f->access->auth->serial;
    k->keys = jwks_ref(f->keys);
    k->asked_ns = f->schedule.under_way ? 0 : f->schedule.asked_ns;
    k->usable_ns = f->schedule.usable_ns;
    f->unpublished = !f->publish(f->arg, k);
    fetched_keys_unref(k);
}

/* ---- a fetch ---- */

static bool take(struct key_feed *f, struct slice body, const char **why)
{
    uint8_t digest[SHA256_BYTES];
    struct jwks *keys;
    sha256(&body, 1, digest);
    if (f->keys && memcmp(digest, f->digest, sizeof digest) == 0) return true;
    if (jwks_read(body, true, &keys, f->sentence, sizeof f->sentence) < 0) {
        *why = f->sentence;
        return false;
    }
    jwks_unref(f->keys);
    f->keys = keys;
    memcpy(f->digest, digest, sizeof digest);
    return true;
}

static void on_fetched(struct outbound_request *r, const struct outbound_answer *a)
{
    struct key_feed *f = (struct key_feed *)(void *)r;
    const char *why = a->why ? a->why : "its status is not 200";
    char quoted[2][LOG_QUOTE_BYTES];
    const struct oauth_rules *asked = rules_of(f->asked_by), *now = rules_of(f->access);
    bool is_current = now && oauth_rules_same_keys(asked, now);
    uint64_t now_ns = clock_now_ns();
    bool ok = is_current && a->status == 200 && take(f, a->body, &why);
    if (ok) {
        key_schedule_succeeded(&f->schedule, now_ns, a->fresh_s);
        f->is_wanted = false;
    } else if (is_current) {
        key_schedule_failed(&f->schedule, now_ns);
    }
    if (ok)
        log_info("oauth.keys", "fetched=1 keys=%u again_s=%u url=%s", jwks_count(f->keys), (unsigned)((f->schedule.due_ns - now_ns) / NS_PER_S),
                 log_quote(slice_str(now->jwks.url), quoted[0]));
    else if (is_current)
        log_warn("oauth.keys", "fetched=0 status=%u url=%s reason=%s", a->status, log_quote(slice_str(now->jwks.url), quoted[0]),
                 log_quote(slice_str(why), quoted[1]));
    else f->schedule.under_way = false; /* of an issuer that is not ours any more */
    if (f->again) f->schedule.due_ns = 0;
    f->again = false;
    f->asked_by = access_unref(f->asked_by);
    f->unpublished |= is_current;
}

static void begin(struct key_feed *f, uint64_t now_ns)
{
    struct outbound *o = atomic_load_explicit(&f->outbound, memory_order_acquire);
    f->asked_by = access_ref(f->access);
    f->request = (struct outbound_request){.peer = &rules_of(f->access)->jwks, .on_answer = on_fetched};
    key_schedule_began(&f->schedule, now_ns);
    f->is_wanted = false;
    if (outbound_begin(o, &f->request)) return;
    f->asked_by = access_unref(f->asked_by);
    key_schedule_failed(&f->schedule, now_ns);
    f->unpublished = true;
}

/* ---- its turns ---- */

static void change(struct key_feed *f, struct access *access)
{
    const struct oauth_rules *before = rules_of(f->access), *rules = rules_of(access);
    bool is_same = before && rules && oauth_rules_same_keys(before, rules), under_way = f->schedule.under_way;
    if (!is_same) {
        f->keys = jwks_unref(f->keys);
        f->schedule = (struct key_schedule){.under_way = under_way};
    }
    f->schedule.due_ns = 0;
    f->again = under_way;
    access_unref(f->access);
    f->access = access;
    f->unpublished = rules != NULL;
}

static uint64_t on_turn(void *arg, uint64_t now_ns)
{
    struct key_feed *f = arg;
    struct access *next = atomic_exchange_explicit(&f->next, NULL, memory_order_acq_rel);
    f->is_wanted |= atomic_exchange_explicit(&f->wanted, false, memory_order_acq_rel); /* stays until one begins, however late */
    if (next) change(f, next);
    const struct oauth_rules *rules = rules_of(f->access);
    if (!rules) return UINT64_MAX;
    if (key_schedule_begins(&f->schedule, now_ns, f->is_wanted, rules->refetch_s)) begin(f, now_ns);
    if (f->unpublished) publish(f);
    uint64_t due_ns = key_schedule_next_ns(&f->schedule, f->is_wanted, rules->refetch_s);
    return f->unpublished && now_ns + AGAIN_NS < due_ns ? now_ns + AGAIN_NS : due_ns;
}

/* ---- from other threads ---- */

int key_feed_new(bool (*publish_to)(void *arg, struct fetched_keys *f), void *arg, struct key_feed **out)
{
    struct key_feed *f = calloc(1, sizeof *f);
    if (!f) return -ENOMEM;
    f->publish = publish_to;
    f->arg = arg;
    *out = f;
    return 0;
}

struct outbound_tenant key_feed_tenant(struct key_feed *f)
{
    return (struct outbound_tenant){on_turn, f};
}

void key_feed_use(struct key_feed *f, struct outbound *o, struct access *access)
{
    atomic_store_explicit(&f->outbound, o, memory_order_release);
    access_unref(atomic_exchange_explicit(&f->next, access_ref(access), memory_order_acq_rel)); /* one that was not looked at is gone */
    outbound_wake(o);
}

void key_feed_want(struct key_feed *f)
{
    atomic_store_explicit(&f->wanted, true, memory_order_release);
    outbound_wake(atomic_load_explicit(&f->outbound, memory_order_acquire));
}

struct key_feed *key_feed_free(struct key_feed *f)
{
    if (!f) return NULL;
    access_unref(atomic_load_explicit(&f->next, memory_order_relaxed));
    access_unref(f->access);
    access_unref(f->asked_by);
    jwks_unref(f->keys);
    free(f);
    return NULL;
}

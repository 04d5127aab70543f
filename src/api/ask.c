#include "api/ask.h"
#include "api/api.h"
#include "api/owner.h"
#include "base/check.h"

static struct ask *ask_of(struct engine_call *call)
{
    return container_of(call, struct ask, call);
}

static struct ask *ask_of_mail(struct mail *m)
{
    return ask_of(container_of(m, struct engine_call, mail));
}

int asker_init(struct asker *k, const struct asker_options *options)
{
    *k = (struct asker){.http = options->http,
                        .budget = options->budget,
                        .doors = options->doors,
                        .n_engines = options->n_engines,
                        .home_box = options->home_box,
                        .by_owner = options->by_owner};
    /* A fetch over queues of several engines waits at each of them with an ask of its own. */
    uint32_t n = options->n_engines == 1 ? options->asks_max : options->asks_max * (options->n_engines + 1);
    int rc = slab_init(&k->asks, sizeof(struct ask), n);
    k->asks.clear_bytes = offsetof(struct ask, call) + ENGINE_CALL_CLEAR_BYTES;
    return rc;
}

void asker_deinit(struct asker *k)
{
    assert(k->asks.n_used == 0);
    slab_deinit(&k->asks);
}

static struct ask *refuse(struct exchange *x)
{
    exchange_fail_with(x, 503, "overloaded", "Too many requests are waiting; try again shortly.", 1, SLICE(""));
    return NULL;
}

struct ask *ask_take(struct asker *k)
{
    uint32_t slot;
    struct ask *a = slab_get(&k->asks, &slot);
    if (!a) return NULL;
    a->asker = k;
    a->route.is_on = false;
    return a;
}

struct ask *ask_new(struct exchange **x, enum engine_op op, void (*on_answer)(struct exchange *x, struct engine_call *call))
{
    struct asker *k = &api_of(*x)->asker;
    struct ask *a = ask_take(k);
    if (!a) return refuse(*x);
    struct exchange *kept = exchange_keep(*x);
    if (!kept) {
        slab_put(&k->asks, a);
        return refuse(*x);
    }
    *x = kept;
    a->exchange = exchange_id(kept);
    a->on_answer = on_answer;
    a->call.op = (uint8_t)op;
    if (k->by_owner) owner_set(kept, &a->call);
    return a;
}

struct ask *ask_new_loose(struct asker *k, enum engine_op op, void (*on_back)(struct ask *a), void *owner)
{
    struct ask *a = ask_take(k);
    if (!a) return NULL;
    a->on_back = on_back;
    a->owner = owner;
    a->call.op = (uint8_t)op;
    return a;
}

void ask_drop(struct ask *a)
{
    engine_call_drop(&a->call);
    slab_put(&a->asker->asks, a);
}

/* Nobody hears the answer. Jobs that it grants go back, in the same node; everything else is
 * simply dropped. */
static void on_lost(struct ask *a)
{
    if (a->call.op != ENGINE_FETCH || a->call.outcome != ENGINE_OK || a->call.n_views == 0) {
        ask_drop(a);
        return;
    }
    a->call.op = ENGINE_RELEASE;
    ask_send(a);
}

void ask_deliver(struct ask *a)
{
    if (a->route.is_on && !route_answered(a)) return;
    if (a->on_back) {
        a->on_back(a);
        return;
    }
    bool released = a->call.op == ENGINE_RELEASE; /* the answer to on_lost() concerns no exchange */
    struct exchange *x = released ? NULL : exchange_find(a->asker->http, a->exchange);
    if (x) a->on_answer(x, &a->call);
    if (x && !a->undelivered) ask_drop(a);
    else on_lost(a);
}

void ask_undelivered(struct engine_call *call)
{
    ask_of(call)->undelivered = true;
}

static void on_answer_mail(struct mail *m)
{
    ask_deliver(ask_of_mail(m));
}

/* Engine's thread. A reply that comes within our own ask_at() is delivered there, when the
 * engine is off the stack; one that comes later, out of the midst of the engine's own loops,
 * goes home by mail even within one thread: an answer may set off the connection's next request,
 * and that must not enter the engine twice. */
static void on_reply(struct engine_call *call)
{
    struct ask *a = ask_of(call);
    if (a->sending) {
        a->answered = true;
        return;
    }
    call->mail.deliver = on_answer_mail;
    mail_send(a->asker->home_box, &call->mail);
}

/* Engine's thread. */
static void on_question_mail(struct mail *m)
{
    struct ask *a = ask_of_mail(m);
    engine_do(a->asker->doors[a->engine].engine, &a->call);
}

void ask_at(struct ask *a, uint32_t engine)
{
    const struct ask_door *door = &a->asker->doors[engine];
    a->call.reply = on_reply;
    a->answered = false;
    a->engine = (uint8_t)engine;
    a->sending = door->box == a->asker->home_box;
    if (!a->sending) {
        a->call.mail.deliver = on_question_mail;
        mail_send(door->box, &a->call.mail);
        return;
    }
    engine_do(door->engine, &a->call);
    a->sending = false;
    if (a->answered) ask_deliver(a);
}

void ask_send(struct ask *a)
{
    if (a->asker->n_engines == 1) ask_at(a, 0);
    else route_begin(a);
}

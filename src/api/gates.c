#include "api/gates.h"

#include "base/check.h"

void gates_init(struct gates *g)
{
    g->held = 0;
    for (unsigned i = 0; i < GATES; i++) list_init(&g->waiting[i]);
}

void gate_want(struct gate_pass *pass, struct slice name, uint32_t n_engines)
{
    uint64_t h = home_hash(name);
    pass->wanted[h % n_engines] |= UINT64_C(1) << (h / n_engines % GATES);
}

static unsigned first_of(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

/* from: those before it are held already. */
static void go_on(struct gates *g, struct gate_pass *pass, uint32_t engine, unsigned from)
{
    uint64_t left = from < GATES ? pass->wanted[engine] >> from << from : 0;
    for (; left; left &= left - 1) {
        unsigned i = first_of(left);
        if (g->held >> i & 1) {
            list_push_back(&g->waiting[i], &pass->link);
            return;
        }
        g->held |= UINT64_C(1) << i;
    }
    mail_send(pass->home, pass->mail);
}

void gates_take(struct gates *g, struct gate_pass *pass, uint32_t engine)
{
    go_on(g, pass, engine, 0);
}

void gates_give_back(struct gates *g, struct gate_pass *pass, uint32_t engine)
{
    for (uint64_t left = pass->wanted[engine]; left; left &= left - 1) {
        unsigned i = first_of(left);
        assert(g->held >> i & 1);
        struct list *next = list_pop_front(&g->waiting[i]);
        if (next) go_on(g, container_of(next, struct gate_pass, link), engine, i + 1); /* which has it from here on */
        else g->held &= ~(UINT64_C(1) << i);
    }
}

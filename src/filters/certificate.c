/* certificate.c: see certificate.h. */
#include "filters/certificate.h"

struct search {
    const struct accounts *accounts;
    const struct account *found;
};

static bool take(void *arg, struct slice name)
{
    struct search *s = arg;
    s->found = accounts_certificate(s->accounts, name);
    return s->found != NULL;
}

const struct account *certificate_account(const struct accounts *a, const struct exchange *x, const struct ip *from)
{
    struct search s = {.accounts = a};
    return exchange_certificate(x, take, &s) && account_is_from(s.found, from) ? s.found : NULL;
}

/* Scopes: words and bits. */
#include "accounts/scope.h"

#include <criterion/criterion.h>

Test(accounts_scope, words_have_bits_of_their_own)
{
    struct scope_names names = {0};
    cr_assert_eq(scope_bit(&names, SLICE("jobs:read")), SCOPE_JOBS_READ);
    cr_assert_eq(scope_bit(&names, SLICE("metrics:read")), SCOPE_METRICS_READ);
    cr_assert_eq(scope_bit(&names, SLICE("admin")), SCOPE_ALL);
    cr_assert_eq(scope_bit(&names, SLICE("jobs:rea")), 0u);
    cr_assert_eq(scope_bit(&names, SLICE("")), 0u);
    uint32_t shop = scope_take(&names, SLICE("shop:read"));
    cr_assert(shop && !(shop & ((1u << SCOPES_BUILTIN) - 1)));
    cr_assert_eq(scope_take(&names, SLICE("shop:read")), shop);
    cr_assert_eq(scope_bit(&names, SLICE("shop:read")), shop);
}

Test(accounts_scope, own_words_have_a_bound_and_a_form)
{
    struct scope_names names = {0};
    char name[80];
    uint32_t seen = 0;
    cr_assert_eq(scope_take(&names, SLICE("a b")), 0u);
    cr_assert_eq(scope_take(&names, SLICE("a\"b")), 0u);
    cr_assert_eq(scope_take(&names, SLICE("")), 0u);
    memset(name, 'x', sizeof name);
    cr_assert_eq(scope_take(&names, slice_make(name, SCOPE_NAME_MAX + 1)), 0u);
    cr_assert(scope_take(&names, slice_make(name, SCOPE_NAME_MAX)));
    for (unsigned i = 1; i < SCOPES_OWN_MAX; i++) {
        (void)snprintf(name, sizeof name, "own:%u", i);
        uint32_t bit = scope_take(&names, slice_str(name));
        cr_assert(bit && !(bit & seen));
        seen |= bit;
    }
    cr_assert_eq(scope_take(&names, SLICE("one:more")), 0u);
}

Test(accounts_scope, texts)
{
    struct scope_names names = {0};
    char text[64];
    cr_assert_eq(scope_read(&names, SLICE("jobs:read openid jobs:write")), SCOPE_JOBS_READ | SCOPE_JOBS_WRITE);
    cr_assert_eq(scope_read(&names, SLICE("")), 0u);
    cr_assert_eq(scope_read(&names, SLICE("jobs:readjobs:write")), 0u);
    size_t n = scope_text(&names, SCOPE_JOBS_READ | SCOPE_METRICS_READ, text, sizeof text);
    cr_assert(slice_eq(slice_make(text, n), SLICE("jobs:read metrics:read")));
    cr_assert_eq(scope_text(&names, SCOPE_JOBS_READ | SCOPE_METRICS_READ, text, 10), 9u);
}

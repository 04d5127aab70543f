/* Which stored password stands in for one that does not exist. */
#include "accounts/accounts.h"
#include "accounts/password.h"
#include "filters/auth.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define HASH "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\", \"scopes\": []}"
#define USERS                                                                                               \
    "{\"users\": [{\"name\": \"anna\", \"password\": \"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ" HASH "," \
    "{\"name\": \"bert\", \"password\": \"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ" HASH ","              \
    "{\"name\": \"carl\", \"password\": \"$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ" HASH "]}"

static struct auth read_users(struct slice text)
{
    static const struct scope_names names;
    struct auth a = {0};
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    cr_assert_eq(accounts_read(text, &names, &a.accounts, why, sizeof why, unknown), 0, "%s", why);
    return a;
}

Test(filters_auth, any_of_those_that_are_stored_stands_in_and_the_same_for_a_name)
{
    struct auth a = read_users(SLICE(USERS)), again = read_users(SLICE(USERS));
    unsigned counts[3] = {0};
    for (unsigned i = 0; i < 300; i++) {
        char name[16];
        struct slice user = slice_make(name, (size_t)snprintf(name, sizeof name, "user%u", i));
        const char *stored = auth_stand_in(&a, user);
        cr_assert_str_eq(auth_stand_in(&again, user), stored);
        for (uint32_t k = 0; k < 3; k++) counts[k] += accounts_user_at(a.accounts, k)->password == stored;
    }
    cr_assert_eq(counts[0] + counts[1] + counts[2], 300u);
    for (unsigned k = 0; k < 3; k++) cr_assert(counts[k] > 50, "%u: %u", k, counts[k]);
    accounts_free(a.accounts);
    accounts_free(again.accounts);
}

Test(filters_auth, without_users_one_stands_in_all_the_same)
{
    struct auth a = read_users(SLICE("{}"));
    cr_assert_eq(password_form(auth_stand_in(&a, SLICE("anna"))), PASSWORD_GOOD);
    accounts_free(a.accounts);
}

/* Passwords as they are stored. */
#include "accounts/password.h"

#include <criterion/criterion.h>

/* Made by the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 -e, password "password". */
#define KNOWN "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

Test(accounts_password, a_known_one, .timeout = 30)
{
    cr_assert_eq(password_form(KNOWN), PASSWORD_GOOD);
    cr_assert(password_matches(KNOWN, SLICE("password")));
    cr_assert_not(password_matches(KNOWN, SLICE("passwore")));
    cr_assert_not(password_matches(KNOWN, SLICE("")));
}

Test(accounts_password, what_is_made_is_good_and_salted, .timeout = 30)
{
    char a[PASSWORD_HASH_MAX], b[PASSWORD_HASH_MAX];
    cr_assert_eq(password_hash(SLICE("tr\0ee"), a), 0);
    cr_assert_eq(password_hash(SLICE("tr\0ee"), b), 0);
    cr_assert_str_neq(a, b);
    cr_assert_eq(password_form(a), PASSWORD_GOOD);
    cr_assert(password_matches(a, SLICE("tr\0ee")));
    cr_assert_not(password_matches(a, SLICE("tr"))); /* no end at a zero byte */
}

Test(accounts_password, parameters_are_judged)
{
    static const struct {
        const char *text;
        enum password_form form;
    } cases[] = {
        {"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_GOOD},
        {"$argon2id$v=19$m=19455,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_WEAK},
        {"$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_WEAK},
        {"$argon2id$v=19$m=4294967296,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$m=262144,t=16,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_GOOD},
        {"$argon2id$v=19$m=262145,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=17,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$t=2,m=19456,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=2,p=1$short$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1a$FaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", PASSWORD_BAD},
        {"$2y$10$abcdefghijklmnopqrstuv", PASSWORD_BAD},
        {"secret", PASSWORD_BAD},
        {"", PASSWORD_BAD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) cr_assert_eq(password_form(cases[i].text), cases[i].form, "%s", cases[i].text);
}

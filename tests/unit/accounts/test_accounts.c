/* The accounts file: what it says, and every mistake with its line. */
#include "accounts/accounts.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
#define DIGEST "Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU"
#define TOKEN(more) "{\"id\":\"abcdefghijkl\",\"owner\":\"ci\",\"digest\":\"" DIGEST "\"" more "}"
#define USER(more) "{\"name\":\"anna\",\"password\":\"" HASH "\"" more "}"

static int read_text(const char *text, struct accounts **a, char why[256], char unknown[SCOPE_NAME_MAX + 1])
{
    struct scope_names names = {0};
    (void)scope_take(&names, SLICE("shop:read"));
    return accounts_read(slice_str(text), &names, a, why, 256, unknown);
}

Test(accounts_accounts, users_and_tokens)
{
    struct accounts *a;
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    const char *text = "{\"users\":[" USER(",\"scopes\":[\"jobs:read\",\"shop:read\"],\"created\":\"2026-02-12T10:30:00Z\"") "],"
                       "\"tokens\":[" TOKEN(",\"scopes\":[\"admin\"],\"networks\":[\"10.0.0.0/8\",\"::1\"],\"expires\":\"2030-01-01T00:00:00Z\"") "],"
                       "\"keys\":[{\"id\":\"k\"}]}";
    cr_assert_eq(read_text(text, &a, why, unknown), 0, "%s", why);
    const struct account_user *u = accounts_user(a, SLICE("anna"));
    const struct account_token *t = accounts_token(a, SLICE("abcdefghijkl"));
    cr_assert(u && t && accounts_users(a) == 1 && accounts_tokens(a) == 1);
    cr_assert(slice_eq(u->account.principal, SLICE("user:anna")) && slice_eq(t->account.principal, SLICE("token:ci")));
    cr_assert(u->account.key && t->account.key && u->account.key != t->account.key);
    cr_assert_eq(u->account.scopes, SCOPE_JOBS_READ | 1u << SCOPES_BUILTIN);
    cr_assert_eq(t->account.scopes, SCOPE_ALL);
    cr_assert_str_eq(u->password, HASH);
    cr_assert_eq(t->expires_ns, UINT64_C(1893456000000000000));
    cr_assert_null(accounts_user(a, SLICE("ann")));
    cr_assert_null(accounts_token(a, SLICE("abcdefghijkm")));
    cr_assert_eq(unknown[0], 0);
    struct json_value keys;
    cr_assert(accounts_keys(a, &keys) && slice_eq(keys.text, SLICE("[{\"id\":\"k\"}]")));
    struct ip ip;
    cr_assert(ip_parse(SLICE("10.2.3.4"), &ip) && account_is_from(&t->account, &ip) && account_is_from(&u->account, &ip));
    cr_assert(ip_parse(SLICE("11.2.3.4"), &ip) && !account_is_from(&t->account, &ip));
    cr_assert_not(account_is_from(&t->account, &(struct ip){0})); /* not known */
    accounts_free(a);
}

Test(accounts_accounts, certificates)
{
    struct accounts *a;
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    const char *text = "{\"certificates\":[{\"name\":\"spiffe://test/worker/7\",\"scopes\":[\"jobs:work\"],\"networks\":[\"10.0.0.0/8\"],"
                       "\"created\":\"2026-02-12T10:30:00Z\"},{\"name\":\"a.test\"}]}";
    cr_assert_eq(read_text(text, &a, why, unknown), 0, "%s", why);
    const struct account *one = accounts_certificate(a, SLICE("spiffe://test/worker/7")), *other = accounts_certificate(a, SLICE("a.test"));
    cr_assert(one && other);
    cr_assert(slice_eq(one->principal, SLICE("cert:spiffe://test/worker/7")) && slice_eq(other->principal, SLICE("cert:a.test")));
    cr_assert(one->scopes == SCOPE_JOBS_WORK && one->n_networks == 1 && other->scopes == 0 && one->key && one->key != other->key);
    cr_assert_null(accounts_certificate(a, SLICE("A.test")));
    cr_assert_null(accounts_certificate(a, slice_make("a.test\0b", 8)));
    cr_assert_null(accounts_certificate(a, SLICE("")));
    accounts_free(a);
}

Test(accounts_accounts, an_empty_file_and_an_unknown_scope)
{
    struct accounts *a;
    char why[256], unknown[SCOPE_NAME_MAX + 1];
    struct json_value keys;
    cr_assert_eq(read_text("{}", &a, why, unknown), 0);
    cr_assert(accounts_users(a) == 0 && !accounts_user(a, SLICE("anna")) && !accounts_token(a, SLICE("abcdefghijkl")) && !accounts_keys(a, &keys));
    accounts_free(a);
    cr_assert_eq(read_text("{\"tokens\":[" TOKEN(",\"scopes\":[\"jobs:fly\",\"jobs:read\"]") "]}", &a, why, unknown), 0);
    cr_assert_str_eq(unknown, "jobs:fly");
    cr_assert_eq(accounts_token_at(a, 0)->account.scopes, SCOPE_JOBS_READ);
    accounts_free(a);
}

Test(accounts_accounts, each_mistake_is_named_with_its_line)
{
    static const char *const cases[][2] = {
        {"", "line 1"},
        {"[]", "line 1: the file must be a JSON object"},
        {"{\n\"user\":[]}", "line 2: unknown member 'user'"},
        {"{\"users\":{}}", "users must be an array"},
        {"{\"users\":[1]}", "users must be an array of objects"},
        {"{\"keys\":[1]}", "keys must be an array of objects"},
        {"{\"certificates\":{}}", "certificates must be an array"},
        {"{\"certificates\":[{}]}", "a certificate needs a name"},
        {"{\"certificates\":[{\"name\":\"a b\"}]}", "name must be 1 to 255"},
        {"{\"certificates\":[{\"name\":\"a\"},\n{\"name\":\"a\"}]}", "line 2: the certificate a stands twice"},
        {"{\"certificates\":[{\"name\":\"a\",\"x\":1}]}", "unknown member 'x' of a certificate"},
        {"{\"users\":[{}]}", "a user needs a name and a password"},
        {"{\"users\":[" USER(",\"x\":1") "]}", "unknown member 'x' of a user"},
        {"{\"users\":[" USER("") ",\n" USER("") "]}", "line 2: the user anna stands twice"},
        {"{\"users\":[{\"name\":\"an na\"}]}", "name must be"},
        {"{\"users\":[{\"name\":\"a:b\"}]}", "name must be"}, /* Basic could not say it */
        {"{\"users\":[{\"name\":\"\"}]}", "name must be"},
        {"{\"users\":[{\"name\":\"a\\u0000\"}]}", "zero byte"},
        {"{\"users\":[{\"name\":\"anna\",\"password\":\"secret\"}]}", "PHC form"},
        {"{\"tokens\":[{\"id\":\"short\"}]}", "id must be 12"},
        {"{\"tokens\":[{\"id\":\"abcdefghijkl\",\"owner\":\"ci\"}]}", "a token needs"},
        {"{\"tokens\":[{\"id\":\"abcdefghijkl\",\"owner\":\"ci\",\"digest\":\"AAAA\"}]}", "digest must be"},
        {"{\"tokens\":[{\"id\":\"abcdefghijkl\",\"owner\":\"ci\",\"digest\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", "a token needs"},
        {"{\"tokens\":[" TOKEN("") "," TOKEN("") "]}", "the token abcdefghijkl stands twice"},
        {"{\"tokens\":[" TOKEN(",\"scopes\":\"admin\"") "]}", "scopes must be an array"},
        {"{\"tokens\":[" TOKEN(",\"scopes\":[\"a b\"]") "]}", "a scope must be a word"},
        {"{\"tokens\":[" TOKEN(",\"networks\":[]") "]}", "networks must not be empty"},
        {"{\"tokens\":[" TOKEN(",\"networks\":[\"10.0.0.1/8\"]") "]}", "a network must be"},
        {"{\"tokens\":[" TOKEN(",\"expires\":\"tomorrow\"") "]}", "expires must be a time"},
        {"{\"tokens\":[" TOKEN(",\"expires\":null") "]}", "expires must be a time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct accounts *a = NULL;
        char why[256];
        cr_assert_eq(read_text(cases[i][0], &a, why, NULL), -EINVAL, "%s", cases[i][0]);
        cr_assert(strstr(why, cases[i][1]), "%s: '%s', not '%s'", cases[i][0], why, cases[i][1]);
        cr_assert_null(a);
    }
}

Test(accounts_accounts, only_its_owner_may_read_the_file)
{
    char path[] = "/tmp/quern-accounts-XXXXXX", why[256];
    struct slice text;
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, "{}", 2) == 2);
    cr_assert(fchmod(fd, 0600) == 0 && accounts_load(path, &text, why, sizeof why) == 0 && slice_eq(text, SLICE("{}")));
    accounts_wipe(text);
    cr_assert(fchmod(fd, 0400) == 0 && accounts_load(path, &text, why, sizeof why) == 0);
    accounts_wipe(text);
    static const mode_t bad[] = {0640, 0604, 0620, 0602, 0610, 0601};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(fchmod(fd, bad[i]), 0);
        cr_assert_eq(accounts_load(path, &text, why, sizeof why), -EPERM);
        cr_assert(strstr(why, "chmod 600") && strstr(why, path), "%s", why);
    }
    (void)close(fd);
    (void)unlink(path);
    cr_assert_eq(accounts_load(path, &text, why, sizeof why), -ENOENT);
    cr_assert(strstr(why, "cannot read"), "%s", why);
    cr_assert_eq(accounts_load("/tmp", &text, why, sizeof why), -EPERM);
}

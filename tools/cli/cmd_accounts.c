/* cmd_accounts.c: users, API tokens and names of clients' certificates of an accounts file (accounts/accounts.h). The server reads it at
 * start and on SIGHUP. */
#include "accounts/password.h"
#include "accounts/token_text.h"
#include "base/base64url.h"
#include "base/clock.h"
#include "base/json.h"
#include "tools/cli/accounts_edit.h"
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/say.h"
#include "tools/cli/secret.h"
#include "tools/cli/when.h"

#define ELEMENT_BYTES 8192
#define PASSWORD_LEAST 8 /* NIST SP 800-63B §5.1.1.2 */
#define YEAR_NS (UINT64_C(366) * 24 * 3600 * NS_PER_S)

static uint64_t wall_now_ns(void)
{
    struct clock clock = {0};
    clock_tick(&clock);
    return clock.wall_ns;
}

static void add_words(struct json_out *o, const char *key, const struct texts *words)
{
    if (words->n == 0) return;
    json_key(o, key);
    json_open(o, '[');
    for (int i = 0; i < words->n; i++) json_str(o, slice_str(words->text[i]));
    json_close(o, ']');
}

static void add_time(struct json_out *o, const char *key, uint64_t wall_ns)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(wall_ns, text);
    json_key(o, key);
    json_str(o, slice_str(text));
}

static void add_text(struct json_out *o, const char *key, struct slice text)
{
    json_key(o, key);
    json_str(o, text);
}

static bool name_is_good(const char *name)
{
    if (account_name_ok(slice_str(name))) return true;
    say("a name must be 1 to %d letters, digits and . _ - @ +", ACCOUNT_NAME_MAX);
    return false;
}

/* ---- users ---- */

static int hash_password(char hash[PASSWORD_HASH_MAX])
{
    char text[SECRET_ROOM];
    size_t len;
    int rc = secret_read("Password", text, &len);
    if (rc == 0 && (len < PASSWORD_LEAST || len > PASSWORD_MAX)) {
        say("a password must have %d to %d bytes", PASSWORD_LEAST, PASSWORD_MAX);
        rc = EXIT_USAGE;
    }
    if (rc == 0 && password_hash(slice_make(text, len), hash) < 0) {
        say("out of memory");
        rc = EXIT_USAGE;
    }
    explicit_bzero(text, sizeof text);
    return rc;
}

static int add_user(struct client *c, struct accounts_edit *e)
{
    const char *name = c->o->words[0];
    char text[ELEMENT_BYTES], hash[PASSWORD_HASH_MAX];
    struct json_out o;
    if (!name_is_good(name)) return EXIT_USAGE;
    if (accounts_user(e->accounts, slice_str(name))) {
        say("there is a user %s: quern user passwd %s", name, name);
        return EXIT_USAGE;
    }
    int rc = hash_password(hash);
    if (rc) return rc;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    add_text(&o, "name", slice_str(name));
    add_text(&o, "password", slice_str(hash));
    add_words(&o, "scopes", &c->o->scopes);
    add_words(&o, "networks", &c->o->networks);
    add_time(&o, "created", wall_now_ns());
    json_close(&o, '}');
    return accounts_edit_write(e, ACCOUNTS_USERS, NULL, NULL, slice_make(o.p, o.len));
}

/* The element as it is, with another password. */
static int change_password(struct client *c, struct accounts_edit *e)
{
    const char *wanted = c->o->words[0];
    char text[ELEMENT_BYTES], hash[PASSWORD_HASH_MAX];
    struct slice none, name, plain;
    struct json_value user, v;
    struct json_out o;
    bool found = false;
    for (size_t i = 0; !found && json_next(e->lists[ACCOUNTS_USERS], &i, &none, &user);)
        found = json_member(user, SLICE("name"), &v) && json_plain(v, &plain) && slice_eq(plain, slice_str(wanted));
    if (!found) {
        say("there is no user %s", wanted);
        return EXIT_USAGE;
    }
    int rc = hash_password(hash);
    if (rc) return rc;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    for (size_t i = 0; json_next(user, &i, &name, &v);) {
        char key[32];
        (void)snprintf(key, sizeof key, "%.*s", SLICE_ARG(name));
        json_key(&o, key);
        if (json_name_is(name, SLICE("password"))) json_str(&o, slice_str(hash));
        else json_raw(&o, v.text);
    }
    json_close(&o, '}');
    if (o.overflow) {
        say("the user %s has too many members", wanted);
        return EXIT_USAGE;
    }
    return accounts_edit_write(e, ACCOUNTS_USERS, "name", wanted, slice_make(o.p, o.len));
}

static int remove_user(struct client *c, struct accounts_edit *e)
{
    const char *name = c->o->words[0];
    if (accounts_user(e->accounts, slice_str(name))) return accounts_edit_write(e, ACCOUNTS_USERS, "name", name, (struct slice){0});
    say("there is no user %s", name);
    return EXIT_USAGE;
}

/* ---- tokens ---- */

/* --expires: a time, or a duration from now; at most a year away. */
static int expiry(const struct client *c, uint64_t now_ns, uint64_t *expires_ns)
{
    const char *text = c->o->expires;
    *expires_ns = now_ns + YEAR_NS;
    if (!text) return 0;
    uint64_t ns;
    if (when_duration(slice_str(text), &ns)) ns += now_ns;
    else (void)clock_parse_rfc3339(text, strlen(text), &ns); /* options.c has read it */
    if (ns > now_ns && ns <= *expires_ns) {
        *expires_ns = ns;
        return 0;
    }
    say("a token is good for a year at most, and not till a time that is over");
    return EXIT_USAGE;
}

static uint32_t good_tokens_of(const struct accounts *a, struct slice owner, uint64_t now_ns)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < accounts_tokens(a); i++) {
        const struct account_token *t = accounts_token_at(a, i);
        n += slice_eq(t->owner, owner) && t->expires_ns > now_ns;
    }
    return n;
}

static int write_token(struct client *c, struct accounts_edit *e, const char *token, const uint8_t digest[SHA256_BYTES], uint64_t now_ns,
                       uint64_t expires_ns)
{
    char text[ELEMENT_BYTES], code[64];
    struct json_out o;
    size_t n = base64url_encode(slice_make(digest, SHA256_BYTES), code);
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    add_text(&o, "id", slice_make(token + 4, TOKEN_ID_CHARS));
    add_text(&o, "owner", slice_str(c->o->words[0]));
    add_text(&o, "digest", slice_make(code, n));
    add_words(&o, "scopes", &c->o->scopes);
    add_words(&o, "networks", &c->o->networks);
    add_time(&o, "created", now_ns);
    add_time(&o, "expires", expires_ns);
    json_close(&o, '}');
    return accounts_edit_write(e, ACCOUNTS_TOKENS, NULL, NULL, slice_make(o.p, o.len));
}

static int make_token(struct client *c, struct accounts_edit *e)
{
    struct slice owner = slice_str(c->o->words[0]);
    char token[TOKEN_TEXT_CHARS];
    uint8_t digest[SHA256_BYTES];
    uint64_t now_ns = wall_now_ns(), expires_ns;
    if (!name_is_good(owner.p)) return EXIT_USAGE;
    int rc = expiry(c, now_ns, &expires_ns);
    if (rc) return rc;
    if (good_tokens_of(e->accounts, owner, now_ns) >= ACCOUNT_TOKENS_PER_OWNER) {
        say("%s has %d tokens that are good: revoke one first", owner.p, ACCOUNT_TOKENS_PER_OWNER);
        return EXIT_USAGE;
    }
    token_text_make(token, digest);
    rc = write_token(c, e, token, digest, now_ns, expires_ns);
    if (rc == 0) (void)printf("%.*s\n", TOKEN_TEXT_CHARS, token); /* the only time that anybody sees it */
    explicit_bzero(token, sizeof token);
    return rc;
}

static int revoke_token(struct client *c, struct accounts_edit *e)
{
    const char *id = c->o->words[0];
    if (accounts_token(e->accounts, slice_str(id))) return accounts_edit_write(e, ACCOUNTS_TOKENS, "id", id, (struct slice){0});
    say("there is no token %s", id);
    return EXIT_USAGE;
}

/* ---- certificates of clients ---- */

static int add_certificate(struct client *c, struct accounts_edit *e)
{
    const char *name = c->o->words[0];
    char text[ELEMENT_BYTES];
    struct json_out o;
    if (!account_certificate_ok(slice_str(name))) {
        say("a name must be 1 to %d letters, digits and . _ - @ + : / %% ~", ACCOUNT_CERTIFICATE_MAX);
        return EXIT_USAGE;
    }
    if (accounts_certificate(e->accounts, slice_str(name))) {
        say("there is a certificate %s", name);
        return EXIT_USAGE;
    }
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    add_text(&o, "name", slice_str(name));
    add_words(&o, "scopes", &c->o->scopes);
    add_words(&o, "networks", &c->o->networks);
    add_time(&o, "created", wall_now_ns());
    json_close(&o, '}');
    return accounts_edit_write(e, ACCOUNTS_CERTIFICATES, NULL, NULL, slice_make(o.p, o.len));
}

static int remove_certificate(struct client *c, struct accounts_edit *e)
{
    const char *name = c->o->words[0];
    if (accounts_certificate(e->accounts, slice_str(name)))
        return accounts_edit_write(e, ACCOUNTS_CERTIFICATES, "name", name, (struct slice){0});
    say("there is no certificate %s", name);
    return EXIT_USAGE;
}

/* ---- lists: what others may see of an account ---- */

static void print_public(const struct client *c, struct json_value element, const char *secret)
{
    char text[ELEMENT_BYTES], room[256];
    const char *join = "";
    struct slice name;
    struct json_value v;
    struct json_out o;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    for (size_t i = 0; json_next(element, &i, &name, &v);) {
        char key[32];
        if (json_name_is(name, slice_str(secret))) continue;
        (void)snprintf(key, sizeof key, "%.*s", SLICE_ARG(name));
        json_key(&o, key);
        json_raw(&o, v.text);
        struct slice value = value_text(v, room, sizeof room);
        if (!c->as_json) (void)printf("%s%s=%.*s", join, key, SLICE_ARG(value));
        join = "  ";
    }
    json_close(&o, '}');
    if (c->as_json) (void)printf("%.*s", (int)o.len, o.p);
    (void)putchar('\n');
}

static int list_all(struct client *c, struct accounts_edit *e, enum accounts_list list, const char *secret)
{
    struct slice none;
    struct json_value element;
    for (size_t i = 0; json_next(e->lists[list], &i, &none, &element);) print_public(c, element, secret);
    return 0;
}

static int list_users(struct client *c, struct accounts_edit *e)
{
    return list_all(c, e, ACCOUNTS_USERS, "password");
}

static int list_tokens(struct client *c, struct accounts_edit *e)
{
    return list_all(c, e, ACCOUNTS_TOKENS, "digest");
}

static int list_certificates(struct client *c, struct accounts_edit *e)
{
    return list_all(c, e, ACCOUNTS_CERTIFICATES, "");
}

/* ---- commands ---- */

static int with_accounts(struct client *c, bool to_change, int (*what)(struct client *c, struct accounts_edit *e))
{
    struct accounts_edit e;
    int rc = accounts_edit_open(&e, c->o->accounts, to_change);
    if (rc == 0) rc = what(c, &e);
    accounts_edit_close(&e);
    return exit_worse(rc, client_flush());
}

int user_add_command(struct client *c)
{
    return with_accounts(c, true, add_user);
}

int user_passwd_command(struct client *c)
{
    return with_accounts(c, true, change_password);
}

int user_remove_command(struct client *c)
{
    return with_accounts(c, true, remove_user);
}

int user_list_command(struct client *c)
{
    return with_accounts(c, false, list_users);
}

int token_make_command(struct client *c)
{
    return with_accounts(c, true, make_token);
}

int token_revoke_command(struct client *c)
{
    return with_accounts(c, true, revoke_token);
}

int token_list_command(struct client *c)
{
    return with_accounts(c, false, list_tokens);
}

int certificate_add_command(struct client *c)
{
    return with_accounts(c, true, add_certificate);
}

int certificate_remove_command(struct client *c)
{
    return with_accounts(c, true, remove_certificate);
}

int certificate_list_command(struct client *c)
{
    return with_accounts(c, false, list_certificates);
}

/* cmd_keys.c: keys that requests are signed with (accounts/key_list.h), in an accounts file. */
#include "accounts/key_list.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/random.h"
#include "tools/cli/accounts_edit.h"
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/say.h"

#define ELEMENT_BYTES 16384

struct pair {
    char secret[KEY_TEXT_MAX], public_half[KEY_TEXT_MAX]; /* as they stand in JSON */
    size_t secret_len, public_len;
};

static bool make_pair(enum key_algorithm a, struct pair *p)
{
    p->secret_len = sizeof p->secret, p->public_len = sizeof p->public_half;
    if (key_make(a, p->secret, &p->secret_len, p->public_half, &p->public_len) < 0) return false;
    if (a != KEY_HMAC_SHA256) return true;
    char text[256];
    size_t n = base64_encode(slice_make(p->secret, p->secret_len), text); /* 64 bytes */
    memcpy(p->secret, text, n), memcpy(p->public_half, text, n);
    p->secret_len = p->public_len = n;
    explicit_bzero(text, sizeof text);
    return true;
}

static void begin(struct json_out *o, char *text, const char *id, enum key_algorithm a)
{
    json_out_init(o, text, ELEMENT_BYTES);
    json_open(o, '{');
    json_key(o, "id");
    json_str(o, slice_str(id));
    json_key(o, "algorithm");
    json_str(o, slice_str(key_algorithm_name(a)));
}

/* What the server has of it. */
static int write_key(const struct client *c, struct accounts_edit *e, const char *id, enum key_algorithm a, const struct pair *p)
{
    char text[ELEMENT_BYTES], now[CLOCK_RFC3339_BYTES];
    struct clock clock = {0};
    struct json_out o;
    clock_tick(&clock);
    clock_rfc3339(clock.wall_ns, now);
    begin(&o, text, id, a);
    json_key(&o, "owner");
    json_str(&o, slice_str(c->o->words[0]));
    json_key(&o, a == KEY_HMAC_SHA256 ? "secret" : "public");
    json_str(&o, slice_make(p->public_half, p->public_len));
    json_key(&o, "scopes");
    json_open(&o, '[');
    for (int i = 0; i < c->o->scopes.n; i++) json_str(&o, slice_str(c->o->scopes.text[i]));
    json_close(&o, ']');
    json_key(&o, "not_before");
    json_str(&o, slice_str(now));
    json_close(&o, '}');
    int rc = accounts_edit_write(e, ACCOUNTS_KEYS, NULL, NULL, slice_make(o.p, o.len));
    explicit_bzero(text, sizeof text);
    return rc;
}

/* What its owner has of it: the only time that anybody sees it. */
static void print_key(const char *id, enum key_algorithm a, const struct pair *p)
{
    char text[ELEMENT_BYTES];
    struct json_out o;
    begin(&o, text, id, a);
    json_key(&o, a == KEY_HMAC_SHA256 ? "secret" : "private");
    json_str(&o, slice_make(p->secret, p->secret_len));
    json_close(&o, '}');
    (void)printf("%.*s\n", (int)o.len, o.p);
    explicit_bzero(text, sizeof text);
}

static int make_key(struct client *c, struct accounts_edit *e)
{
    const char *owner = c->o->words[0];
    enum key_algorithm a = c->o->algorithm ? (enum key_algorithm)(c->o->algorithm - 1) : KEY_ED25519;
    char id[KEY_OWNER_MAX + 16];
    uint32_t number;
    struct pair pair;
    if (!account_name_ok(slice_str(owner))) {
        say("a name must be 1 to %d letters, digits and . _ - @ +", ACCOUNT_NAME_MAX);
        return EXIT_USAGE;
    }
    random_secret(&number, sizeof number);
    (void)snprintf(id, sizeof id, "%s-%08x", owner, number);
    int rc = EXIT_USAGE;
    if (make_pair(a, &pair)) rc = write_key(c, e, id, a, &pair);
    else say("no key could be made");
    if (rc == 0) print_key(id, a, &pair);
    explicit_bzero(&pair, sizeof pair);
    return rc;
}

static bool find_key(const struct accounts_edit *e, struct slice wanted)
{
    struct slice none, plain;
    struct json_value key, v;
    for (size_t i = 0; json_next(e->lists[ACCOUNTS_KEYS], &i, &none, &key);)
        if (json_member(key, SLICE("id"), &v) && json_plain(v, &plain) && slice_eq(plain, wanted)) return true;
    return false;
}

static int remove_key(struct client *c, struct accounts_edit *e)
{
    const char *id = c->o->words[0];
    if (find_key(e, slice_str(id))) return accounts_edit_write(e, ACCOUNTS_KEYS, "id", id, (struct slice){0});
    say("there is no key %s", id);
    return EXIT_USAGE;
}

static int with_accounts(struct client *c, int (*what)(struct client *c, struct accounts_edit *e))
{
    struct accounts_edit e;
    int rc = accounts_edit_open(&e, c->o->accounts, true);
    if (rc == 0) rc = what(c, &e);
    accounts_edit_close(&e);
    return exit_worse(rc, client_flush());
}

int key_make_command(struct client *c)
{
    return with_accounts(c, make_key);
}

int key_revoke_command(struct client *c)
{
    return with_accounts(c, remove_key);
}

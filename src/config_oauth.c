/* config_oauth.c: the value of the key "oauth": whose access tokens are taken.
 *
 *     "oauth": {"issuer": "https://login.example", "audience": "https://jobs.example", "jwks_file": "/etc/quern/issuer.jwks"} */
#include "config_reader.h"

#include <errno.h>
#include <stdlib.h>

enum oauth_key { ISSUER, AUDIENCE, JWKS_FILE, ANY_TYPE, LIFETIME_MAX, N_OAUTH_KEYS };
static const char *const oauth_keys[] = {"issuer", "audience", "jwks_file", "any_type", "lifetime_max"};

static int read_text(struct config_reader *r, struct json_value value, char **out)
{
    int rc = value.kind == JSON_STRING && !*out ? config_take_text(r, value, out) : -EINVAL;
    if (rc == 0 && (*out)[0] && config_is_printable(*out, '!')) return 0;
    return config_refuse(r->why, "%s must be a text without blanks", r->why->subject);
}

static int read_member(struct config_reader *r, struct config_oauth *o, struct slice name, struct json_value value)
{
    char **const texts[] = {[ISSUER] = &o->issuer, [AUDIENCE] = &o->audience, [JWKS_FILE] = &o->jwks_file};
    uint64_t n;
    unsigned key = 0;
    while (key < N_OAUTH_KEYS && !json_name_is(name, slice_str(oauth_keys[key]))) key++;
    if (key == N_OAUTH_KEYS) return config_refuse_key(r, name, oauth_keys, N_OAUTH_KEYS);
    config_set_subject(r->why, oauth_keys[key]);
    config_look_at(r, value.text.p);
    if (key <= JWKS_FILE) return read_text(r, value, texts[key]);
    if (key == ANY_TYPE) {
        o->any_type = value.kind == JSON_TRUE;
        return value.kind == JSON_TRUE || value.kind == JSON_FALSE ? 0 : config_refuse(r->why, "%s must be true or false", r->why->subject);
    }
    if (value.kind != JSON_NUMBER || !slice_to_u64(value.text, &n) || n < 60 || n > UINT32_MAX)
        return config_refuse(r->why, "%s must be a whole number of seconds, at least 60", r->why->subject);
    o->lifetime_max_s = (uint32_t)n;
    return 0;
}

int config_oauth_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    struct slice name;
    struct json_value member;
    struct config_oauth *o = &r->c->oauth;
    if (value.kind != JSON_OBJECT) return config_refuse(r->why, "%s must be %s", r->why->subject, s->form);
    o->lifetime_max_s = 86400;
    for (size_t i = 0; json_next(value, &i, &name, &member);) {
        int rc = read_member(r, o, name, member);
        if (rc < 0) return rc;
    }
    config_look_at(r, value.text.p);
    if (o->issuer && o->audience && o->jwks_file) return 0;
    return config_refuse(r->why, "key 'oauth' needs 'issuer', 'audience' and 'jwks_file'");
}

void config_oauth_free(struct config_oauth *o)
{
    free(o->issuer);
    free(o->audience);
    free(o->jwks_file);
}

/* config_oauth.c: the value of the key "oauth": whose access tokens are taken. What the words mean is checked in filters/oauth_rules.h.
 *
 *     "oauth": {"issuer": "https://login.example", "audience": "https://jobs.example", "jwks_url": "https://login.example/keys"} */
#include "config_reader.h"

#define AT(field) .offset = offsetof(struct config_oauth, field)
#define TEXT(field, what) .kind = CONFIG_TEXT, AT(field), .form = (what)
static const struct config_setting oauth_keys[] = {
    {NULL, "issuer", TEXT(issuer, "a text")},
    {NULL, "audience", TEXT(audience, "a text")},
    {NULL, "jwks_file", TEXT(jwks_file, "the name of a file")},
    {NULL, "jwks_url", TEXT(jwks_url, "a URL")},
    {NULL, "introspection_url", TEXT(introspection_url, "a URL")},
    {NULL, "client_id", TEXT(client_id, "a text")},
    {NULL, "client_secret_file", TEXT(client_secret_file, "the name of a file")},
    {NULL, "authorities", TEXT(authorities, "the name of a file")},
    {NULL, "allow", CONFIG_NETWORKS, AT(allow), .n_offset = offsetof(struct config_oauth, n_allow), .max = CONFIG_OAUTH_NETWORKS_MAX,
     .form = "an address or a network, as in 10.0.0.0/8 or 2001:db8::/32"},
    {NULL, "refetch_after", CONFIG_U32, AT(refetch_s), .min = 1, .max = 3600},
    {NULL, "any_type", CONFIG_BOOL, AT(any_type), .form = "true or false"},
    {NULL, "lifetime_max", CONFIG_U32, AT(lifetime_max_s), .min = 60, .max = UINT32_MAX},
};
#define N_KEYS ((int)(sizeof oauth_keys / sizeof *oauth_keys))

int config_oauth_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    struct config_oauth *o = &r->c->oauth;
    if (value.kind != JSON_OBJECT) return config_refuse(r->why, "%s must be %s", r->why->subject, s->form);
    o->lifetime_max_s = 86400;
    o->refetch_s = 30;
    int rc = config_object_read(r, o, oauth_keys, N_KEYS, value);
    if (rc < 0) return rc;
    config_look_at(r, value.text.p);
    const char *const texts[] = {o->issuer, o->audience, o->client_id};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i] && !config_is_printable(texts[i], '!'))
            return config_refuse(r->why, "key 'oauth': 'issuer', 'audience' and 'client_id' must be texts without blanks");
    if (o->issuer && o->audience && (o->jwks_file || o->jwks_url || o->introspection_url)) return 0;
    return config_refuse(r->why, "key 'oauth' needs 'issuer', 'audience', and one of 'jwks_file', 'jwks_url' and 'introspection_url'");
}

void config_oauth_free(struct config_oauth *o)
{
    config_object_free(o, oauth_keys, N_KEYS);
}

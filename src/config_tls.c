/* config_tls.c: the value of the key "tls": what listeners with "tls": true answer with.
 *
 *     "tls": {"certificates": [{"chain": "/etc/quern/q.test.pem", "key": "/etc/quern/q.test.key"}], "min_version": "1.2"} */
#include "config_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum tls_key { CERTIFICATES, CLIENT_CA, CLIENT_NAME, CLIENT_OPTIONAL, MIN_VERSION, N_TLS_KEYS };
static const char *const tls_keys[] = {"certificates", "client_ca", "client_name", "client_optional", "min_version"};

/* The name of a file. */
static int read_name(struct config_reader *r, struct json_value value, char **out)
{
    config_look_at(r, value.text.p);
    int rc = value.kind == JSON_STRING && !*out ? config_take_text(r, value, out) : -EINVAL;
    if (rc == 0 && (*out)[0] && config_is_printable(*out, ' ')) return 0;
    return config_refuse(r->why, "%s must be the name of a file", r->why->subject);
}

static int read_certificate(struct config_reader *r, struct json_value value)
{
    static const char *const keys[] = {"chain", "key"};
    struct config_tls *t = &r->c->tls;
    struct slice name;
    struct json_value member;
    config_look_at(r, value.text.p);
    if (value.kind != JSON_OBJECT) return config_refuse(r->why, "key 'certificates' must be an array of objects");
    if (t->n_certificates == CONFIG_CERTIFICATES_MAX)
        return config_refuse(r->why, "key 'certificates' may have %u elements", CONFIG_CERTIFICATES_MAX);
    struct config_certificate *c = &t->certificates[t->n_certificates++];
    for (size_t i = 0; json_next(value, &i, &name, &member);) {
        bool is_chain = json_name_is(name, SLICE("chain"));
        if (!is_chain && !json_name_is(name, SLICE("key"))) return config_refuse_key(r, name, keys, 2);
        config_set_subject(r->why, is_chain ? "chain" : "key");
        int rc = read_name(r, member, is_chain ? &c->chain : &c->key);
        if (rc < 0) return rc;
    }
    config_look_at(r, value.text.p);
    return c->chain && c->key ? 0 : config_refuse(r->why, "a certificate needs 'chain' and 'key'");
}

static int read_certificates(struct config_reader *r, struct json_value value)
{
    struct slice name;
    struct json_value element;
    if (value.kind != JSON_ARRAY) return config_refuse(r->why, "%s must be an array of objects", r->why->subject);
    for (size_t i = 0; json_next(value, &i, &name, &element);) {
        int rc = read_certificate(r, element);
        if (rc < 0) return rc;
    }
    return 0;
}

static int read_version(struct config_reader *r, struct json_value value)
{
    struct slice text = {NULL, 0};
    bool is_plain = value.kind == JSON_STRING && json_plain(value, &text), is_old = slice_eq(text, SLICE("1.2"));
    r->c->tls.newest_only = !is_old;
    if (is_plain && (is_old || slice_eq(text, SLICE("1.3")))) return 0;
    return config_refuse(r->why, "%s must be \"1.2\" or \"1.3\"", r->why->subject);
}

/* As enum tls_name. */
static int read_client_name(struct config_reader *r, struct json_value value)
{
    static const struct slice words[] = {SLICE_INIT("cn"), SLICE_INIT("dns"), SLICE_INIT("uri")};
    struct slice text;
    for (unsigned i = 0; i < 3 && json_plain(value, &text); i++) {
        if (!slice_eq(words[i], text)) continue;
        r->c->tls.client_name = i;
        return 0;
    }
    return config_refuse(r->why, "%s must be \"cn\", \"dns\" or \"uri\"", r->why->subject);
}

static int read_member(struct config_reader *r, struct slice name, struct json_value value)
{
    struct config_tls *t = &r->c->tls;
    unsigned key = 0;
    while (key < N_TLS_KEYS && !json_name_is(name, slice_str(tls_keys[key]))) key++;
    if (key == N_TLS_KEYS) return config_refuse_key(r, name, tls_keys, N_TLS_KEYS);
    config_set_subject(r->why, tls_keys[key]);
    config_look_at(r, value.text.p);
    switch ((enum tls_key)key) {
    case CERTIFICATES: return read_certificates(r, value);
    case CLIENT_CA: return read_name(r, value, &t->client_ca);
    case CLIENT_NAME: return read_client_name(r, value);
    case MIN_VERSION: return read_version(r, value);
    case CLIENT_OPTIONAL:
        t->client_optional = value.kind == JSON_TRUE;
        if (value.kind == JSON_TRUE || value.kind == JSON_FALSE) return 0;
        return config_refuse(r->why, "%s must be true or false", r->why->subject);
    case N_TLS_KEYS: break;
    }
    return -EINVAL;
}

int config_tls_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    struct slice name;
    struct json_value member;
    if (value.kind != JSON_OBJECT) return config_refuse(r->why, "%s must be %s", r->why->subject, s->form);
    for (size_t i = 0; json_next(value, &i, &name, &member);) {
        int rc = read_member(r, name, member);
        if (rc < 0) return rc;
    }
    config_look_at(r, value.text.p);
    if (!r->c->tls.n_certificates) return config_refuse(r->why, "key 'tls' needs 'certificates'");
    if (r->c->tls.client_optional && !r->c->tls.client_ca) return config_refuse(r->why, "key 'client_optional' needs 'client_ca'");
    if (r->c->tls.client_name && !r->c->tls.client_ca) return config_refuse(r->why, "key 'client_name' needs 'client_ca'");
    return 0;
}

void config_tls_free(struct config_tls *t)
{
    for (uint32_t i = 0; i < t->n_certificates; i++) {
        free(t->certificates[i].chain);
        free(t->certificates[i].key);
    }
    free(t->client_ca);
}

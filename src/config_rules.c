/* config_rules.c: the values of the keys "rules", "rate_limits" and "cors": who may ask, and how often.
 *
 *     "rules": [{"action": "ignore", "path": "/favicon.ico"},
 *               {"action": "allow", "networks": ["10.0.0.0/8"]}, {"action": "deny", "path": "/ojs/v1/queues*", "methods": ["POST", "DELETE"]}],
 *     "rate_limits": [{"name": "calls", "requests": 100, "per": 60, "burst": 20, "by": "address", "path": "/run/echo"}],
 *     "cors": {"origins": ["https://q.test"], "expose": ["Location"]} */
#include "config_reader.h"

#include "base/check.h"
#include "base/token.h"

#include <errno.h>

#define STARS_MAX 8 /* of a pattern */
#define PER_MAX_S 2592000 /* 30 days */
#define REQUESTS_MAX 1000000

static const char *const method_words[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", NULL};
static const char *const by_words[] = {
    [RATE_BY_ADDRESS] = "address", [RATE_BY_PRINCIPAL] = "principal", [RATE_BY_ALL] = "all", NULL};
static const char *const action_words[] = {[RULE_ALLOW] = "allow", [RULE_DENY] = "deny", [RULE_IGNORE] = "ignore", NULL};

#define AT(field) .offset = offsetof(struct OF, field)
#define LIST(field, most) AT(field), .n_offset = offsetof(struct OF, n_##field), .min = 1, .max = (most)
#define METHODS(field, n)                                                                                    \
    .kind = CONFIG_LIST, .offset = offsetof(struct OF, field), .n_offset = offsetof(struct OF, n), .min = 1, \
    .max = MATCH_METHODS_MAX, .words = method_words, .form = "the name of a method"

#define OF rate_limit_option
static const struct config_setting limit_keys[] = {
    {NULL, "name", CONFIG_TEXT, AT(name), .form = "a name"},
    {NULL, "requests", CONFIG_U32, AT(requests), .min = 1, .max = REQUESTS_MAX},
    {NULL, "per", CONFIG_U32, AT(per_s), .min = 1, .max = PER_MAX_S},
    {NULL, "burst", CONFIG_U32, AT(burst), .min = 1, .max = REQUESTS_MAX},
    {NULL, "by", CONFIG_INDEX, AT(by), .words = by_words, .form = "address, principal or all"},
    {NULL, "path", CONFIG_TEXT, AT(match.path), .form = "a path"},
    {NULL, "methods", METHODS(match.methods, match.n_methods)},
};
#undef OF
#define OF rule_option
static const struct config_setting rule_keys[] = {
    {NULL, "action", CONFIG_INDEX, AT(action), .words = action_words, .form = "allow, deny or ignore"},
    {NULL, "path", CONFIG_TEXT, AT(match.path), .form = "a path"},
    {NULL, "methods", METHODS(match.methods, match.n_methods)},
    {NULL, "networks", CONFIG_NETWORKS, LIST(networks, RULE_NETWORKS_MAX),
     .form = "an address or a network, as in 10.0.0.0/8 or 2001:db8::/32"},
    {NULL, "header", CONFIG_TEXT, AT(header), .form = "the name of a header"},
    {NULL, "is", CONFIG_TEXT, AT(is), .form = "a text"},
    {NULL, "starts", CONFIG_TEXT, AT(starts), .form = "a text"},
    {NULL, "status", CONFIG_U32, AT(status), .min = 204, .max = 404},
};
#undef OF
#define OF cors_option
static const struct config_setting cors_keys[] = {
    {NULL, "origins", CONFIG_LIST, LIST(origins, CORS_LIST_MAX), .form = "an origin, as in https://q.test"},
    {NULL, "methods", METHODS(methods, n_methods)},
    {NULL, "headers", CONFIG_LIST, LIST(headers, CORS_LIST_MAX), .form = "the name of a header"},
    {NULL, "expose", CONFIG_LIST, LIST(expose, CORS_LIST_MAX), .form = "the name of a header"},
    {NULL, "max_age", CONFIG_U32, AT(max_age_s), .min = 0, .max = 86400},
    {NULL, "credentials", CONFIG_BOOL, AT(credentials), .form = "true or false"},
};
#undef OF
#define N(array) ((int)(sizeof(array) / sizeof *(array)))
static_assert(sizeof(enum rate_limit_by) == sizeof(unsigned) && sizeof(enum rule_action) == sizeof(unsigned),
              "as CONFIG_INDEX writes it");

/* ---- checks ---- */

static int check_match(struct config_reader *r, const struct match_option *m)
{
    unsigned stars = 0;
    if (!m->path) return 0;
    for (const char *p = m->path; *p; p++) stars += *p == '*';
    if (m->path[0] != '/' && m->path[0] != '*') return config_refuse(r->why, "key 'path' must begin with / or *");
    if (strpbrk(m->path, "?#")) return config_refuse(r->why, "key 'path' must hold no ? or #: queries are not looked at");
    if (stars > STARS_MAX) return config_refuse(r->why, "key 'path': more than %d stars", STARS_MAX);
    return 0;
}

static int settle_limit(struct config_reader *r, const struct rate_limit_option *l)
{
    const struct config *c = r->c;
    if (!l->name || !l->requests || !l->per_s)
        return config_refuse(r->why, "a rate limit needs the keys 'name', 'requests' and 'per'");
    if (strlen(l->name) > RATE_LIMIT_NAME_MAX || !config_is_printable(l->name, ' ') || strpbrk(l->name, "\"\\"))
        return config_refuse(r->why, "key 'name' must have at most %d printable characters, no quotes or backslashes",
                             RATE_LIMIT_NAME_MAX);
    for (const struct rate_limit_option *other = c->rate_limits; other < l; other++)
        if (strcmp(other->name, l->name) == 0) return config_refuse(r->why, "two rate limits have the name '%s'", l->name);
    uint64_t burst_s = (uint64_t)(l->burst ? l->burst : l->requests) * l->per_s / l->requests;
    if (burst_s > 2 * (uint64_t)PER_MAX_S)
        return config_refuse(r->why, "key 'burst': so many are given back in more than 60 days");
    return check_match(r, &l->match);
}

static int settle_rule(struct config_reader *r, const struct rule_option *l, bool has_action)
{
    if (!has_action) return config_refuse(r->why, "a rule needs the key 'action'");
    if ((l->is || l->starts) && !l->header) return config_refuse(r->why, "the keys 'is' and 'starts' of a rule need 'header'");
    if (l->is && l->starts) return config_refuse(r->why, "the keys 'is' and 'starts' of a rule exclude each other");
    if (l->header && !token_ok(slice_str(l->header))) return config_refuse(r->why, "key 'header' must be the name of a header");
    if (l->status && l->action != RULE_IGNORE) return config_refuse(r->why, "key 'status' goes with the action 'ignore' only");
    if (l->status && l->status != 204 && l->status != 404) return config_refuse(r->why, "key 'status' must be 204 or 404");
    return check_match(r, &l->match);
}

static bool is_origin(const char *text)
{
    if (strcmp(text, "*") == 0 || strcmp(text, "null") == 0) return true;
    const char *host = strstr(text, "://");
    return host && host > text && host[3] && config_is_printable(text, '!') && !strpbrk(host + 3, "/?#@\"\\,;") &&
           strlen(text) < 256;
}

static int check_tokens(struct config_reader *r, const char *key, char *const *of, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!token_ok(slice_str(of[i])) || strlen(of[i]) > 63) return config_refuse(r->why, "key '%s' must hold names of headers", key);
    return 0;
}

static int settle_cors(struct config_reader *r, const struct cors_option *o)
{
    char quoted[CONFIG_QUOTE_BYTES];
    size_t bytes = 0;
    bool any = false;
    if (!o->n_origins) return config_refuse(r->why, "cors needs the key 'origins'");
    for (uint32_t i = 0; i < o->n_origins; i++) {
        if (!is_origin(o->origins[i]))
            return config_refuse(r->why, "key 'origins': %s is none, as in https://q.test or http://127.0.0.1:3000",
                                 config_quote(slice_str(o->origins[i]), quoted));
        any |= strcmp(o->origins[i], "*") == 0;
    }
    if (any && o->n_origins > 1) return config_refuse(r->why, "key 'origins': '*' stands alone");
    if (any && o->credentials) return config_refuse(r->why, "the origin '*' and 'credentials' exclude each other");
    for (uint32_t i = 0; i < o->n_expose; i++) bytes += strlen(o->expose[i]) + 2;
    for (uint32_t i = 0; i < o->n_headers; i++) bytes += strlen(o->headers[i]) + 2;
    if (bytes > 400) return config_refuse(r->why, "cors: 'headers' and 'expose' have more than 400 bytes");
    int rc = check_tokens(r, "headers", o->headers, o->n_headers);
    return rc < 0 ? rc : check_tokens(r, "expose", o->expose, o->n_expose);
}

/* ---- reading ---- */

static int read_limit(struct config_reader *r, struct json_value object)
{
    if (r->c->n_rate_limits == RATE_LIMITS_MAX)
        return config_refuse(r->why, "%s: more than %d of them", r->why->subject, RATE_LIMITS_MAX);
    struct rate_limit_option *l = &r->c->rate_limits[r->c->n_rate_limits++]; /* counted before it is whole: so it is freed */
    unsigned line = r->why->line;
    int rc = config_object_read(r, l, limit_keys, N(limit_keys), object);
    if (rc < 0) return rc;
    r->why->line = line;
    return settle_limit(r, l);
}

static int read_rule(struct config_reader *r, struct json_value object)
{
    struct json_value action;
    if (r->c->n_rules == RULES_MAX) return config_refuse(r->why, "%s: more than %d of them", r->why->subject, RULES_MAX);
    struct rule_option *l = &r->c->rules[r->c->n_rules++];
    unsigned line = r->why->line;
    int rc = config_object_read(r, l, rule_keys, N(rule_keys), object);
    if (rc < 0) return rc;
    r->why->line = line;
    return settle_rule(r, l, json_member(object, SLICE("action"), &action));
}

static int read_cors(struct config_reader *r, struct json_value object)
{
    unsigned line = r->why->line;
    r->c->cors.max_age_s = 600;
    int rc = config_object_read(r, &r->c->cors, cors_keys, N(cors_keys), object);
    if (rc < 0) return rc;
    r->why->line = line;
    return settle_cors(r, &r->c->cors);
}

int config_rules_read(struct config_reader *r, const struct config_setting *s, struct json_value value)
{
    char found[CONFIG_QUOTE_BYTES];
    struct slice none;
    struct json_value element;
    config_look_at(r, value.text.p);
    if (value.kind != (s->kind == CONFIG_CORS ? JSON_OBJECT : JSON_ARRAY))
        return config_refuse_value(r->why, s, config_describe(value, found));
    if (s->kind == CONFIG_CORS) return read_cors(r, value);
    for (size_t i = 0; json_next(value, &i, &none, &element);) {
        config_set_subject(r->why, s->key);
        config_look_at(r, element.text.p);
        if (element.kind != JSON_OBJECT) return config_refuse_value(r->why, s, config_describe(element, found));
        int rc = s->kind == CONFIG_RULES ? read_rule(r, element) : read_limit(r, element);
        if (rc < 0) return rc;
    }
    return 0;
}

void config_rules_free(struct config *c)
{
    for (uint32_t i = 0; i < c->n_rules; i++) config_object_free(&c->rules[i], rule_keys, N(rule_keys));
    for (uint32_t i = 0; i < c->n_rate_limits; i++) config_object_free(&c->rate_limits[i], limit_keys, N(limit_keys));
    config_object_free(&c->cors, cors_keys, N(cors_keys));
}

/* policy.c: see policy.h. */
#include "filters/policy.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct policies {
    struct policy of[ROUTES_MAX][METHOD_OTHER]; /* by the route's id; HEAD's is GET's */
};

static const struct slice ways[AUTH_WAYS] = {SLICE_INIT("basic"), SLICE_INIT("token"), SLICE_INIT("oauth"), SLICE_INIT("signature"),
                                             SLICE_INIT("certificate")};

uint8_t auth_way(struct slice word)
{
    for (unsigned i = 0; i < AUTH_WAYS; i++)
        if (slice_eq(ways[i], word)) return (uint8_t)(1u << i);
    return 0;
}

/* ---- what routes ask by themselves ---- */

#define ANY 0u
#define GET METHOD_BIT(METHOD_GET)
#define POST METHOD_BIT(METHOD_POST)
#define DELETE METHOD_BIT(METHOD_DELETE)

/* The first that fits speaks: a pattern, or with a star the beginning of one. */
static const struct {
    struct slice pattern;
    uint32_t methods, scopes;
} defaults[] = {
    {SLICE_INIT("/metrics"), ANY, SCOPE_METRICS_READ},
    {SLICE_INIT("/openapi.json"), ANY, 0},
    {SLICE_INIT("/ojs/manifest"), ANY, 0},
    {SLICE_INIT("/ojs/v1/jobs/bulk/cancel"), ANY, SCOPE_JOBS_CANCEL},
    {SLICE_INIT("/ojs/v1/jobs/<uuid:id>"), DELETE, SCOPE_JOBS_CANCEL},
    {SLICE_INIT("/ojs/v1/jobs/<uuid:id>/progress"), METHOD_BIT(METHOD_PUT), SCOPE_JOBS_WORK},
    {SLICE_INIT("/ojs/v1/jobs*"), GET, SCOPE_JOBS_READ},
    {SLICE_INIT("/ojs/v1/admin/jobs*"), GET, SCOPE_JOBS_READ},
    {SLICE_INIT("/ojs/v1/dead-letter*"), GET, SCOPE_JOBS_READ},
    {SLICE_INIT("/ojs/v1/workers/*"), ANY, SCOPE_JOBS_WORK},
    {SLICE_INIT("/ojs/v1/queues*"), GET, SCOPE_QUEUES_READ},
    {SLICE_INIT("/ojs/v1/queues*"), ANY, SCOPE_QUEUES_ADMIN},
    {SLICE_INIT("/ojs/v1/admin/queues*"), GET, SCOPE_QUEUES_READ},
    {SLICE_INIT("/ojs/v1/admin/queues*"), ANY, SCOPE_QUEUES_ADMIN},
    {SLICE_INIT("/ojs/v1/cron*"), GET, SCOPE_CRON_READ},
    {SLICE_INIT("/ojs/v1/cron*"), ANY, SCOPE_CRON_WRITE},
    {SLICE_INIT("/ojs/v1/events*"), ANY, SCOPE_EVENTS_READ},
};

static bool fits(struct slice rule, struct slice pattern)
{
    if (rule.len && rule.p[rule.len - 1] == '*') return slice_starts(pattern, slice_make(rule.p, rule.len - 1));
    return slice_eq(rule, pattern);
}

uint32_t policy_default_scopes(struct slice pattern, enum method method)
{
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (fits(defaults[i].pattern, pattern) && (!defaults[i].methods || defaults[i].methods & METHOD_BIT(method)))
            return defaults[i].scopes;
    return SCOPE_JOBS_WRITE;
}

/* ---- rules ---- */

struct maker {
    struct policies *p;
    const struct router *router;
    struct scope_names *names;
    uint8_t ways;
    char *why;
    size_t why_room;
};

/* A rule, read. */
struct read_rule {
    struct slice path;
    uint32_t methods;
    struct policy policy;
    bool own_scopes; /* the route's */
};

__attribute__((format(printf, 2, 3))) static int refuse(struct maker *m, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(m->why, m->why_room, format, args);
    va_end(args);
    return -EINVAL;
}

static int read_methods(struct maker *m, const char *text, uint32_t *methods)
{
    struct slice rest = slice_str(text);
    *methods = text ? 0 : UINT32_MAX;
    while (rest.p) {
        struct slice word = slice_trim(slice_cut(&rest, ','));
        enum method method = METHOD_GET;
        while (method < METHOD_OTHER && !slice_eq(method_text(method), word)) method++;
        if (method == METHOD_OTHER) return refuse(m, "'%.*s' is no method", SLICE_ARG(word));
        if (method == METHOD_HEAD) return refuse(m, "HEAD goes where GET goes: name GET");
        *methods |= METHOD_BIT(method);
    }
    return 0;
}

static int read_with(struct maker *m, const char *text, uint8_t *with)
{
    struct slice rest = slice_str(text);
    *with = text ? 0 : m->ways;
    if (text && slice_eq(rest, SLICE("nobody"))) return 0;
    while (rest.p) {
        struct slice word = slice_trim(slice_cut(&rest, ','));
        uint8_t way = auth_way(word);
        if (!way) return refuse(m, "'%.*s' is not one of basic, token, oauth, signature, certificate, nor nobody alone", SLICE_ARG(word));
        if (!(m->ways & way))
            return refuse(m, "'%.*s' is not set up: basic, token, signature and certificate need the key 'accounts', certificate 'client_ca' of 'tls', "
                             "too, oauth the key 'oauth'",
                          SLICE_ARG(word));
        *with |= way;
    }
    return 0;
}

static int read_scopes(struct maker *m, const char *text, uint32_t *scopes)
{
    struct slice rest = text && text[0] ? slice_str(text) : (struct slice){NULL, 0};
    while (rest.p) {
        struct slice word = slice_trim(slice_cut(&rest, ','));
        uint32_t bit = scope_take(m->names, word);
        if (!bit) return refuse(m, "the scope '%.*s' is no word, or the %u-th of its own", SLICE_ARG(word), SCOPES_OWN_MAX + 1);
        if (bit == SCOPE_ALL) return refuse(m, "a route cannot need 'admin': name the scopes");
        *scopes |= bit;
    }
    return 0;
}

static int read_rule(struct maker *m, const struct policy_rule *rule, struct read_rule *out)
{
    *out = (struct read_rule){.path = slice_str(rule->path), .own_scopes = !rule->scopes};
    int rc = read_methods(m, rule->methods, &out->methods);
    if (rc == 0) rc = read_with(m, rule->with, &out->policy.with);
    if (rc == 0) rc = read_scopes(m, rule->scopes, &out->policy.scopes);
    if (rc == 0 && !out->policy.with && out->policy.scopes) return refuse(m, "who is nobody has no scopes");
    return rc;
}

/* ---- the table ---- */

static bool knows(const struct route *route, enum method method)
{
    return (route->methods & METHOD_BIT(method)) != 0;
}

/* Rules are laid over the table from the last to the first, so that the first stays. False: there is no such route, and the operator has
 * meant something else. */
static bool lay(struct maker *m, const struct read_rule *rule)
{
    bool any = false;
    for (uint32_t i = 0; i < router_count(m->router); i++) {
        const struct route *route = router_route(m->router, i);
        struct slice pattern = slice_str(route->pattern);
        for (enum method k = METHOD_GET; k < METHOD_OTHER; k++) {
            if (!knows(route, k) || !fits(rule->path, pattern) || !(rule->methods & METHOD_BIT(k))) continue;
            struct policy *p = &m->p->of[route->id][k];
            *p = rule->policy;
            if (rule->own_scopes && p->with) p->scopes = policy_default_scopes(pattern, k);
            any = true;
        }
    }
    return any;
}

static int lay_all(struct maker *m, const struct policy_rule *rules, uint32_t n, unsigned *line)
{
    struct read_rule *read = calloc(n + 1, sizeof *read);
    int rc = read ? 0 : -ENOMEM;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        *line = rules[i].line;
        rc = read_rule(m, &rules[i], &read[i]);
    }
    struct read_rule rest = {.path = SLICE("*"), .methods = UINT32_MAX, .policy = {.with = m->ways}, .own_scopes = true};
    if (rc == 0) (void)lay(m, &rest); /* what no rule speaks of */
    for (uint32_t i = n; rc == 0 && i-- > 0;) {
        *line = rules[i].line;
        if (!lay(m, &read[i])) rc = refuse(m, "no route has the path '%s' with such a method", rules[i].path);
    }
    free(read);
    return rc;
}

int policies_new(const struct policy_rule *rules, uint32_t n, uint8_t all_ways, const struct router *router, struct scope_names *names,
                 struct policies **out, unsigned *line, char *why, size_t why_room)
{
    struct maker m = {.p = calloc(1, sizeof *m.p), .router = router, .names = names, .ways = all_ways, .why = why, .why_room = why_room};
    *line = 0;
    if (!m.p) return -ENOMEM;
    int rc = lay_all(&m, rules, n, line);
    if (rc < 0) free(m.p);
    else *out = m.p;
    return rc;
}

struct policies *policies_free(struct policies *p)
{
    free(p);
    return NULL;
}

const struct policy *policy_of(const struct policies *p, const struct exchange *x)
{
    unsigned method = x->request.method == METHOD_HEAD ? METHOD_GET : x->request.method;
    if (!x->match.route || method >= METHOD_OTHER) return NULL;
    const struct policy *found = &p->of[x->match.route->id][method];
    return found->with ? found : NULL;
}

/* ---- challenges ---- */

size_t policy_challenge(const struct policy *p, const struct scope_names *names, const char *error, uint32_t scopes,
                        char out[POLICY_CHALLENGE_BYTES])
{
    size_t len = 0;
    char words[384];
    size_t n = scope_text(names, scopes, words, sizeof words);
    if (p->with & (AUTH_TOKEN | AUTH_OAUTH))
        len += (size_t)snprintf(out + len, POLICY_CHALLENGE_BYTES - len, "WWW-Authenticate: Bearer realm=\"quern\"%s%s%s%s%.*s%s\r\n",
                                error ? ", error=\"" : "", error ? error : "", error ? "\"" : "", n ? ", scope=\"" : "", (int)n, words,
                                n ? "\"" : "");
    if (p->with & AUTH_BASIC)
        len += (size_t)snprintf(out + len, POLICY_CHALLENGE_BYTES - len, "WWW-Authenticate: Basic realm=\"quern\", charset=\"UTF-8\"\r\n");
    if (p->with == AUTH_SIGNATURE) /* the only way: beside others it need not be said. RFC 9421 §5.1 */
        len += (size_t)snprintf(out + len, POLICY_CHALLENGE_BYTES - len,
                                "WWW-Authenticate: Signature realm=\"quern\"\r\n"
                                "Accept-Signature: quern=(\"@method\" \"@authority\" \"@path\" \"@query\");created;keyid;tag=\"quern\"\r\n");
    return len;
}

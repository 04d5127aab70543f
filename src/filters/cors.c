/* cors.c: see cors.h. */
#include "filters/cors.h"

#include "filters/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct cors {
    bool any; /* origin "*" */
    char *actual;    /* field lines of every answer to a configured origin, but for the one that names it */
    char *preflight; /* of an answer to a preflight, besides */
    uint32_t n;
    char *origins[];
};

struct cors *cors_free(struct cors *c)
{
    if (!c) return NULL;
    for (uint32_t i = 0; i < c->n; i++) free(c->origins[i]);
    free(c->actual);
    free(c->preflight);
    free(c);
    return NULL;
}

/* "Name: a, b\r\n" behind *text; nothing for an empty list. */
static int add_list(char **text, const char *name, char *const *of, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        char *longer;
        bool failed =
            i == 0 ? asprintf(&longer, "%s%s: %s", *text, name, of[0]) < 0 : asprintf(&longer, "%s, %s", *text, of[i]) < 0;
        if (failed) return -ENOMEM;
        free(*text);
        *text = longer;
    }
    if (n == 0) return 0;
    char *ended;
    if (asprintf(&ended, "%s\r\n", *text) < 0) return -ENOMEM;
    free(*text);
    *text = ended;
    return 0;
}

static int write_lines(struct cors *c, const struct cors_option *o)
{
    char get[] = "GET", head[] = "HEAD", post[] = "POST", *const usual[] = {get, head, post};
    const char *vary = c->any && !o->credentials ? "" : "Vary: Origin\r\n";
    if (asprintf(&c->actual, "%s%s", vary, o->credentials ? "Access-Control-Allow-Credentials: true\r\n" : "") < 0)
        c->actual = NULL;
    if (asprintf(&c->preflight, "Access-Control-Max-Age: %u\r\n", o->max_age_s) < 0) c->preflight = NULL;
    if (!c->actual || !c->preflight) return -ENOMEM;
    int rc = add_list(&c->actual, "Access-Control-Expose-Headers", o->expose, o->n_expose);
    if (rc == 0)
        rc = add_list(&c->preflight, "Access-Control-Allow-Methods", o->n_methods ? o->methods : usual,
                      o->n_methods ? o->n_methods : 3);
    if (rc == 0) rc = add_list(&c->preflight, "Access-Control-Allow-Headers", o->headers, o->n_headers);
    return rc;
}

int cors_new(const struct cors_option *o, struct cors **out)
{
    if (o->n_origins == 0) {
        *out = NULL;
        return 0;
    }
    struct cors *c = calloc(1, sizeof *c + o->n_origins * sizeof *c->origins);
    int rc = c ? 0 : -ENOMEM;
    for (; rc == 0 && c->n < o->n_origins; c->n++) {
        c->origins[c->n] = strdup(o->origins[c->n]);
        if (!c->origins[c->n]) rc = -ENOMEM;
        c->any |= strcmp(o->origins[c->n], "*") == 0;
    }
    if (rc == 0) rc = write_lines(c, o);
    if (rc < 0) {
        cors_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

/* An origin is compared byte by byte: browsers send it in one form only. */
static bool is_allowed(const struct cors *c, const struct request *r, struct slice *origin)
{
    if (!request_field(r, SLICE("origin"), origin)) return false;
    bool found = c->any;
    for (uint32_t i = 0; i < c->n && !found; i++) found = slice_eq(slice_str(c->origins[i]), *origin);
    return found;
}

bool cors_allows(const struct cors *c, const struct request *r)
{
    struct slice origin;
    return c && is_allowed(c, r, &origin);
}

enum filter_result cors_on_head(void *arg, struct exchange *x)
{
    const struct cors *c = ((struct gate *)arg)->access->cors;
    struct slice origin;
    char text[REQUEST_FIELD_MAX / 16];
    size_t len = 0;
    if (!c) return FILTER_PASS;
    if (!is_allowed(c, &x->request, &origin)) {
        if (!c->any) exchange_add_fields(x, SLICE("Vary: Origin\r\n")); /* a cache must not give this to one that is allowed */
        return FILTER_PASS;
    }
    if (answer_field(text, &len, sizeof text, "Access-Control-Allow-Origin", c->any ? SLICE("*") : origin) < 0)
        return FILTER_PASS;
    exchange_add_fields(x, slice_make(text, len));
    exchange_add_fields(x, slice_str(c->actual));
    return FILTER_PASS;
}

enum filter_result cors_preflight_on_head(void *arg, struct exchange *x)
{
    const struct cors *c = ((struct gate *)arg)->access->cors;
    struct slice origin, method;
    if (!c || x->request.method != METHOD_OPTIONS ||
        !request_field(&x->request, SLICE("access-control-request-method"), &method) || !is_allowed(c, &x->request, &origin))
        return FILTER_PASS;
    exchange_answer(x, &(struct answer){.status = 204, .fields = slice_str(c->preflight)});
    return FILTER_REPLIED;
}

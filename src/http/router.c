#include "http/router.h"
#include <errno.h>
#include <stdlib.h>

/* Patterns make a tree, one level per segment, and matching walks it depth first. A node stands
 * behind one chain of segments only, so no node is visited twice: a match costs at most one visit
 * per node, whatever the path. Patterns without parameters also stand in a hash table under their
 * whole text, as most requests go to them. */

#define LITERAL_SLOTS ((size_t)2 * ROUTES_MAX) /* a power of two; half full at most */
#define SEGMENTS_MAX 32
#define PARAM_NAME_MAX 32

/* In the order in which they are tried. */
enum kind { KIND_INT, KIND_UUID, KIND_FLOAT, KIND_NAME, KIND_PATH, N_KINDS, KIND_LITERAL };

struct node {
    struct slice text;           /* of a literal segment: points into the pattern */
    struct node *next;           /* sibling literal */
    struct node *literals;       /* children */
    struct node *typed[N_KINDS]; /* children */
    const struct route *routes[METHOD_OTHER]; /* that end here, by method */
    uint32_t methods; /* of routes[], with HEAD for GET and OPTIONS; 0: nothing ends here */
};

struct literal {
    struct slice pattern;
    const struct node *node; /* NULL: free */
};

struct router {
    struct node root;
    const struct route *routes[ROUTES_MAX];
    uint32_t n_routes, methods;
    size_t literal_max; /* bytes of the longest pattern without parameters */
    struct literal literals[LITERAL_SLOTS];
};

/* One segment of a pattern. */
struct segment {
    enum kind kind;
    struct slice text; /* literal text or parameter name */
};

/* Values. */

static bool all_digits(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return s.len != 0;
}

static struct slice without_minus(struct slice s)
{
    return s.len && s.p[0] == '-' ? slice_from(s, 1) : s;
}

/* One spelling per number, 64 bits with a sign: "+1", "-0", "01" and what would wrap are other
 * resources. */
static bool is_int(struct slice s)
{
    uint64_t n = 0;
    struct slice digits = without_minus(s);
    bool negative = digits.len != s.len;
    if (digits.len > 1 && digits.p[0] == '0') return false;
    if (!slice_to_u64(digits, &n)) return false;
    return negative ? n - 1 <= (uint64_t)INT64_MAX : n <= (uint64_t)INT64_MAX;
}

static bool is_float(struct slice s)
{
    struct slice fraction = without_minus(s);
    struct slice whole = slice_cut(&fraction, '.');
    return all_digits(whole) && (!fraction.p || all_digits(fraction));
}

static bool is_uuid(struct slice s)
{
    if (s.len != 36) return false;
    for (size_t i = 0; i < s.len; i++) {
        char low = slice_lower(s.p[i]);
        bool is_hex = (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f');
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? low != '-' : !is_hex) return false;
    }
    return true;
}

static bool fits(enum kind kind, struct slice s)
{
    switch (kind) {
    case KIND_INT: return is_int(s);
    case KIND_UUID: return is_uuid(s);
    case KIND_FLOAT: return is_float(s);
    case KIND_NAME:
    case KIND_PATH: return s.len != 0;
    case N_KINDS:
    case KIND_LITERAL: break;
    }
    return false;
}

/* Patterns. */

static bool name_ok(struct slice name)
{
    if (name.len == 0 || name.len > PARAM_NAME_MAX) return false;
    for (size_t i = 0; i < name.len; i++) {
        char low = slice_lower(name.p[i]);
        bool is_digit = low >= '0' && low <= '9';
        if (!(low >= 'a' && low <= 'z') && low != '_' && (i == 0 || !is_digit)) return false;
    }
    return true;
}

static bool literal_ok(struct slice text)
{
    if (slice_eq(text, SLICE(".")) || slice_eq(text, SLICE("..")))
        return false; /* the parser refuses them */
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.p[i] <= ' ' || strchr("<>?#\\", text.p[i])) return false;
    return true;
}

static const char *parse_parameter(struct slice inside, struct segment *out)
{
    static const struct slice types[] = {[KIND_INT] = SLICE_INIT("int"),
                                         [KIND_UUID] = SLICE_INIT("uuid"),
                                         [KIND_FLOAT] = SLICE_INIT("float"),
                                         [KIND_NAME] = SLICE_INIT(""),
                                         [KIND_PATH] = SLICE_INIT("path")};
    struct slice name = inside, type = slice_cut(&name, ':');
    out->kind = KIND_NAME;
    if (name.p) {
        unsigned kind = 0;
        while (kind < N_KINDS && (kind == KIND_NAME || !slice_eq(type, types[kind]))) kind++;
        if (kind == N_KINDS) return "unknown parameter type";
        out->kind = (enum kind)kind;
    }
    out->text = name.p ? name : inside;
    return name_ok(out->text) ? NULL : "bad parameter name";
}

static const char *parse_segment(struct slice text, struct segment *out)
{
    if (text.len >= 2 && text.p[0] == '<' && text.p[text.len - 1] == '>')
        return parse_parameter(slice_make(text.p + 1, text.len - 2), out);
    *out = (struct segment){KIND_LITERAL, text};
    return literal_ok(text) ? NULL : "bad byte or dot segment in a literal segment";
}

static bool name_taken(const struct segment *segments, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (segments[i].kind != KIND_LITERAL && slice_eq(segments[i].text, segments[n].text))
            return true;
    return false;
}

/* Returns the number of segments, or 0 and *why. */
static unsigned parse_pattern(const char *pattern, struct segment *out, const char **why)
{
    struct slice rest = slice_str(pattern);
    unsigned n = 0, n_params = 0;
    *why = "a pattern begins with '/'";
    if (rest.len == 0 || rest.p[0] != '/') return 0;
    rest = slice_from(rest, 1);
    while (rest.p) {
        *why = "too many segments";
        if (n == SEGMENTS_MAX) return 0;
        struct slice text = slice_cut(&rest, '/');
        *why = text.len == 0 && rest.p ? "empty segment" : parse_segment(text, &out[n]);
        if (*why) return 0;
        if (out[n].kind == KIND_LITERAL) {
            n++;
            continue;
        }
        if (out[n].kind == KIND_PATH && rest.p) *why = "<path:> must come last";
        if (name_taken(out, n)) *why = "two parameters of one name";
        if (++n_params > ROUTE_PARAMS_MAX) *why = "too many parameters";
        if (*why) return 0;
        n++;
    }
    return n;
}

/* Building. */

int router_new(struct router **out)
{
    struct router *r = calloc(1, sizeof *r);
    if (!r) return -ENOMEM;
    *out = r;
    return 0;
}

/* At most SEGMENTS_MAX deep. */
static void free_below(struct node *n)
{
    for (unsigned k = 0; k < N_KINDS; k++) {
        if (n->typed[k]) free_below(n->typed[k]);
        free(n->typed[k]);
    }
    while (n->literals) {
        struct node *child = n->literals;
        n->literals = child->next;
        free_below(child);
        free(child);
    }
}

struct router *router_free(struct router *r)
{
    if (r) free_below(&r->root);
    free(r);
    return NULL;
}

static struct node *find_literal(const struct node *parent, struct slice text)
{
    struct node *child = parent->literals;
    while (child && !slice_eq(child->text, text)) child = child->next;
    return child;
}

static struct node *find_child(const struct node *parent, const struct segment *s)
{
    return s->kind == KIND_LITERAL ? find_literal(parent, s->text) : parent->typed[s->kind];
}

static struct node *make_child(struct node *parent, const struct segment *s)
{
    struct node *child = find_child(parent, s);
    if (child || !(child = calloc(1, sizeof *child))) return child;
    if (s->kind == KIND_LITERAL) {
        child->text = s->text;
        child->next = parent->literals;
        parent->literals = child;
    } else {
        parent->typed[s->kind] = child;
    }
    return child;
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9fb21c651e98df25u;
    return h ^ h >> 32;
}

/* Eight bytes at a time, the last eight may overlap. Only for tables built from patterns: nobody
 * can choose collisions. */
static uint64_t hash(struct slice s)
{
    uint64_t h = s.len, word = 0;
    for (size_t i = 0; i + 8 < s.len; i += 8) {
        memcpy(&word, s.p + i, 8);
        h = mix(h, word);
    }
    if (s.len >= 8) memcpy(&word, s.p + s.len - 8, 8);
    else
        for (size_t i = 0; i < s.len; i++) word = word << 8 | (unsigned char)s.p[i];
    return mix(h, word);
}

static struct literal *slot_of(struct literal *literals, struct slice path)
{
    size_t i = hash(path) % LITERAL_SLOTS;
    while (literals[i].node && !slice_eq(literals[i].pattern, path)) i = (i + 1) % LITERAL_SLOTS;
    return &literals[i];
}

static bool is_literal(const struct segment *segments, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (segments[i].kind != KIND_LITERAL) return false;
    return true;
}

static uint32_t implied(uint32_t methods)
{
    if (methods & METHOD_BIT(METHOD_GET)) methods |= METHOD_BIT(METHOD_HEAD);
    return methods ? methods | METHOD_BIT(METHOD_OPTIONS) : 0;
}

static bool taken(const struct node *node, uint32_t methods)
{
    for (unsigned m = 0; m < METHOD_OTHER; m++)
        if (node->routes[m] && (methods & METHOD_BIT(m))) return true;
    return false;
}

static void attach(struct router *r, struct node *node, struct route *route)
{
    for (unsigned m = 0; m < METHOD_OTHER; m++)
        if (route->methods & METHOD_BIT(m)) node->routes[m] = route;
    node->methods |= implied(route->methods);
    r->methods |= node->methods;
    route->id = (uint16_t)r->n_routes;
    r->routes[r->n_routes++] = route;
}

static int refuse(const char **why, const char *reason, int rc)
{
    if (why) *why = reason;
    return rc;
}

int router_add(struct router *r, struct route *route, const char **why)
{
    struct segment segments[SEGMENTS_MAX];
    const char *reason = NULL;
    unsigned n = parse_pattern(route->pattern, segments, &reason);
    if (n && (route->methods == 0 || route->methods >= METHOD_BIT(METHOD_OTHER)))
        reason = "no or unknown methods";
    if (reason) return refuse(why, reason, -EINVAL);
    if (r->n_routes == ROUTES_MAX) return refuse(why, "too many routes", -ENOSPC);
    struct node *node = &r->root;
    for (unsigned i = 0; i < n; i++)
        if (!(node = make_child(node, &segments[i])))
            return refuse(why, "no memory", -ENOMEM); /* a branch without a route does no harm */
    if (taken(node, route->methods)) return refuse(why, "method and path are taken by another route", -EEXIST);
    attach(r, node, route);
    if (is_literal(segments, n)) {
        struct slice pattern = slice_str(route->pattern);
        *slot_of(r->literals, pattern) = (struct literal){pattern, node};
        if (pattern.len > r->literal_max) r->literal_max = pattern.len;
    }
    return 0;
}

/* Matching. */

struct walk {
    enum method method;
    uint8_t n_params;
    bool literal_only;
    struct route_match *out;
};

/* Whether the walk ends here; notes the methods where the path ends but the method does not fit. */
static bool ends(struct walk *w, const struct node *node)
{
    const struct route *route = w->method < METHOD_OTHER ? node->routes[w->method] : NULL;
    if (!route && w->method == METHOD_HEAD) route = node->routes[METHOD_GET];
    w->out->allow |= node->methods;
    if (!route) return false;
    w->out->route = route;
    w->out->n_params = w->n_params;
    w->out->allow = node->methods;
    return true;
}

static bool walk(struct walk *w, const struct node *node, struct slice rest);

static bool walk_typed(struct walk *w, const struct node *node, struct slice segment,
                       struct slice rest)
{
    for (unsigned kind = 0; kind < KIND_PATH; kind++) {
        if (!node->typed[kind] || !fits((enum kind)kind, segment)) continue;
        w->out->param[w->n_params++] = segment;
        if (walk(w, node->typed[kind], rest)) return true;
        w->n_params--;
    }
    return false;
}

/* rest: what is left of the path, behind the slash; p NULL: nothing, the path ends at this node. */
static bool walk(struct walk *w, const struct node *node, struct slice rest)
{
    if (!rest.p) return ends(w, node);
    struct slice all = rest, segment = slice_cut(&rest, '/');
    const struct node *literal = find_literal(node, segment);
    if (literal && walk(w, literal, rest)) return true;
    if (w->literal_only) return false;
    if (walk_typed(w, node, segment, rest)) return true;
    if (!node->typed[KIND_PATH] || all.len == 0) return false;
    w->out->param[w->n_params++] = all;
    if (ends(w, node->typed[KIND_PATH])) return true;
    w->n_params--;
    return false;
}

static const struct node *find_whole(const struct router *r, struct slice path)
{
    if (path.len > r->literal_max) return NULL;
    return slot_of((struct literal *)r->literals, path)->node;
}

enum route_result router_match(const struct router *r, enum method method, struct slice path,
                               bool escaped_slash, struct route_match *out)
{
    struct walk w = {.method = method, .literal_only = escaped_slash, .out = out};
    const struct node *node = find_whole(r, path);
    out->route = NULL;
    out->n_params = 0;
    out->allow = 0;
    if (node && ends(&w, node))
        return ROUTE_FOUND; /* literal segments win, so the walk would end there too */
    if (path.len == 0 || path.p[0] != '/') return ROUTE_NOT_FOUND;
    if (walk(&w, &r->root, slice_from(path, 1))) return ROUTE_FOUND;
    return out->allow ? ROUTE_WRONG_METHOD : ROUTE_NOT_FOUND;
}

uint32_t router_count(const struct router *r)
{
    return r->n_routes;
}

const struct route *router_route(const struct router *r, uint32_t id)
{
    return id < r->n_routes ? r->routes[id] : NULL;
}

uint32_t router_all_methods(const struct router *r)
{
    return r->methods;
}

size_t router_allow_text(uint32_t methods, char *out, size_t room)
{
    size_t len = 0;
    for (unsigned m = 0; m < METHOD_OTHER; m++) {
        struct slice name = method_text((enum method)m), sep = len ? SLICE(", ") : SLICE("");
        if (!(methods & METHOD_BIT(m))) continue;
        if (room - len < sep.len + name.len) break;
        memcpy(out + len, sep.p, sep.len);
        memcpy(out + len + sep.len, name.p, name.len);
        len += sep.len + name.len;
    }
    return len;
}

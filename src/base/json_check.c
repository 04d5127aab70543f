#include "check.h"
#include "json_string.h"

/* One pass, no recursion: the names of the open objects stand on a stack of offsets, and each
 * object's are sorted when it closes. */

/* Room on the stack of names: enough for sane documents (8 KiB), and the most that can be open at
 * once (256 KiB). */
#define NAMES_FEW 2048
#define NAMES_ALL (JSON_DEPTH_MAX * JSON_MEMBERS_MAX)

struct scan {
    const char *start, *p, *end;
    uint64_t objects;                    /* bit d: the container at depth d is an object */
    uint32_t depth, n_values;            /* open containers; values so far */
    bool fresh;                          /* the innermost container has nothing in it yet */
    bool names_full;                     /* the stack of names was too small */
    uint32_t *names, n_names, names_max; /* offsets of the names' opening quotes */
    uint32_t first_name[JSON_DEPTH_MAX]; /* by depth: where its names start in names */
};

static void skip_blanks(struct scan *s)
{
    while (s->p < s->end && json_is_blank(*s->p)) s->p++;
}

/* The four digits behind \u. */
static enum json_error scan_hex(struct scan *s, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, s->p++) {
        if (s->p == s->end) return JSON_CUT;
        int value = json_hex_value(*s->p);
        if (value < 0) return JSON_SYNTAX;
        *unit = *unit << 4 | (uint32_t)value;
    }
    return JSON_OK;
}

static bool is_low_surrogate(uint32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

/* Behind "\u" and its digits: surrogates come in pairs. */
static enum json_error scan_pair(struct scan *s)
{
    uint32_t unit;
    enum json_error e = scan_hex(s, &unit);
    if (e || (!json_is_high_surrogate(unit) && !is_low_surrogate(unit))) return e;
    if (is_low_surrogate(unit)) return JSON_UTF8;
    for (const char *mark = "\\u"; *mark; mark++, s->p++) {
        if (s->p == s->end) return JSON_CUT;
        if (*s->p != *mark) return JSON_UTF8;
    }
    e = scan_hex(s, &unit);
    return !e && !is_low_surrogate(unit) ? JSON_UTF8 : e;
}

static enum json_error scan_escape(struct scan *s)
{
    if (++s->p == s->end) return JSON_CUT;
    char c = *s->p;
    if (c == 0 || !strchr("\"\\/bfnrtu", c)) return JSON_SYNTAX;
    s->p++;
    return c == 'u' ? scan_pair(s) : JSON_OK;
}

static enum json_error scan_utf8(struct scan *s)
{
    int length = utf8_length(s->p, s->end);
    if (length <= 0) return length == UTF8_CUT ? JSON_CUT : JSON_UTF8;
    s->p += length;
    return JSON_OK;
}

/* p stands on the opening quote. */
static enum json_error scan_string(struct scan *s)
{
    enum json_error e = JSON_OK;
    s->p++;
    while (!e) {
        s->p += json_plain_run(s->p, (size_t)(s->end - s->p));
        if (s->p == s->end) return JSON_CUT;
        if (*s->p == '"') break;
        if ((uint8_t)*s->p < 0x20) return JSON_SYNTAX;
        e = *s->p == '\\' ? scan_escape(s) : scan_utf8(s);
    }
    if (!e) s->p++;
    return e;
}

static enum json_error scan_digits(struct scan *s)
{
    if (s->p == s->end) return JSON_CUT;
    if (!json_is_digit(*s->p)) return JSON_SYNTAX;
    while (s->p < s->end && json_is_digit(*s->p)) s->p++;
    return JSON_OK;
}

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c) return false;
    s->p++;
    return true;
}

/* RFC 8259 §6. */
static enum json_error scan_number(struct scan *s)
{
    enum json_error e = JSON_OK;
    (void)take(s, '-'); /* may be there */
    if (!take(s, '0')) e = scan_digits(s);
    else if (s->p < s->end && json_is_digit(*s->p)) return JSON_SYNTAX; /* no leading zeros */
    if (!e && take(s, '.')) e = scan_digits(s);
    if (!e && (take(s, 'e') || take(s, 'E'))) {
        if (!take(s, '+')) (void)take(s, '-');
        e = scan_digits(s);
    }
    return e;
}

static enum json_error scan_word(struct scan *s, const char *word)
{
    for (; *word; word++, s->p++) {
        if (s->p == s->end) return JSON_CUT;
        if (*s->p != *word) return JSON_SYNTAX;
    }
    return JSON_OK;
}

static enum json_error open_container(struct scan *s)
{
    if (s->depth == JSON_DEPTH_MAX) return JSON_DEPTH;
    uint64_t bit = UINT64_C(1) << s->depth;
    s->objects = *s->p == '{' ? s->objects | bit : s->objects & ~bit;
    s->first_name[s->depth++] = s->n_names;
    s->fresh = true;
    s->p++;
    return JSON_OK;
}

static_assert(JSON_DEPTH_MAX <= 64, "struct scan has one bit for each container");

static bool in_object(const struct scan *s)
{
    return s->objects >> (s->depth - 1) & 1;
}

static enum json_error scan_value(struct scan *s)
{
    skip_blanks(s);
    if (s->p == s->end) return JSON_CUT;
    if (s->n_values++ == JSON_VALUES_MAX) return JSON_TOO_MANY;
    s->fresh = false;
    switch (*s->p) {
    case '{':
    case '[': return open_container(s);
    case '"': return scan_string(s);
    case 't': return scan_word(s, "true");
    case 'f': return scan_word(s, "false");
    case 'n': return scan_word(s, "null");
    default: return *s->p == '-' || json_is_digit(*s->p) ? scan_number(s) : JSON_SYNTAX;
    }
}

static enum json_error note_name(struct scan *s)
{
    if (s->n_names - s->first_name[s->depth - 1] == JSON_MEMBERS_MAX) return JSON_TOO_MANY;
    s->names_full = s->n_names == s->names_max;
    if (s->names_full) return JSON_TOO_MANY; /* json_check tries again with more room */
    s->names[s->n_names++] = (uint32_t)(s->p - s->start);
    return JSON_OK;
}

static enum json_error scan_name(struct scan *s)
{
    skip_blanks(s);
    if (s->p == s->end) return JSON_CUT;
    if (*s->p != '"') return JSON_SYNTAX;
    enum json_error e = note_name(s);
    if (!e) e = scan_string(s);
    if (e) return e;
    skip_blanks(s);
    if (s->p == s->end) return JSON_CUT;
    return take(s, ':') ? JSON_OK : JSON_SYNTAX;
}

/* ---- duplicate names ---- */

static bool has_escape(struct slice s)
{
    return s.len && memchr(s.p, '\\', s.len);
}

/* Below, at or above zero, by unescaped bytes. */
static int compare_names(struct slice a, struct slice b)
{
    if (!has_escape(a) && !has_escape(b)) {
        int order = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);
        return order ? order : (a.len > b.len) - (a.len < b.len);
    }
    struct json_unescape_state ua = json_unescape_start(a), ub = json_unescape_start(b);
    for (;;) {
        int x = json_unescape_next(&ua), y = json_unescape_next(&ub);
        if (x != y) return x < y ? -1 : 1;
        if (x < 0) return 0;
    }
}

struct name_key {
    uint32_t hash, len;
    const char *p;
};

/* p on the opening quote; the text is checked up to the closing one. */
static struct name_key name_key(const char *p, const char *text_end)
{
    struct slice name = slice_make(p + 1, (size_t)(json_string_end(p, text_end) - p) - 2);
    struct json_unescape_state u = json_unescape_start(name);
    uint32_t hash = 2166136261u; /* FNV-1a: only to sort by; collisions cost a comparison */
    for (int c; (c = json_unescape_next(&u)) >= 0;) hash = (hash ^ (uint32_t)c) * 16777619u;
    return (struct name_key){hash, (uint32_t)name.len, name.p};
}

static int compare_keys(const struct name_key *a, const struct name_key *b)
{
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return compare_names(slice_make(a->p, a->len), slice_make(b->p, b->len));
}

/* A total order in which equal names are neighbours, the earlier one first. */
static bool key_before(const struct name_key *a, const struct name_key *b)
{
    int order = compare_keys(a, b);
    return order ? order < 0 : a->p < b->p;
}

static void sift_down(struct name_key *keys, uint32_t n, uint32_t i)
{
    struct name_key key = keys[i];
    for (uint32_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && key_before(&keys[child], &keys[child + 1])) child++;
        if (!key_before(&key, &keys[child])) break;
        keys[i] = keys[child];
    }
    keys[i] = key;
}

/* Heapsort: n log n whatever a peer sends, and in place (qsort may allocate). */
static void sort_keys(struct name_key *keys, uint32_t n)
{
    for (uint32_t i = n / 2; i-- > 0;) sift_down(keys, n, i);
    for (uint32_t last = n; last-- > 1;) {
        struct name_key largest = keys[0];
        keys[0] = keys[last];
        keys[last] = largest;
        sift_down(keys, last, 0);
    }
}

/* The first name in the text that stands in its object already, or NULL. */
static const char *first_duplicate(const struct scan *s, const uint32_t *names, uint32_t n)
{
    struct name_key keys[JSON_MEMBERS_MAX];
    const char *found = NULL;
    for (uint32_t i = 0; i < n; i++) keys[i] = name_key(s->start + names[i], s->end);
    sort_keys(keys, n);
    for (uint32_t i = 1; i < n; i++) {
        if (found && keys[i].p >= found) continue;
        if (compare_keys(&keys[i - 1], &keys[i]) == 0) found = keys[i].p;
    }
    return found;
}

static enum json_error close_container(struct scan *s)
{
    uint32_t first = s->first_name[s->depth - 1], n = s->n_names - first;
    const char *duplicate = n > 1 ? first_duplicate(s, s->names + first, n) : NULL;
    if (duplicate) {
        s->p = duplicate - 1; /* on its quote */
        return JSON_DUPLICATE;
    }
    s->n_names = first;
    s->depth--;
    s->fresh = false;
    s->p++;
    return JSON_OK;
}

/* ---- the whole text ---- */

/* One element, member or closing bracket of the innermost container. */
static enum json_error scan_step(struct scan *s)
{
    bool object = in_object(s);
    skip_blanks(s);
    if (s->p == s->end) return JSON_CUT;
    if (*s->p == (object ? '}' : ']')) return close_container(s);
    if (!s->fresh && !take(s, ',')) return JSON_SYNTAX;
    enum json_error e = object ? scan_name(s) : JSON_OK;
    return e ? e : scan_value(s);
}

static enum json_error scan_text(struct scan *s, struct json_value *out)
{
    skip_blanks(s);
    const char *first = s->p;
    enum json_error e = scan_value(s);
    while (!e && s->depth > 0) e = scan_step(s);
    if (e) return e;
    const char *last = s->p;
    skip_blanks(s);
    if (s->p != s->end) return JSON_TRAILING;
    *out = (struct json_value){json_kind_of(*first), slice_make(first, (size_t)(last - first))};
    return JSON_OK;
}

static enum json_error scan_with(uint32_t *names, uint32_t names_max, struct slice text,
                                 struct json_value *out, size_t *at, bool *names_full)
{
    struct scan s = {.start = text.p,
                     .p = text.p,
                     .end = text.p + text.len,
                     .names = names,
                     .names_max = names_max};
    enum json_error e = scan_text(&s, out);
    if (e) *at = (size_t)(s.p - s.start);
    *names_full = s.names_full;
    return e;
}

/* Apart, so that only documents with very many open members pay for its stack. */
__attribute__((noinline)) static enum json_error check_many(struct slice text,
                                                            struct json_value *out, size_t *at)
{
    uint32_t names[NAMES_ALL];
    bool full;
    return scan_with(names, NAMES_ALL, text, out, at, &full);
}

enum json_error json_check(struct slice text, struct json_value *out, size_t *at)
{
    uint32_t names[NAMES_FEW];
    bool full;
    if (text.len > UINT32_MAX) { /* offsets have 32 bits */
        *at = 0;
        return JSON_TOO_MANY;
    }
    enum json_error e = scan_with(names, NAMES_FEW, text, out, at, &full);
    return full ? check_many(text, out, at) : e;
}

const char *json_error_text(enum json_error e)
{
    switch (e) {
    case JSON_OK: return "no error";
    case JSON_SYNTAX: return "invalid JSON";
    case JSON_TRAILING: return "more text after the JSON value";
    case JSON_DEPTH: return "JSON nested too deeply";
    case JSON_DUPLICATE: return "a member name stands twice in one JSON object";
    case JSON_UTF8: return "JSON text that is not valid UTF-8";
    case JSON_CUT: return "JSON ends too early";
    case JSON_TOO_MANY: return "too many members or values in the JSON";
    }
    return "invalid JSON";
}

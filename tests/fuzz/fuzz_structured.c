/* Any bytes, as an item, a list or a dictionary (first byte): what is handed out lies within the text, and what is written parses
 * again, to be written the same. */
#include "base/base64.h"
#include "base/check.h"
#include "base/structured.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 8192
static void check_within(struct slice text, struct slice part)
{
    assert(part.len == 0 || (part.p >= text.p && part.p + part.len <= text.p + text.len));
}

static void check_value(struct slice text, const struct sf_value *v)
{
    char out[ROOM];
    check_within(text, v->text);
    if (v->kind == SF_BYTES) assert(base64_decode(v->text, out, sizeof out) >= 0);
    if (v->kind == SF_INTEGER || v->kind == SF_DATE) assert(v->number >= -INT64_C(999999999999999) && v->number <= INT64_C(999999999999999));
}

static void check_params(struct slice text, struct slice params)
{
    struct slice key;
    struct sf_value v;
    check_within(text, params);
    while (sf_param_next(&params, &key, &v)) {
        check_within(text, key);
        check_value(text, &v);
    }
    assert(params.len == 0);
}

static bool stands_twice(struct slice params)
{
    struct slice rest = params, key, other;
    struct sf_value v;
    while (sf_param_next(&rest, &key, &v)) {
        struct slice behind = rest;
        while (sf_param_next(&behind, &other, &v))
            if (slice_eq(key, other)) return true;
    }
    return false;
}

/* A key twice among the parameters of the member, or of one of its items. */
static bool has_twice(const struct sf_member *m)
{
    struct slice inner = m->value.text;
    struct sf_member item;
    if (stands_twice(m->params)) return true;
    if (m->value.kind != SF_INNER) return false;
    while (sf_inner_next(&inner, &item))
        if (stands_twice(item.params)) return true;
    return false;
}

/* Written, read, written: the same. An inner list is read again as a list of one. */
static void check_written(const struct sf_member *m)
{
    char one[ROOM], two[ROOM];
    struct sf_member again;
    long n = sf_write_member(m, one, sizeof one), n2;
    if (n < 0) return; /* too many parameters */
    bool is_bare = m->key.len && m->value.kind == SF_BOOLEAN && (m->text.len == 0 || m->text.p[0] == ';'); /* of a dictionary */
    bool is_as_written = slice_eq(m->text, slice_make(one, (size_t)n));
    if (!is_bare) assert(is_as_written ? !m->is_loose : m->is_loose || has_twice(m));
    struct sf_walk w = sf_begin(slice_make(one, (size_t)n));
    assert(sf_list_next(&w, &again) == SF_MEMBER && slice_eq(again.text, slice_make(one, (size_t)n)));
    n2 = sf_write_member(&again, two, sizeof two);
    assert(n2 == n && memcmp(one, two, (size_t)n) == 0 && !again.is_loose);
}

static void check_member(struct slice text, const struct sf_member *m)
{
    struct slice inner = m->value.text;
    struct sf_member item;
    check_within(text, m->key);
    check_within(text, m->text);
    check_value(text, &m->value);
    check_params(text, m->params);
    check_written(m);
    if (m->value.kind != SF_INNER) return;
    while (sf_inner_next(&inner, &item)) {
        check_value(text, &item.value);
        check_params(text, item.params);
    }
    assert(inner.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sf_member m;
    if (size < 1 || size > 2000) return 0;
    struct slice text = slice_make(data + 1, size - 1);
    struct sf_walk w = sf_begin(text);
    if (data[0] % 3 == 0) {
        if (sf_item(text, &m)) check_member(text, &m);
        return 0;
    }
    while ((data[0] % 3 == 1 ? sf_list_next(&w, &m) : sf_dictionary_next(&w, &m)) == SF_MEMBER) check_member(text, &m);
    return 0;
}

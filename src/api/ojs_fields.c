#include "api/ojs_fields.h"

enum place { AT_TOP = 1, IN_OPTIONS = 2, OF_SYSTEM = 4 };

#define OPTION "options."
#define OPTION_BYTES 8
struct entry {
    struct slice path; /* "options." and the name */
    uint8_t field, places;
};

#define ENTRY(name, field, places)             \
    {                                          \
        SLICE_INIT(OPTION name), field, places \
    }
#define EITHER (AT_TOP | IN_OPTIONS)

static const struct entry entries[] = {
    ENTRY("specversion", FIELD_SPECVERSION, AT_TOP),
    ENTRY("id", FIELD_ID, AT_TOP),
    ENTRY("type", FIELD_TYPE, AT_TOP),
    ENTRY("args", FIELD_ARGS, AT_TOP),
    ENTRY("meta", FIELD_META, AT_TOP),
    ENTRY("options", FIELD_OPTIONS, AT_TOP),
    ENTRY("queue", FIELD_QUEUE, EITHER),
    ENTRY("priority", FIELD_PRIORITY, EITHER),
    ENTRY("timeout_ms", FIELD_TIMEOUT_MS, EITHER),
    ENTRY("timeout", FIELD_TIMEOUT, EITHER),
    ENTRY("visibility_timeout_ms", FIELD_LEASE_MS, EITHER),
    ENTRY("visibility_timeout", FIELD_LEASE, EITHER),
    ENTRY("scheduled_at", FIELD_SCHEDULED_AT, EITHER),
    ENTRY("delay_until", FIELD_DELAY_UNTIL, EITHER),
    ENTRY("expires_at", FIELD_EXPIRES_AT, EITHER),
    ENTRY("retry", FIELD_RETRY, EITHER),
    ENTRY("retry_policy", FIELD_RETRY_POLICY, EITHER),
    ENTRY("unique", FIELD_UNIQUE, EITHER),
    ENTRY("tags", FIELD_TAGS, EITHER),
    ENTRY("pending", FIELD_PENDING, EITHER),
    ENTRY("durability", FIELD_DURABILITY, EITHER),
    ENTRY("metadata", FIELD_METADATA, IN_OPTIONS),
    ENTRY("state", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("previous_state", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("attempt", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("max_attempts", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("created_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("enqueued_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("activated_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("started_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("completed_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("cancelled_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("discarded_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("next_attempt_at", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("retry_delay_ms", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("worker_id", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("lease_token", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("progress", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("last_checkpoint", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("result", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("error", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("errors", FIELD_SYSTEM, OF_SYSTEM),
    ENTRY("parent_results", FIELD_SYSTEM, OF_SYSTEM),
};
#define ENTRIES (sizeof entries / sizeof entries[0])

static enum ojs_field find(struct slice escaped_name, unsigned places)
{
    bool is_plain = !memchr(escaped_name.p, '\\', escaped_name.len);
    for (size_t i = 0; i < ENTRIES; i++) {
        struct slice name = slice_from(entries[i].path, OPTION_BYTES);
        if (!(entries[i].places & places)) continue;
        if (is_plain ? slice_eq(escaped_name, name) : json_name_is(escaped_name, name)) return entries[i].field;
    }
    return FIELD_UNKNOWN;
}

enum ojs_field ojs_field_at_top(struct slice escaped_name)
{
    return find(escaped_name, AT_TOP | OF_SYSTEM);
}

enum ojs_field ojs_field_in_options(struct slice escaped_name)
{
    return find(escaped_name, IN_OPTIONS);
}

/* False: there are some that nobody knows. */
static bool find_members(struct json_value object, enum ojs_field (*field_of)(struct slice), struct json_value *found)
{
    bool is_known = true;
    struct slice name;
    struct json_value value;
    for (size_t i = 0; json_next(object, &i, &name, &value);) {
        enum ojs_field field = field_of(name);
        if (field < FIELDS_READ && value.kind != JSON_NULL) found[field] = value;
        is_known &= field != FIELD_UNKNOWN;
    }
    return is_known;
}

void ojs_fields_find(struct json_value object, struct ojs_fields *out)
{
    memset(out, 0, sizeof *out);
    out->has_unknown = !find_members(object, ojs_field_at_top, out->top);
    if (out->top[FIELD_OPTIONS].text.p && out->top[FIELD_OPTIONS].kind == JSON_OBJECT)
        out->has_unknown |= !find_members(out->top[FIELD_OPTIONS], ojs_field_in_options, out->options);
}

static const char *path_of(enum ojs_field field, bool in_options)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (entries[i].field == field) return entries[i].path.p + (in_options ? 0 : OPTION_BYTES);
    return "";
}

bool ojs_fields_get(const struct ojs_fields *f, enum ojs_field field, struct ojs_member *out)
{
    bool in_options = f->options[field].text.p != NULL;
    const struct json_value *v = in_options ? &f->options[field] : &f->top[field];
    if (!v->text.p) return false;
    *out = (struct ojs_member){*v, path_of(field, in_options)};
    return true;
}

bool ojs_fields_get_either(const struct ojs_fields *f, enum ojs_field a, enum ojs_field b, struct ojs_member *out)
{
    return ojs_fields_get(f, a, out) || ojs_fields_get(f, b, out);
}

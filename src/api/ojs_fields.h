/* ojs_fields.h: the members of a job envelope that mean something to this server, by place. One
 * walk over the text finds all of them; both the reader of new jobs and the renderer go by this
 * table, so they cannot disagree. Any thread. */
#ifndef QUERN_API_OJS_FIELDS_H
#define QUERN_API_OJS_FIELDS_H

#include "base/json.h"

enum ojs_field {
    /* of the client, at the top of the envelope only */
    FIELD_SPECVERSION,
    FIELD_ID,
    FIELD_TYPE,
    FIELD_ARGS,
    FIELD_META,
    FIELD_OPTIONS,
    /* of the client, in options or at the top; options win */
    FIELD_QUEUE,
    FIELD_PRIORITY,
    FIELD_TIMEOUT_MS,
    FIELD_TIMEOUT,
    FIELD_LEASE_MS,
    FIELD_LEASE,
    FIELD_SCHEDULED_AT,
    FIELD_DELAY_UNTIL,
    FIELD_EXPIRES_AT,
    FIELD_RETRY,
    FIELD_RETRY_POLICY,
    FIELD_UNIQUE,
    FIELD_TAGS,
    FIELD_PENDING,
    FIELD_DURABILITY,
    /* of the client, in options only: another name for meta */
    FIELD_METADATA,
    FIELDS_READ,
    /* the server's own: what a client sends under these names is ignored (ojs-core §5.3) */
    FIELD_SYSTEM = FIELDS_READ,
    /* anything else: kept and given back */
    FIELD_UNKNOWN,
};

enum ojs_field ojs_field_at_top(struct slice escaped_name);
enum ojs_field ojs_field_in_options(struct slice escaped_name); /* never FIELD_SYSTEM */

/* The members found. Absent ones, and those that are null (ojs-json-format §14.2), have text.p
 * == NULL. */
struct ojs_fields {
    struct json_value top[FIELDS_READ], options[FIELDS_READ];
    bool has_unknown; /* in either, null or not */
};
/* object is checked. An options member that is no object leaves options empty. */
void ojs_fields_find(struct json_value object, struct ojs_fields *out);

/* A member with its path for messages. */
struct ojs_member {
    struct json_value value;
    const char *path; /* "options.queue", "queue"; constant */
};
/* False: neither in options nor at the top. */
bool ojs_fields_get(const struct ojs_fields *f, enum ojs_field field, struct ojs_member *out);
/* The first of two names that is there. */
bool ojs_fields_get_either(const struct ojs_fields *f, enum ojs_field a, enum ojs_field b, struct ojs_member *out);

#endif

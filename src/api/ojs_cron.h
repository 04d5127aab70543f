/* ojs_cron.h: cron jobs as clients write and read them, in both dialects of the spec's texts: `expression` and `job_template`
 * (openapi), and `cron` with type, args, meta and options beside it (ojs-cron §2, ojs-http-binding §13). Any thread. */
#ifndef QUERN_API_OJS_CRON_H
#define QUERN_API_OJS_CRON_H

#include "api/ojs.h"

/* body: a checked JSON object whose bytes are the caller's alone. path_name: of the path, which the body need not repeat; empty: there
 * is none. durability: of jobs that do not say. On success out->text holds one reference. False: *why says which member and what it
 * must be, or that there is no memory. The time zone is not looked up. */
bool ojs_cron_read(struct json_value body, struct slice path_name, struct block_budget *budget, uint8_t durability,
                   struct schedule_spec *out, struct ojs_problem *why);
bool ojs_is_cron_name(struct slice s);

enum ojs_cron_form { OJS_CRON_TEMPLATE, OJS_CRON_PLAIN };
/* Bytes that suffice for one in both forms. */
size_t ojs_cron_bound(const struct schedule_view *v);
void ojs_cron_write(struct json_out *o, const struct schedule_view *v, enum ojs_cron_form form);

#endif

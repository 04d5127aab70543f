/* ojs_page.h: query parameters of listings: numbers, and lists of names separated by commas. Any
 * thread. */
#ifndef QUERN_API_OJS_PAGE_H
#define QUERN_API_OJS_PAGE_H

#include "base/json.h"
#include "http/exchange.h"

/* A parameter's decoded text in room (NUL-terminated). Returns its length, -ENOENT when it is
 * not there, -EINVAL when it is badly encoded or longer than room - 1. */
long query_text(struct slice query, struct slice name, char *text, size_t room);
/* A decimal parameter; *out keeps its value when it is not there. -EINVAL when it is no number. */
int query_u64(struct slice query, struct slice name, uint64_t *out);

/* Which part of a list: limit, and offset or cursor, which are the same: what ends lies behind what is new. */
struct ojs_page {
    uint64_t limit, offset;
};
#define OJS_PAGE_DEFAULT 50
/* Of a request's query; false: one is no number, or the limit is not from 1 to limit_max. */
bool ojs_page_read(const struct exchange *x, uint64_t limit_max, struct ojs_page *out);
/* "pagination":{…}. end: offset of the first entry that is not shown. */
void ojs_page_write(struct json_out *o, const struct ojs_page *page, uint64_t end, uint64_t total);

#define NAMES_MAX 16
#define NAMES_BYTES 2048
struct names {
    char text[NAMES_BYTES];
    uint32_t n;
    struct slice name[NAMES_MAX]; /* in text */
};
/* A list of names; n = 0 when the parameter is not there. -EINVAL: badly encoded, too long, or
 * too many. */
int query_names(struct slice query, struct slice name, struct names *out);
/* True also for an empty list: no filter. */
bool names_have(const struct names *list, struct slice name);

#endif

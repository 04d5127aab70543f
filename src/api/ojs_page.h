/* ojs_page.h: query parameters of listings: numbers, and lists of names separated by commas. Any
 * thread. */
#ifndef QUERN_API_OJS_PAGE_H
#define QUERN_API_OJS_PAGE_H

#include "http/request.h"

/* A parameter's decoded text in room (NUL-terminated). Returns its length, -ENOENT when it is
 * not there, -EINVAL when it is badly encoded or longer than room - 1. */
long query_text(struct slice query, struct slice name, char *text, size_t room);
/* A decimal parameter; *out keeps its value when it is not there. -EINVAL when it is no number. */
int query_u64(struct slice query, struct slice name, uint64_t *out);

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

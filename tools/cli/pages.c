#include "tools/cli/pages.h"

#define PAGES_MAX 100000 /* a server whose pages never end */

/* The next page's path into *next; false when there is none. */
static bool find_next(struct json_value answer, const char *path, struct buf *next)
{
    char room[256];
    struct json_value pagination, cursor;
    buf_clear(next);
    if (!json_member(answer, SLICE("pagination"), &pagination) || pagination.kind != JSON_OBJECT) return false;
    if (!json_member(pagination, SLICE("next_cursor"), &cursor) || cursor.kind != JSON_STRING) return false;
    struct slice text = value_text(cursor, room, sizeof room - 1);
    room[text.len] = '\0';
    buf_addf(next, "%s&cursor=", path);
    http_encode(next, room);
    return !next->overflow;
}

static int ask(struct client *c, const char *path, bool *is_missing, struct json_value *answer)
{
    struct http_request q = {.method = "GET", .path = path};
    int rc = client_try(c, &q);
    if (rc) return rc;
    if (is_missing) *is_missing = c->reply.status == 404 || c->reply.status == 405;
    if (is_missing && *is_missing) return 0;
    if (c->reply.status < 200 || c->reply.status > 299) return client_refused(c, NULL);
    return client_document(c, answer);
}

int pages_each(struct client *c, const char *path, const char *list, uint64_t max, int (*one)(void *arg, struct json_value v),
               void *arg, bool *is_missing)
{
    struct buf first, next;
    struct json_value answer = {0}, items = {0}, item;
    struct slice none;
    int rc = 0;
    uint64_t seen = 0;
    buf_init(&first, 8192), buf_init(&next, 16384);
    buf_add_str(&first, path), buf_add_str(&next, path);
    for (int page = 0; rc == 0 && page < PAGES_MAX; page++) {
        rc = ask(c, next.p, is_missing, &answer);
        if (rc == 0 && is_missing && *is_missing) break;
        if (rc == 0) rc = client_member(&answer, list, JSON_ARRAY, &items);
        for (size_t i = 0; rc == 0 && (max == 0 || seen < max) && json_next(items, &i, &none, &item); seen++)
            rc = one(arg, item);
        if (rc || (max && seen >= max) || !find_next(answer, first.p, &next)) break;
    }
    buf_deinit(&first), buf_deinit(&next);
    return rc;
}

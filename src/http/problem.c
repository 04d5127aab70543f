/* problem.c: see problem.h. */
#include "http/problem.h"

#include "base/json.h"
#include "http/response.h"

#define DETAIL_LONG 1200 /* as far as it fits: escaped, it may grow sixfold */
#define DETAIL_SURE 300  /* fits always */

static size_t write_cut(char *body, size_t room, uint16_t status, const char *slug, const char *detail, size_t detail_max)
{
    char type[96] = "urn:quern:problem:";
    const size_t urn = strlen(type), slug_len = strnlen(slug, sizeof type - urn);
    memcpy(type + urn, slug, slug_len);
    struct json_out o;
    json_out_init(&o, body, room);
    json_open(&o, '{');
    json_key(&o, "type");
    json_str(&o, slice_make(type, urn + slug_len));
    json_key(&o, "title");
    json_str(&o, slice_str(status_text(status)));
    json_key(&o, "status");
    json_u64(&o, status);
    json_key(&o, "detail");
    json_str(&o, slice_make(detail, strnlen(detail, detail_max)));
    json_key(&o, "code");
    json_str(&o, slice_str(slug));
    json_close(&o, '}');
    return o.overflow ? 0 : o.len;
}

static size_t write_problem(void *user, char *body, size_t room, char *fields, size_t *fields_len, size_t fields_room,
                            uint16_t status, const char *slug, const char *detail, const struct request *r)
{
    (void)user, (void)fields, (void)fields_len, (void)fields_room, (void)r;
    size_t n = write_cut(body, room, status, slug, detail, DETAIL_LONG);
    return n ? n : write_cut(body, room, status, slug, detail, DETAIL_SURE);
}

const struct error_form problem_form = {
    .prefix = SLICE_INIT("/"),
    .type = SLICE_INIT("application/problem+json"),
    .write = write_problem,
};

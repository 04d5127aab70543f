/* problem.c: see problem.h. */
#include "http/problem.h"

#include "base/json.h"
#include "base/xml.h"
#include "http/accept.h"
#include "http/response.h"

#include <stdio.h>

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
                            uint16_t status, const char *slug, const char *detail, const struct exchange *x)
{
    (void)user, (void)fields, (void)fields_len, (void)fields_room, (void)x;
    size_t n = write_cut(body, room, status, slug, detail, DETAIL_LONG);
    return n ? n : write_cut(body, room, status, slug, detail, DETAIL_SURE);
}

#define NAME_SPACE "urn:ietf:rfc:7807"

static size_t write_xml(void *user, char *body, size_t room, char *fields, size_t *fields_len, size_t fields_room, uint16_t status,
                        const char *slug, const char *detail, const struct exchange *x)
{
    (void)user, (void)fields, (void)fields_len, (void)fields_room, (void)x;
    struct xml_out o = {.p = body, .room = room};
    xml_raw(&o, SLICE(XML_DECLARATION "<problem xmlns=\"" NAME_SPACE "\"><type>urn:quern:problem:"));
    xml_text(&o, slice_str(slug));
    xml_raw(&o, SLICE("</type>"));
    xml_element(&o, "title", slice_str(status_text(status)));
    char number[8];
    int n = snprintf(number, sizeof number, "%u", status);
    xml_element(&o, "status", slice_make(number, (size_t)n));
    xml_element(&o, "detail", slice_make(detail, strnlen(detail, DETAIL_SURE)));
    xml_element(&o, "code", slice_str(slug));
    xml_raw(&o, SLICE("</problem>"));
    return o.len <= room ? o.len : 0;
}

const struct error_form problem_xml_form = {
    .prefix = SLICE_INIT("/"),
    .type = SLICE_INIT("application/problem+xml"),
    .write = write_xml,
};

bool problem_is_xml(const struct request *r, struct slice type)
{
    struct slice xml = problem_xml_form.type, any;
    if (!request_field(r, SLICE("accept"), &any)) return false;
    return accept_form(r, type, xml) == ACCEPT_XML && accept_form(r, problem_form.type, xml) == ACCEPT_XML;
}

const struct error_form problem_form = {
    .prefix = SLICE_INIT("/"),
    .type = SLICE_INIT("application/problem+json"),
    .write = write_problem,
};

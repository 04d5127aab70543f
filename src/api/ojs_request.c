/* What the handlers of the Open Job Spec read from a request. */
#include "api/document.h"
#include "api/ojs.h"
#include "api/ojs_handlers.h"
#include "api/ojs_xml.h"
#include "base/clock.h"

/* "1", "1.0", "1.x": every minor version of 1 is served as 1.0 (binding §3.2, §3.3). */
static bool is_version_served(struct slice v)
{
    if (v.len == 0 || v.p[0] != '1') return false;
    return v.len == 1 || (v.len > 2 && v.p[1] == '.' && v.p[2] >= '0' && v.p[2] <= '9');
}

/* exchange.admitted of a body that is XML. */
static const char is_xml = 0;

static bool is_type_served(struct exchange *x, struct slice type)
{
    struct slice name = slice_trim(slice_cut(&type, ';'));
    if (slice_eq_nocase(name, SLICE(OJS_MEDIA_TYPE)) || slice_eq_nocase(name, SLICE("application/json"))) return true;
    if (!ojs_xml_is_type(name, type)) return false;
    x->admitted = &is_xml;
    return true;
}

static bool has_body(const struct request *r)
{
    return r->chunked || (r->has_length && r->content_length > 0);
}

/* Nothing but a job has entity tags, so no other If-Match than "*" can be true of what is to be changed (RFC 9110 §13.1.1). */
static bool may_change(struct exchange *x)
{
    struct slice tags;
    if (!x->request.if_match || method_is_safe((enum method)x->request.method) || x->match.route->handle == ojs_job_cancel) return true;
    (void)request_field(&x->request, SLICE("if-match"), &tags);
    if (slice_eq(tags, SLICE("*"))) return true;
    ojs_fail(x, 412, "conflict", SLICE(""), "This resource has no entity tag that If-Match could name.");
    return false;
}

bool ojs_admit_bytes(struct exchange *x, uint64_t *body_max)
{
    const struct request *r = &x->request;
    struct slice value;
    (void)body_max;
    if (request_field(r, SLICE("ojs-version"), &value) && !is_version_served(value)) {
        ojs_fail(x, 422, "unsupported", SLICE("{\"supported\":[\"" OJS_VERSION "\"]}"),
                 "This server speaks version " OJS_VERSION " of the Open Job Spec only.");
        return false;
    }
    /* Bodies that say nothing of their type are taken for what they must be. */
    if (has_body(r) && request_field(r, SLICE("content-type"), &value) && !is_type_served(x, value)) {
        ojs_fail_type(x);
        return false;
    }
    return may_change(x);
}

bool ojs_admit(struct exchange *x, uint64_t *body_max)
{
    return document_acceptable(x, SLICE(OJS_MEDIA_TYPE)) && ojs_admit_bytes(x, body_max);
}

/* Text that is not JSON at all is an invalid payload; JSON that breaks our rules is an invalid
 * request. */
static const char *code_of_json_error(enum json_error e)
{
    switch (e) {
    case JSON_OK:
    case JSON_DEPTH:
    case JSON_DUPLICATE:
    case JSON_TOO_MANY: return "invalid_request";
    case JSON_SYNTAX:
    case JSON_TRAILING:
    case JSON_UTF8:
    case JSON_CUT: return "invalid_payload";
    }
    return "invalid_request";
}

static bool check_body(struct exchange *x, struct json_value *value)
{
    size_t at = 0;
    enum json_error e = json_check(block_slice(x->body), value, &at);
    if (e == JSON_OK) return true;
    ojs_fail(x, 400, code_of_json_error(e), SLICE(""), "The body is not acceptable: %s at byte %zu.", json_error_text(e), at);
    return false;
}

bool ojs_body(struct exchange *x, struct json_value *object)
{
    if (x->admitted == &is_xml ? !ojs_xml_body(x, object) : !check_body(x, object)) return false;
    if (object->kind == JSON_OBJECT) return true;
    ojs_fail(x, 400, "invalid_request", SLICE(""), "The body must be a JSON object.");
    return false;
}

const char *ojs_name_text(struct slice name, char *out, size_t room)
{
    size_t len = name.len < room ? name.len : room - 1;
    memcpy(out, name.p, len);
    out[len] = '\0';
    return out;
}

bool ojs_path_id(struct exchange *x, struct uuid *id)
{
    struct slice text = x->match.param[0];
    if (uuid_parse(text, id) == 0) return true;
    ojs_fail(x, 404, "not_found", SLICE(""), "There is no job '%.*s'.", (int)(text.len < 64 ? text.len : 64), text.p);
    return false;
}

static bool query_wait(const struct exchange *x, uint64_t *seconds)
{
    struct slice query = request_span(&x->request, x->request.query), name, value;
    for (size_t cursor = 0; query_next(query, &cursor, &name, &value);)
        if (slice_eq(name, SLICE("wait"))) return slice_to_u64(value, seconds);
    return false;
}

static uint64_t cap_wait(const struct exchange *x, uint64_t seconds)
{
    const struct api *api = api_of(x);
    uint64_t cap = api->wait_max_s ? api->wait_max_s : API_WAIT_MAX_S;
    return seconds < cap ? seconds : cap;
}

uint64_t ojs_wait_ns(const struct exchange *x, bool with_query)
{
    uint64_t seconds = 0;
    struct prefer prefer = request_prefer(&x->request);
    if (prefer.has_wait) seconds = prefer.wait_s;
    else if (!with_query || !query_wait(x, &seconds)) return 0; /* one that is no number is ignored, as in Prefer */
    return cap_wait(x, seconds) * NS_PER_S;
}

void ojs_head_add_wait(struct ojs_head *h, const struct exchange *x)
{
    struct prefer prefer = request_prefer(&x->request);
    char text[32] = "wait=";
    if (!prefer.has_wait) return;
    struct json_out o; /* writes a number as well as any */
    json_out_init(&o, text + 5, sizeof text - 5);
    json_u64(&o, cap_wait(x, prefer.wait_s));
    ojs_head_add(h, "Preference-Applied", slice_make(text, 5 + o.len));
}

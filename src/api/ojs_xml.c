/* ojs_xml.c: see ojs_xml.h. */
#include "api/ojs_xml.h"

#include "api/document.h"
#include "api/ojs_handlers.h"
#include "base/xml_read.h"
#include "http/problem.h"

#include <stdio.h>

/* ---- what is known of members ---- */

/* Texts that may look like numbers, and what may be empty. Where JSON may have a number, its readers say so. */
#define TEXT(name) {SLICE_INIT(name), XML_TEXT, NULL}
#define KNOWN(name, rule, record) {SLICE_INIT(name), rule, record}
#define RECORD(members) {members, sizeof(members) / sizeof((members)[0])}

static const struct xml_member retry_members[] = {
    TEXT("initial_interval"), TEXT("max_interval"), KNOWN("non_retryable_errors", XML_TEXTS, NULL),
    TEXT("on_exhaustion"),    TEXT("backoff_type"), TEXT("backoff_strategy"),
};
static const struct xml_record retry = RECORD(retry_members);

/* At the top of a job or in its options: ojs_fields.c. */
#define EITHER                                                                                                         \
    TEXT("queue"), TEXT("scheduled_at"), TEXT("delay_until"), TEXT("expires_at"), TEXT("durability"),                  \
        KNOWN("retry", XML_RECORD, &retry), KNOWN("retry_policy", XML_RECORD, &retry), KNOWN("unique", XML_MAP, NULL), \
        KNOWN("tags", XML_TEXTS, NULL)

static const struct xml_member option_members[] = {EITHER, KNOWN("metadata", XML_MAP, NULL), KNOWN("meta", XML_MAP, NULL)};
static const struct xml_record options = RECORD(option_members);

#define JOB                                                                                                     \
    TEXT("specversion"), TEXT("id"), TEXT("type"), KNOWN("args", XML_LIST, NULL), KNOWN("meta", XML_MAP, NULL), \
        KNOWN("options", XML_RECORD, &options), EITHER

static const struct xml_member job_members[] = {JOB};
static const struct xml_record job = RECORD(job_members);

static const struct xml_member cron_members[] = {
    JOB,
    TEXT("name"),
    TEXT("expression"),
    TEXT("cron"),
    TEXT("timezone"),
    TEXT("overlap_policy"),
    TEXT("description"),
    KNOWN("job_template", XML_RECORD, &job),
};
static const struct xml_record cron = RECORD(cron_members);

static const struct xml_member filter_members[] = {
    TEXT("queue"), TEXT("type"), TEXT("since"), TEXT("until"), TEXT("enqueued_after"), TEXT("enqueued_before"),
};
static const struct xml_record filter = RECORD(filter_members);

static const struct xml_member error_members[] = {TEXT("code"), TEXT("type"), TEXT("message")};
static const struct xml_record error = RECORD(error_members);

static const struct xml_member queue_members[] = {
    TEXT("overflow_policy"),
    KNOWN("default_retry", XML_RECORD, &retry),
    KNOWN("retention", XML_MAP, NULL),
};
static const struct xml_record queue = RECORD(queue_members);

/* Of all other requests, batches, bulk, workers and queues: no two of them mean different things by one name. */
static const struct xml_member ask_members[] = {
    TEXT("atomicity"),
    TEXT("idempotency_key"),
    KNOWN("jobs", XML_RECORDS, &job),
    KNOWN("job_ids", XML_TEXTS, NULL),
    KNOWN("filter", XML_RECORD, &filter),
    TEXT("worker_id"),
    TEXT("job_id"),
    TEXT("lease_token"),
    KNOWN("queues", XML_TEXTS, NULL),
    KNOWN("active_jobs", XML_TEXTS, NULL),
    KNOWN("error", XML_RECORD, &error),
    KNOWN("data", XML_MAP, NULL),
    KNOWN("checkpoint", XML_MAP, NULL),
    TEXT("name"),
    TEXT("strategy"),
    TEXT("overflow_policy"),
    KNOWN("config", XML_RECORD, &queue),
    KNOWN("default_retry", XML_RECORD, &retry),
    KNOWN("retention", XML_MAP, NULL),
};
static const struct xml_record ask = RECORD(ask_members);

static const struct xml_record *record_of(const struct exchange *x)
{
    void (*handle)(struct exchange *) = x->match.route->handle;
    if (handle == ojs_job_submit) return &job;
    return handle == ojs_cron_register || handle == ojs_cron_replace ? &cron : &ask;
}

/* ---- media types ---- */

static bool is_utf8(struct slice charset)
{
    bool is_quoted = charset.len >= 2 && charset.p[0] == '"' && charset.p[charset.len - 1] == '"';
    return slice_eq_nocase(is_quoted ? slice_make(charset.p + 1, charset.len - 2) : charset, SLICE("utf-8"));
}

bool ojs_xml_is_type(struct slice name, struct slice parameters)
{
    if (!slice_eq_nocase(name, SLICE("application/xml")) && !slice_eq_nocase(name, SLICE("text/xml"))) return false;
    while (parameters.p) {
        struct slice value = slice_cut(&parameters, ';'), parameter = slice_cut(&value, '=');
        if (slice_eq_nocase(slice_trim(parameter), SLICE("charset")) && !is_utf8(slice_trim(value))) return false;
    }
    return true;
}

/* ---- refusals ---- */

/* The code is the spec's for what is not JSON at all; a problem document has the slug. */
static void fail_xml(struct exchange *x, const struct xml_fault *fault, unsigned line)
{
    struct ojs_head head;
    char text[200], details[64];
    (void)snprintf(text, sizeof text, "The body is not acceptable as XML: %s, in line %u.", fault->why, line);
    if (problem_is_xml(&x->request, SLICE(OJS_MEDIA_TYPE))) {
        ojs_head_start(&head, x);
        exchange_fail_with(x, 400, "malformed-xml", text, 0, slice_make(head.text, head.len));
        return;
    }
    int len = snprintf(details, sizeof details, "{\"problem\":\"malformed-xml\",\"line\":%u}", line);
    ojs_fail(x, 400, "invalid_payload", slice_make(details, (size_t)len), "%s", text);
}

static void fail_read(struct exchange *x, struct slice xml, const struct xml_fault *fault)
{
    if (!fault->is_too_large) fail_xml(x, fault, json_line(xml, fault->at));
    else
        ojs_fail(x, 413, "envelope_too_large", SLICE(""), "As JSON this document would be more than %u bytes: send it as JSON.",
                 DOCUMENT_XML_MAX);
}

/* ---- reading ---- */

static const struct xml_form form = {
    SLICE_INIT("document"),
    SLICE_INIT("urn:quern:v1"),
    "the root must be <document xmlns=\"urn:quern:v1\">",
};

/* Into memory of its own, as long as it may be. False: answered. */
static bool read_xml(struct exchange *x, struct json_out *out, struct json_value *value)
{
    struct slice xml = block_slice(x->body);
    const struct xml_record *record = record_of(x);
    struct xml_fault fault;
    size_t at;
    if (!xml_to_json(xml, &form, record, out, &fault)) {
        fail_read(x, xml, &fault);
        return false;
    }
    enum json_error e = json_check(slice_make(out->p, out->len), value, &at);
    if (e == JSON_OK) return true;
    json_out_init(out, out->p, out->room);
    ojs_fail(x, 400, "invalid_request", SLICE(""), "The body is not acceptable: %s, in line %u.", json_error_text(e),
             json_line(xml, xml_place(xml, &form, record, out, at)));
    return false;
}

/* What is kept of a body is kept for long: not a byte more than it has. */
static bool replace_body(struct exchange *x, struct slice json)
{
    struct block *b = block_new_resident(api_of(x)->budget, json.len);
    if (!b) {
        ojs_fail_memory(x);
        return false;
    }
    block_append(b, json);
    block_unref(exchange_take_body(x));
    x->body = b;
    return true;
}

bool ojs_xml_body(struct exchange *x, struct json_value *value)
{
    size_t room = 2 * block_slice(x->body).len;
    struct json_out out;
    struct block *scratch = block_new_resident(api_of(x)->budget, room < DOCUMENT_XML_MAX ? room + 1 : DOCUMENT_XML_MAX);
    if (!scratch) {
        ojs_fail_memory(x);
        return false;
    }
    json_out_init(&out, scratch->bytes, scratch->capacity);
    bool is_fine = read_xml(x, &out, value) && replace_body(x, slice_make(out.p, out.len));
    block_unref(scratch);
    if (is_fine) value->text = block_slice(x->body); /* nothing stands around it */
    return is_fine;
}

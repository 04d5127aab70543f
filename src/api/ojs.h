/* ojs.h: what all handlers of the Open Job Spec share: what is checked on every request, what
 * stands in every answer, and how refusals look. Paths under /ojs/ (ojs-http-binding). All
 * calls: the exchange's shard. */
#ifndef QUERN_API_OJS_H
#define QUERN_API_OJS_H

#include "api/api.h"
#include "base/json.h"

#define OJS_MEDIA_TYPE "application/openjobspec+json"
#define OJS_VERSION "1.0"
#define OJS_QUEUES_LIMIT 200 /* most entries of one page (binding §17.1) */

/* Why a request is refused. */
struct ojs_problem {
    uint16_t status;
    const char *code; /* of the catalogue in ojs_reply.c */
    char field[64]; /* the member at fault: "options.retry.max_attempts"; empty: the whole */
    char message[256];
};
/* Fills *p with a 400 invalid_request. Returns false, so that checks can end in it. */
bool ojs_refuse(struct ojs_problem *p, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Field lines of an answer: OJS-Version is in it from the start. */
struct ojs_head {
    char text[768];
    size_t len;
};
/* Gives the request its id, too. */
void ojs_head_start(struct ojs_head *h, struct exchange *x);
/* value must fit (asserted): these are our own, short. */
void ojs_head_add(struct ojs_head *h, const char *name, struct slice value);
/* When to look again at a job that is not over. */
void ojs_head_add_retry(struct ojs_head *h, const struct job_view *v);
/* ETag, and that a cache must ask before it uses what it has. */
void ojs_head_add_etag(struct ojs_head *h, uint64_t version);
/* If-Match lets this version pass; false: answered with 412. To be asked before If-None-Match (RFC 9110 §13.2.2). */
bool ojs_matches(struct exchange *x, uint64_t version);
/* Adds ETag; answers with 304 if the client has this version already (If-None-Match). False: nothing was answered. */
bool ojs_is_unchanged(struct exchange *x, struct ojs_head *h, uint64_t version);

/* The same of a document of ours, which has other forms than JSON with tags of their own. */
bool ojs_is_known(struct exchange *x, struct ojs_head *h, uint64_t version);

/* Answers with JSON, or with what the client likes better (document.h). */
void ojs_answer(struct exchange *x, uint16_t status, const struct ojs_head *h, struct slice body);
/* The same; the reference moves in. NULL: there was no memory for the answer: 503. */
void ojs_answer_block(struct exchange *x, uint16_t status, const struct ojs_head *h, struct block *body);
/* Answers with an error. details: JSON object text, or empty. */
void ojs_fail(struct exchange *x, uint16_t status, const char *code, struct slice details, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* 400: the body is of another media type; Accept says of which it may be. */
void ojs_fail_type(struct exchange *x);
/* 404: a job of this state has none; when to look again, if there may be one. */
void ojs_fail_no_result(struct exchange *x, enum job_state state);
void ojs_fail_problem(struct exchange *x, const struct ojs_problem *p);
/* The refusal that stands in an answered call, if there is one; verb is what was tried:
 * "acknowledge". False: outcome is ENGINE_OK and nothing was answered. */
bool ojs_fail_call(struct exchange *x, const struct engine_call *call, const char *verb);
/* 503: what is to be asked cannot be kept until it is answered. */
void ojs_fail_memory(struct exchange *x);

/* An error as a value of its own, without a request id. field: of the member at fault; empty: none. */
void ojs_error_write(struct json_out *o, const char *code, const char *field, struct slice message);
/* atomicity of a bulk request: "atomic", "partial" (the default). False: answered. */
bool ojs_read_atomicity(struct exchange *x, struct json_value body, bool *is_atomic);
#define OJS_BATCH_MAX_TEXT "1000" /* ENGINE_BATCH_MAX */

/* For route.admit: refuses other versions of the spec, bodies of another media type, and clients that take nothing of what a
 * document can be given as, before the body is read. */
bool ojs_admit(struct exchange *x, uint64_t *body_max);
/* The same for routes that answer with bytes that are not ours: whatever Accept says, they are what they are. */
bool ojs_admit_bytes(struct exchange *x, uint64_t *body_max);

/* The body as one strict JSON object; of XML, the JSON that it means, which then is the body. At most once for an exchange. False: answered. */
bool ojs_body(struct exchange *x, struct json_value *object);
/* {job id} of the path. False: answered with 404. */
bool ojs_path_id(struct exchange *x, struct uuid *id);
/* How long the client is willing to wait: Prefer: wait=N, or ?wait=N where with_query; capped. */
uint64_t ojs_wait_ns(const struct exchange *x, bool with_query);
/* Adds Preference-Applied if the client sent a wait that was honoured. */
void ojs_head_add_wait(struct ojs_head *h, const struct exchange *x);

/* How HTTP's own errors look under /ojs/. */
extern const struct error_form ojs_error_form;

/* A member's name as it was sent, for a message: as much of it as fits. Returns out. */
const char *ojs_name_text(struct slice name, char *out, size_t room);
/* Member values as C values; false and *p filled when they are of another kind or out of range.
 * Shared by the readers of request bodies. field is the name for the message. */
bool ojs_read_u32(struct json_value v, const char *field, int64_t min, int64_t max, uint32_t *out,
                  struct ojs_problem *p);
bool ojs_read_id(struct json_value v, const char *field, struct uuid *out, struct ojs_problem *p);
/* A string's text in place: escapes are resolved where they stand, and blanks fill what they
 * leave behind the string, so the document stays JSON. Its bytes must be the caller's alone. */
bool ojs_read_text(struct json_value *v, const char *field, struct slice *out, struct ojs_problem *p);
bool ojs_read_lease_ms(struct json_value v, const char *field, uint32_t *out, struct ojs_problem *p);
bool ojs_is_queue_name(struct slice s);

#endif

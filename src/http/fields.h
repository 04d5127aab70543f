/* fields.h: what the field lines of a head say about its body, its connection and its expectations.
 * Pure: any thread. */
#ifndef QUERN_HTTP_FIELDS_H
#define QUERN_HTTP_FIELDS_H

#include "http/refusal.h"
#include "http/request.h"

struct fields {
    uint32_t seen;   /* bits of the fields known here */
    uint64_t length; /* of Content-Length */
    uint8_t host_index;
    uint8_t n_codings, n_chunked; /* elements of Transfer-Encoding, saturating */
    bool ends_chunked, bad_coding;
    bool close, keep_alive;        /* said in Connection */
    bool coded;                    /* Content-Encoding, other than identity */
    bool expect_100, expect_other; /* said in Expect */
};

void fields_init(struct fields *f);
/* One field line, its index, its value without blanks around it. NULL: no fault. */
const struct refusal *fields_add(struct fields *f, unsigned index, struct slice name,
                                 struct slice value);
/* After the last one: fills host (unless there), keep_alive, expect_continue, chunked, has_length,
 * if_match, coded, has_id and content_length of the request, whose method, minor and target are known. */
const struct refusal *fields_judge(const struct fields *f, struct request *request);

#endif

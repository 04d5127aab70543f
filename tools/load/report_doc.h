/* report_doc.h: a JSON document that is built piece by piece and then printed. What does not fit into memory marks the document
 * as failed; nobody has to look before the end. One thread per document. */
#ifndef QUERN_LOAD_REPORT_DOC_H
#define QUERN_LOAD_REPORT_DOC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>

struct doc {
    cJSON *root; /* an object */
    bool failed;
};

void doc_init(struct doc *d);
void doc_deinit(struct doc *d);
/* Into an object by name, or at the end of an array: then name is NULL. */
cJSON *doc_object(struct doc *d, cJSON *in, const char *name);
cJSON *doc_array(struct doc *d, cJSON *in, const char *name);
/* Integers beyond 2^53, which not every reader keeps, become strings of digits. */
void doc_u64(struct doc *d, cJSON *in, const char *name, uint64_t n);
void doc_double(struct doc *d, cJSON *in, const char *name, double x); /* null unless finite */
void doc_bool(struct doc *d, cJSON *in, const char *name, bool b);
/* Control characters and bytes that are not UTF-8 become "?". */
void doc_text(struct doc *d, cJSON *in, const char *name, const char *text);
/* A line for each member of the root. 0; -ENOMEM. */
int doc_print(const struct doc *d, FILE *f);

/* Reading: false if the item is no such thing; *out is set only on success. */
bool doc_take_u64(const cJSON *item, uint64_t *out);
bool doc_take_double(const cJSON *item, double *out); /* null: NAN */
bool doc_take_text(const cJSON *item, char *out, size_t room); /* cut to fit */

#endif

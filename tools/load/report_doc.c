/* report_doc.c: see report_doc.h. */
#include "tools/load/report_doc.h"

#include "base/slice.h"
#include "tools/load/human.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX (UINT64_C(1) << 53) /* every integer up to here is a double */

/* ---- building ---- */

void doc_init(struct doc *d)
{
    d->root = cJSON_CreateObject();
    d->failed = !d->root;
}

void doc_deinit(struct doc *d)
{
    cJSON_Delete(d->root);
    d->root = NULL;
}

static cJSON *put(struct doc *d, cJSON *in, const char *name, cJSON *item)
{
    bool ok = item && in && (name ? cJSON_AddItemToObject(in, name, item) : cJSON_AddItemToArray(in, item));
    if (ok) return item;
    cJSON_Delete(item);
    d->failed = true;
    return NULL;
}

cJSON *doc_object(struct doc *d, cJSON *in, const char *name)
{
    return put(d, in, name, cJSON_CreateObject());
}

cJSON *doc_array(struct doc *d, cJSON *in, const char *name)
{
    return put(d, in, name, cJSON_CreateArray());
}

void doc_u64(struct doc *d, cJSON *in, const char *name, uint64_t n)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, n);
    (void)put(d, in, name, n <= EXACT_MAX ? cJSON_CreateRaw(digits) : cJSON_CreateString(digits));
}

void doc_double(struct doc *d, cJSON *in, const char *name, double x)
{
    (void)put(d, in, name, isfinite(x) ? cJSON_CreateNumber(x) : cJSON_CreateNull());
}

void doc_bool(struct doc *d, cJSON *in, const char *name, bool b)
{
    (void)put(d, in, name, cJSON_CreateBool(b));
}

void doc_text(struct doc *d, cJSON *in, const char *name, const char *text)
{
    size_t room = strlen(text) + 1;
    char *clean = malloc(room);
    (void)put(d, in, name, clean ? cJSON_CreateString(human_words(clean, room, text)) : NULL);
    free(clean);
}

/* ---- printing ---- */

static int print_member(const cJSON *member, FILE *f)
{
    char *text = cJSON_PrintUnformatted(member);
    if (!text) return -ENOMEM;
    (void)fprintf(f, "%s\"%s\":%s", member->prev->next ? ",\n" : "{\n", member->string,
                  text); /* the first's prev is the last */
    cJSON_free(text);
    return 0;
}

int doc_print(const struct doc *d, FILE *f)
{
    const cJSON *member;
    int rc = d->failed ? -ENOMEM : 0;
    if (rc == 0 && !d->root->child) (void)fputc('{', f);
    cJSON_ArrayForEach(member, d->root)
    {
        if (rc == 0) rc = print_member(member, f);
    }
    if (rc == 0) (void)fputs("\n}\n", f);
    return rc;
}

/* ---- reading ---- */

bool doc_take_u64(const cJSON *item, uint64_t *out)
{
    if (cJSON_IsString(item)) return slice_to_u64(slice_str(item->valuestring), out);
    if (!cJSON_IsNumber(item)) return false;
    double x = item->valuedouble;
    if (!(x >= 0) || x > (double)EXACT_MAX || x != floor(x)) return false;
    *out = (uint64_t)x;
    return true;
}

bool doc_take_double(const cJSON *item, double *out)
{
    if (cJSON_IsNull(item)) *out = NAN;
    else if (cJSON_IsNumber(item)) *out = item->valuedouble;
    else return false;
    return true;
}

bool doc_take_text(const cJSON *item, char *out, size_t room)
{
    if (!cJSON_IsString(item)) return false;
    (void)human_words(out, room, item->valuestring);
    return true;
}

/* report_fields.h: the plain structs of a result as tables of their members, so that writing and reading a report cannot differ.
 * Also the names of what is nested. The schema: report_json.c. */
#ifndef QUERN_LOAD_REPORT_FIELDS_H
#define QUERN_LOAD_REPORT_FIELDS_H

#include "tools/load/report_doc.h"
#include <stddef.h>

#define REPORT_SCHEMA 1
#define REPORT_TOOL "quern-load"

struct field {
    const char *name; /* NULL: end of the table */
    enum { FIELD_U64, FIELD_U32, FIELD_INT, FIELD_DOUBLE, FIELD_BOOL, FIELD_TEXT } kind;
    size_t offset, size;
};

extern const struct field fields_run[], fields_host[], fields_limits[], fields_totals[], fields_tick[], fields_point[],
    fields_server[], fields_loader[], fields_ramp[], fields_probe[], fields_conservation[];

void fields_write(struct doc *d, cJSON *object, const struct field *fields, const void *from);
/* Members that are missing stay as they are. NULL, or the name of one that is of another kind. */
const char *fields_read(const cJSON *object, const struct field *fields, void *into);

#endif

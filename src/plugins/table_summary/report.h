/* report.h: the result of table.summary as JSON. */
#ifndef QUERN_PLUGINS_TABLE_SUMMARY_REPORT_H
#define QUERN_PLUGINS_TABLE_SUMMARY_REPORT_H

#include "../common/json_text.h"
#include "../common/table.h"
#include "column.h"

#define TOP_MAX 100

/* top: frequent values to show per column, at most TOP_MAX; counters: that were kept. Ends the columns' counting.
 * false without memory; json->bytes is the caller's either way. */
bool report_write(struct json_text *json, struct table *table, struct column *columns, uint32_t top, uint32_t counters);

#endif

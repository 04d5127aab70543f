#include "tools/cli/metrics.h"

#include <stdio.h>
#include <stdlib.h>

double metrics_value(struct slice text, const char *name)
{
    struct slice wanted = slice_str(name);
    while (text.p) {
        struct slice line = slice_cut(&text, '\n');
        if (line.len <= wanted.len || line.p[wanted.len] != ' ' || !slice_starts(line, wanted)) continue;
        char number[64];
        line = slice_trim(slice_from(line, wanted.len));
        (void)snprintf(number, sizeof number, "%.*s", (int)(line.len < sizeof number ? line.len : 0), line.p);
        return strtod(number, NULL);
    }
    return 0;
}

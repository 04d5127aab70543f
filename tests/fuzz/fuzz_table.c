/* Any bytes as the input of table.summary. */
#include "decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const params[] = {NULL};
    decoder_run(decoder_type("build/fuzz/plugins/table_summary.so", "table.summary"), params, data, size);
    return 0;
}

/* Any bytes as the input of ml.kmeans. */
#include "decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const params[] = {"k", "3", NULL};
    decoder_run(decoder_type("build/fuzz/plugins/ml_kmeans.so", "ml.kmeans"), params, data, size);
    return 0;
}

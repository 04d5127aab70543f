/* Any bytes as the input of image.thumbnail. */
#include "decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const params[] = {"width", "64", "height", "48", NULL};
    decoder_run(decoder_type("build/fuzz/plugins/image_thumbnail.so", "image.thumbnail"), params, data, size);
    return 0;
}

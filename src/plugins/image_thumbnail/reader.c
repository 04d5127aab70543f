/* reader.c: what both readers do alike. */
#include "reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int reader_set_size(struct reader *reader, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0)
        return image_fail(&reader->error, "bad_image", "the image has no pixels: %" PRIu32 " x %" PRIu32, width, height);
    if ((uint64_t)width * height > IMAGE_PIXELS_MAX)
        return image_fail(&reader->error, "image_too_large", "%" PRIu32 " x %" PRIu32 " pixels are over the limit of %u", width,
                          height, IMAGE_PIXELS_MAX);
    reader->width = width;
    reader->height = height;
    return 0;
}

void reader_set_icc(struct reader *reader, const uint8_t *icc, size_t bytes)
{
    if (bytes == 0 || bytes > IMAGE_ICC_BYTES_MAX || reader->icc) return;
    reader->icc = malloc(bytes);
    if (!reader->icc) return;
    memcpy(reader->icc, icc, bytes);
    reader->icc_bytes = bytes;
}

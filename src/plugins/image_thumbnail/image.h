/* image.h: what the parts of image.thumbnail share: limits, pixels in memory, why something failed. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_IMAGE_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/* Checked against the header, before memory of that order is asked for. */
#define IMAGE_PIXELS_MAX 100000000u
/* Progressive JPEG and interlaced PNG arrive in layers, so all of the picture has to be held. */
#define IMAGE_WHOLE_BYTES_MAX ((uint64_t)256 << 20)
/* Display profiles take 0.5 to 4 KiB; larger ones (printers') are dropped. */
#define IMAGE_ICC_BYTES_MAX ((size_t)64 << 10)

/* The first failure, in the words for quern_fail(). */
struct image_error {
    const char *code; /* NULL: none yet */
    char message[240];
};

/* Rows from the top without padding; each pixel `channels` bytes: 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA. sRGB curve,
 * alpha not premultiplied. */
struct image {
    uint8_t *pixels; /* heap */
    uint32_t width, height;
    unsigned channels;
};

/* Keeps the first failure only, since what follows is mostly its echo. Returns -1. */
__attribute__((format(printf, 3, 4))) int image_fail(struct image_error *error, const char *code, const char *format, ...);

/* width x height x channels bytes, undefined. 0, or -1 with the error set. */
int image_init(struct image *image, uint32_t width, uint32_t height, unsigned channels, struct image_error *error);
void image_deinit(struct image *image);

/* Turns a picture from as stored to as seen, for an EXIF orientation of 1 to 8. 0, or -1 with the error set. */
int image_orient(struct image *image, int orientation, struct image_error *error);

#endif

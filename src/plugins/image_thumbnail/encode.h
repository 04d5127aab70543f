/* encode.h: a picture in memory → the bytes of a JPEG or PNG file. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_ENCODE_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_ENCODE_H

#include "image.h"

struct quern_job;

struct encode_options {
    int quality;        /* JPEG: 1 to 100 */
    const uint8_t *icc; /* colour profile to put in, or NULL */
    size_t icc_bytes;
    struct quern_job *job; /* asked whether to go on */
};

struct encoded {
    uint8_t *bytes; /* heap; the caller's */
    size_t len, cap;
};

/* 0, or -1 with the error set and nothing in out. JPEG takes images of 1 or 3 channels only. */
int encode_jpeg(const struct image *image, const struct encode_options *options, struct encoded *out,
                struct image_error *error);
int encode_png(const struct image *image, const struct encode_options *options, struct encoded *out, struct image_error *error);

/* For the encoders: room for at least `bytes` more behind len. 0, or -1 without memory (nothing changed). */
int encoded_grow(struct encoded *out, size_t bytes);

#endif

/* reader.h: a picture read row by row, whatever its format.
 *
 * open (header known) → start (size of the rows known) → row × rows → finish → close. Everything that returns -1 has
 * set reader->error; after that only close is allowed. A reader is used by one thread. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_READER_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_READER_H

#include "image.h"

#include <stdbool.h>

struct quern_job;
struct reader;

struct reader_kind {
    /* Gets ready to read rows, of a reduced picture if the format can do that cheaply: each side then still has at
     * least twice the pixels of min_width, min_height. */
    int (*start)(struct reader *reader, uint32_t min_width, uint32_t min_height);
    /* The next row: row_pixels x channels bytes, valid until the next call. */
    int (*row)(struct reader *reader, const uint8_t **row);
    /* Reads to the end of the file, so that a truncated one is noticed. */
    int (*finish)(struct reader *reader);
    void (*close)(struct reader *reader);
};

struct reader {
    const struct reader_kind *kind;
    struct quern_job *job; /* asked whether to go on during long steps */
    uint32_t width, height;
    unsigned channels; /* as in struct image */
    int orientation;   /* EXIF, 1 to 8 */
    uint8_t *icc;      /* colour profile or NULL; the reader's */
    size_t icc_bytes;
    uint32_t row_pixels, rows; /* set by start */
    unsigned reduction;        /* set by start: each pixel given stands for this many, squared */
    struct image_error error;
};

/* Borrow bytes until close. NULL, with *error set, for what cannot be read or is too large. */
struct reader *jpeg_reader_open(struct quern_job *job, const uint8_t *bytes, size_t len, struct image_error *error);
struct reader *png_reader_open(struct quern_job *job, const uint8_t *bytes, size_t len, struct image_error *error);

/* For the readers: sets width and height, refuses what is over IMAGE_PIXELS_MAX. */
int reader_set_size(struct reader *reader, uint32_t width, uint32_t height);
/* For the readers: keeps a copy of the profile unless it is too large; without memory for it, goes on without. */
void reader_set_icc(struct reader *reader, const uint8_t *icc, size_t bytes);

#endif

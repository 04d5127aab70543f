/* resample.h: rows in, a picture of another size out, computed in linear light with alpha premultiplied.
 *
 * Rows are reduced across as they come and then added to the output rows they belong to, so memory is the output plus a
 * few rows, whatever the input's height. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_RESAMPLE_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_RESAMPLE_H

#include "image.h"

#include <stdbool.h>

struct resample;

struct resample_plan {
    uint32_t in_width, in_height;
    unsigned channels;          /* as in struct image */
    double left, right;         /* the part of the input to use, in pixels; fractions count */
    double top, bottom;
    uint32_t out_width, out_height;
    bool flatten;               /* put it on white: the output has no alpha channel */
};

/* out is made by this call and is complete after the last of in_height rows. NULL with the error set. */
struct resample *resample_new(const struct resample_plan *plan, struct image *out, struct image_error *error);
/* The next row, from the top. */
void resample_push(struct resample *self, const uint8_t *row);
/* Accepts NULL. Leaves out to its owner. */
void resample_free(struct resample *self);

#endif

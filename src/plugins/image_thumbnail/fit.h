/* fit.h: which part of a picture becomes how many pixels. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_FIT_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_FIT_H

#include <stdint.h>

enum fit_mode {
    FIT_INSIDE,  /* all of it, no larger than the box */
    FIT_COVER,   /* the box filled, what sticks out cut off on both sides alike */
    FIT_STRETCH, /* all of it, exactly the box, also larger than the original */
};

struct fit {
    uint32_t width, height;           /* of the result */
    double used_width, used_height;   /* of the original, around its centre */
};

/* Box sides of 0 are open: they follow from the other one. Both 0: 256 x 256. Only FIT_STRETCH ever enlarges; a cover
 * box larger than the picture shrinks until it fits, keeping its shape. */
struct fit fit_box(enum fit_mode mode, uint32_t width, uint32_t height, uint32_t box_width, uint32_t box_height);

#endif

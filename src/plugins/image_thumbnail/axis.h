/* axis.h: for one axis, which input pixels an output pixel is made of, and in what shares. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_AXIS_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_AXIS_H

#include <stddef.h>
#include <stdint.h>

/* Output pixel i is the sum of weight[at + k] x input pixel (first + k), k < count. The weights add up to 1. */
struct window {
    uint32_t first, count;
    size_t at;
};

struct axis {
    uint32_t n_out;
    struct window *windows; /* n_out; neither first nor first + count ever goes back */
    float *weights;
    uint32_t count_max; /* largest window */
    uint32_t open_max;  /* most windows that any one input pixel is part of */
};

/* Maps the stretch [from, to) of n_in input pixels, in fractions of a pixel, onto n_out output pixels: reductions by 4
 * and more average exactly the area that an output pixel covers, all else is Lanczos-3. 0, or -1 without memory. */
int axis_init(struct axis *axis, uint32_t n_in, double from, double to, uint32_t n_out);
void axis_deinit(struct axis *axis);

#endif

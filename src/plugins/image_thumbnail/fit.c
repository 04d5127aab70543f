/* fit.c: see fit.h. */
#include "fit.h"

#include <math.h>
#include <stdbool.h>

#define BOX_DEFAULT 256
#define SIDE_MAX 8192 /* an open side of a very long picture */

static uint32_t side(double pixels)
{
    return (uint32_t)fmin(fmax(round(pixels), 1), SIDE_MAX);
}

static struct fit fit_all(uint32_t width, uint32_t height, double scale_x, double scale_y)
{
    return (struct fit){side(width * scale_x), side(height * scale_y), width, height};
}

static struct fit fit_cover(double width, double height, double box_width, double box_height)
{
    double scale = fmax(box_width / width, box_height / height);
    if (scale > 1) {
        box_width /= scale;
        box_height /= scale;
        scale = 1;
    }
    return (struct fit){side(box_width), side(box_height), fmin(width, box_width / scale), fmin(height, box_height / scale)};
}

struct fit fit_box(enum fit_mode mode, uint32_t width, uint32_t height, uint32_t box_width, uint32_t box_height)
{
    if (!box_width && !box_height) box_width = box_height = BOX_DEFAULT;
    double scale_x = box_width ? (double)box_width / width : INFINITY;
    double scale_y = box_height ? (double)box_height / height : INFINITY;
    double least = fmin(scale_x, scale_y);
    bool open = !box_width || !box_height;
    switch (mode) {
    case FIT_INSIDE: break;
    case FIT_COVER:
        if (open) break;
        return fit_cover(width, height, box_width, box_height);
    case FIT_STRETCH:
        if (open) return fit_all(width, height, least, least);
        return fit_all(width, height, scale_x, scale_y);
    }
    least = fmin(least, fmin(1, (double)SIDE_MAX / fmax(width, height)));
    return fit_all(width, height, least, least);
}

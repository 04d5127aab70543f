/* image.c: see image.h. */
#include "image.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int image_fail(struct image_error *error, const char *code, const char *format, ...)
{
    if (error->code) return -1;
    error->code = code;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return -1;
}

int image_init(struct image *image, uint32_t width, uint32_t height, unsigned channels, struct image_error *error)
{
    size_t bytes = (size_t)width * height * channels; /* 64-bit: 2^20 x 2^20 x 4 at the most */
    uint8_t *pixels = malloc(bytes);
    if (!pixels) return image_fail(error, "out_of_memory", "no room for %zu bytes", bytes);
    *image = (struct image){pixels, width, height, channels};
    return 0;
}

void image_deinit(struct image *image)
{
    free(image->pixels);
    *image = (struct image){0};
}

/* Where the walk over the stored rows puts its pixels: from `start`, by `right` per column and `down` per row. */
struct path {
    ptrdiff_t start, right, down;
};

/* EXIF 2.32 §4.6.4 tag 0x0112: which edge the stored row 0 and column 0 are. w, h: size as stored. */
static struct path path_of(int orientation, ptrdiff_t w, ptrdiff_t h)
{
    switch (orientation) {
    case 2: return (struct path){w - 1, -1, w};              /* top, right */
    case 3: return (struct path){w * h - 1, -1, -w};         /* bottom, right */
    case 4: return (struct path){w * (h - 1), 1, -w};        /* bottom, left */
    case 5: return (struct path){0, h, 1};                   /* left, top */
    case 6: return (struct path){h - 1, h, -1};              /* right, top */
    case 7: return (struct path){w * h - 1, -h, -1};         /* right, bottom */
    case 8: return (struct path){h * (w - 1), -h, 1};        /* left, bottom */
    default: return (struct path){0, 1, w};                  /* top, left */
    }
}

int image_orient(struct image *image, int orientation, struct image_error *error)
{
    if (orientation <= 1 || orientation > 8) return 0;
    bool swaps = orientation >= 5;
    struct image turned = {0};
    if (image_init(&turned, swaps ? image->height : image->width, swaps ? image->width : image->height, image->channels,
                   error) < 0 ||
        !turned.pixels)
        return -1;
    struct path path = path_of(orientation, image->width, image->height);
    const uint8_t *from = image->pixels;
    size_t channels = image->channels;
    for (ptrdiff_t y = 0; y < (ptrdiff_t)image->height; y++) {
        for (ptrdiff_t x = 0; x < (ptrdiff_t)image->width; x++, from += channels) {
            ptrdiff_t to = path.start + y * path.down + x * path.right;
            memcpy(turned.pixels + (size_t)to * channels, from, channels);
        }
    }
    image_deinit(image);
    *image = turned;
    return 0;
}

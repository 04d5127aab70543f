/* encode_png.c: see encode.h. Errors jump, as in read_png.c. */
#include "encode.h"

#include <quern/quern.h>

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#define FIRST_BYTES 16384

struct png_writer {
    png_structp png;
    png_infop info;
    const struct encode_options *options;
    struct encoded *out;
    struct image_error *error;
};

int encoded_grow(struct encoded *out, size_t bytes)
{
    if (out->cap - out->len >= bytes) return 0;
    size_t cap = out->cap ? out->cap : FIRST_BYTES;
    while (cap - out->len < bytes) cap *= 2;
    uint8_t *moved = realloc(out->bytes, cap);
    if (!moved) return -1;
    out->bytes = moved;
    out->cap = cap;
    return 0;
}

static PNG_NORETURN void on_error(png_structp png, png_const_charp text)
{
    struct png_writer *self = png_get_error_ptr(png);
    (void)image_fail(self->error, "encoder_failed", "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text; /* a profile that libpng finds odd is left out */
}

static void on_write(png_structp png, png_bytep from, size_t len)
{
    struct png_writer *self = png_get_io_ptr(png);
    if (encoded_grow(self->out, len) < 0) {
        (void)image_fail(self->error, "out_of_memory", "no room for the PNG");
        png_error(png, "no room");
    }
    memcpy(self->out->bytes + self->out->len, from, len);
    self->out->len += len;
}

static void on_flush(png_structp png)
{
    (void)png;
}

static void write_head(struct png_writer *self, const struct image *image)
{
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    png_set_write_fn(self->png, self, on_write, on_flush);
    png_set_user_limits(self->png, image->width, image->height);
    png_set_IHDR(self->png, self->info, image->width, image->height, 8, types[image->channels - 1], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
    png_set_benign_errors(self->png, 1);
    if (self->options->icc)
        png_set_iCCP(self->png, self->info, "icc", PNG_COMPRESSION_TYPE_BASE, self->options->icc,
                     (png_uint_32)self->options->icc_bytes);
    png_write_info(self->png, self->info);
}

static int write_all(struct png_writer *self, const struct image *image)
{
    if (setjmp(png_jmpbuf(self->png))) return -1;
    write_head(self, image);
    size_t row_bytes = (size_t)image->width * image->channels;
    for (uint32_t y = 0; y < image->height; y++) {
        if (y % 64 == 0 && quern_cancelled(self->options->job)) return image_fail(self->error, "cancelled", "cancelled");
        png_write_row(self->png, image->pixels + y * row_bytes);
    }
    png_write_end(self->png, NULL);
    return 0;
}

int encode_png(const struct image *image, const struct encode_options *options, struct encoded *out, struct image_error *error)
{
    *out = (struct encoded){0};
    struct png_writer self = {.options = options, .out = out, .error = error};
    self.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning);
    if (self.png) self.info = png_create_info_struct(self.png);
    int rc = self.info ? write_all(&self, image) : image_fail(error, "out_of_memory", "no room for a PNG writer");
    png_destroy_write_struct(&self.png, &self.info);
    if (rc < 0) {
        free(out->bytes);
        *out = (struct encoded){0};
    }
    return rc;
}

/* read_png.c: PNG rows by libpng, brought to 8 bits per channel.
 *
 * libpng jumps out of its functions on errors; as in read_jpeg.c all state is on the heap and the functions that call
 * setjmp are short. */
#include "exif.h"
#include "reader.h"

#include <quern/quern.h>

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#define CHUNKS_MAX 16                     /* texts and palettes that libpng keeps; more are skipped */
#define CHUNK_BYTES_MAX ((size_t)2 << 20) /* unpacked: a small text chunk may unpack to gigabytes */
#define SIDE_MAX 1000000u                 /* libpng's own default */

struct png_reader {
    struct reader base;
    png_structp png;
    png_infop info;
    const uint8_t *at, *end; /* input not read yet */
    size_t row_bytes;
    uint8_t *rows; /* one row; of an interlaced picture, all */
    uint32_t y;    /* next row */
    bool interlaced;
};

static struct png_reader *self_of(struct reader *base)
{
    return (struct png_reader *)base; /* base is the first member */
}

static PNG_NORETURN void on_error(png_structp png, png_const_charp text)
{
    struct png_reader *self = png_get_error_ptr(png);
    (void)image_fail(&self->base.error, "bad_image", "PNG: %s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text; /* damaged extras: the picture itself is not touched by them */
}

static void on_read(png_structp png, png_bytep to, size_t len)
{
    struct png_reader *self = png_get_io_ptr(png);
    if (len > (size_t)(self->end - self->at)) png_error(png, "the file is truncated");
    memcpy(to, self->at, len);
    self->at += len;
}

/* Grey, RGB, each with or without alpha, 8 bits, sRGB curve. */
static void normalize(struct png_reader *self)
{
    png_set_expand(self->png); /* palettes, 1 to 4 bit greys, transparent colours */
    png_set_scale_16(self->png);
    bool tagged = png_get_valid(self->png, self->info, PNG_INFO_iCCP | PNG_INFO_sRGB) != 0;
    double gamma;
    if (!tagged && png_get_gAMA(self->png, self->info, &gamma))
        png_set_gamma(self->png, PNG_DEFAULT_sRGB, gamma); /* does nothing when they are much the same */
    self->interlaced = png_set_interlace_handling(self->png) > 1;
    png_read_update_info(self->png, self->info);
    self->base.channels = png_get_channels(self->png, self->info);
    self->row_bytes = png_get_rowbytes(self->png, self->info);
}

static void read_extras(struct png_reader *self)
{
    png_bytep exif = NULL;
    png_uint_32 exif_bytes = 0;
    self->base.orientation = 1;
    if (png_get_eXIf_1(self->png, self->info, &exif_bytes, &exif) && exif)
        self->base.orientation = exif_orientation(exif, exif_bytes);
    png_charp name = NULL;
    int compression = 0;
    png_bytep icc = NULL;
    png_uint_32 icc_bytes = 0;
    if (png_get_iCCP(self->png, self->info, &name, &compression, &icc, &icc_bytes)) reader_set_icc(&self->base, icc, icc_bytes);
}

static int read_head(struct png_reader *self)
{
    if (setjmp(png_jmpbuf(self->png))) return -1;
    png_set_read_fn(self->png, self, on_read);
    png_set_user_limits(self->png, SIDE_MAX, SIDE_MAX);
    png_set_chunk_cache_max(self->png, CHUNKS_MAX);
    png_set_chunk_malloc_max(self->png, CHUNK_BYTES_MAX);
    png_read_info(self->png, self->info);
    if (reader_set_size(&self->base, png_get_image_width(self->png, self->info), png_get_image_height(self->png, self->info)) <
        0)
        return -1;
    read_extras(self);
    normalize(self);
    uint64_t whole_bytes = (uint64_t)self->row_bytes * self->base.height;
    if (self->interlaced && whole_bytes > IMAGE_WHOLE_BYTES_MAX)
        return image_fail(&self->base.error, "image_too_large", "an interlaced PNG of this size does not fit into %d MiB",
                          (int)(IMAGE_WHOLE_BYTES_MAX >> 20));
    return 0;
}

/* Every pass touches some rows of the whole picture. */
static int read_whole(struct png_reader *self)
{
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        for (uint32_t y = 0; y < self->base.height; y++) {
            if (y % 64 == 0 && quern_cancelled(self->base.job)) return image_fail(&self->base.error, "cancelled", "cancelled");
            png_read_row(self->png, self->rows + y * self->row_bytes, NULL);
        }
    }
    return 0;
}

static int start(struct reader *base, uint32_t min_width, uint32_t min_height)
{
    struct png_reader *self = self_of(base);
    (void)min_width;
    (void)min_height; /* there is no cheap way to shrink a PNG */
    base->row_pixels = base->width;
    base->rows = base->height;
    base->reduction = 1;
    self->rows = malloc(self->row_bytes * (self->interlaced ? base->height : 1));
    if (!self->rows) return image_fail(&base->error, "out_of_memory", "no room for the rows");
    if (setjmp(png_jmpbuf(self->png))) return -1;
    return self->interlaced ? read_whole(self) : 0;
}

static int row(struct reader *base, const uint8_t **out)
{
    struct png_reader *self = self_of(base);
    *out = self->interlaced ? self->rows + self->y * self->row_bytes : self->rows;
    self->y++;
    if (self->interlaced) return 0;
    if (setjmp(png_jmpbuf(self->png))) return -1;
    png_read_row(self->png, self->rows, NULL);
    return 0;
}

static int finish(struct reader *base)
{
    struct png_reader *self = self_of(base);
    if (setjmp(png_jmpbuf(self->png))) return -1;
    png_read_end(self->png, NULL);
    return 0;
}

static void close_reader(struct reader *base)
{
    struct png_reader *self = self_of(base);
    png_destroy_read_struct(&self->png, &self->info, NULL);
    free(self->rows);
    free(base->icc);
    free(self);
}

static const struct reader_kind png_kind = {start, row, finish, close_reader};

struct reader *png_reader_open(struct quern_job *job, const uint8_t *bytes, size_t len, struct image_error *error)
{
    struct png_reader *self = calloc(1, sizeof *self);
    if (!self) {
        (void)image_fail(error, "out_of_memory", "no room for a PNG reader");
        return NULL;
    }
    self->base = (struct reader){.kind = &png_kind, .job = job};
    self->at = bytes;
    self->end = bytes + len;
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    if (self->png) self->info = png_create_info_struct(self->png);
    if (!self->info) (void)image_fail(&self->base.error, "out_of_memory", "no room for a PNG reader");
    else if (read_head(self) == 0) return &self->base;
    *error = self->base.error;
    close_reader(&self->base);
    return NULL;
}

/* image_samples.h: small JPEG and PNG files made and read back by the libraries themselves, for the tests of image.thumbnail.
 * Errors of the libraries end the process: the samples are sound. */
#ifndef QUERN_TESTS_UNIT_PLUGINS_IMAGE_SAMPLES_H
#define QUERN_TESTS_UNIT_PLUGINS_IMAGE_SAMPLES_H

#include <criterion/criterion.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

struct bytes {
    uint8_t *at;
    size_t len;
};

/* Rows from the top, `channels` bytes per pixel. */
struct picture {
    uint32_t width, height;
    unsigned channels;
    uint8_t *pixels;
};

static inline struct picture picture_new(uint32_t width, uint32_t height, unsigned channels)
{
    struct picture p = {width, height, channels, calloc((size_t)width * height, channels)};
    cr_assert(p.pixels != NULL);
    return p;
}

static inline uint8_t *picture_at(const struct picture *p, uint32_t x, uint32_t y)
{
    cr_assert(x < p->width && y < p->height);
    return p->pixels + ((size_t)y * p->width + x) * p->channels;
}

static inline struct picture picture_plain(uint32_t width, uint32_t height, unsigned channels, const uint8_t *colour)
{
    struct picture p = picture_new(width, height, channels);
    for (size_t i = 0; i < (size_t)width * height; i++) memcpy(p.pixels + i * channels, colour, channels);
    return p;
}

/* Something of everything: slopes, edges, noise. */
static inline struct picture picture_busy(uint32_t width, uint32_t height, unsigned channels)
{
    struct picture p = picture_new(width, height, channels);
    uint32_t noise = 12345;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            noise = noise * 1664525 + 1013904223;
            for (unsigned c = 0; c < channels; c++)
                picture_at(&p, x, y)[c] = (uint8_t)(x * (c + 1) + y * 3 + (noise >> 28) + (x / 9 % 2) * 40);
        }
    }
    return p;
}

struct png_style {
    int type, depth;      /* PNG_COLOR_TYPE_…, bits */
    bool interlaced;
    const png_color *palette;
    int n_palette;
    const png_byte *alphas; /* of the palette */
    int n_alphas;
    double gamma;         /* 0: none */
    const uint8_t *exif;  /* TIFF block */
    size_t exif_bytes;
    const uint8_t *icc;   /* a profile that libpng accepts */
    size_t icc_bytes;
};

static inline void on_png_write(png_structp png, png_bytep from, size_t len)
{
    struct bytes *out = png_get_io_ptr(png);
    out->at = realloc(out->at, out->len + len);
    memcpy(out->at + out->len, from, len);
    out->len += len;
}

/* rows: packed as PNG wants them for the type and depth. */
static inline struct bytes png_make(uint32_t width, uint32_t height, uint8_t *rows, const struct png_style *style)
{
    struct bytes out = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &out, on_png_write, NULL);
    png_set_IHDR(png, info, width, height, style->depth, style->type,
                 style->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (style->palette) png_set_PLTE(png, info, style->palette, style->n_palette);
    if (style->alphas) png_set_tRNS(png, info, style->alphas, style->n_alphas, NULL);
    if (style->gamma > 0) png_set_gAMA(png, info, style->gamma);
    if (style->exif) {
        uint8_t copy[64];
        cr_assert(style->exif_bytes <= sizeof copy);
        memcpy(copy, style->exif, style->exif_bytes);
        png_set_eXIf_1(png, info, (png_uint_32)style->exif_bytes, copy);
    }
    if (style->icc) png_set_iCCP(png, info, "profile", PNG_COMPRESSION_TYPE_BASE, style->icc, (png_uint_32)style->icc_bytes);
    png_write_info(png, info);
    size_t row_bytes = png_get_rowbytes(png, info);
    png_bytep *pointers = malloc(height * sizeof *pointers);
    for (uint32_t y = 0; y < height; y++) pointers[y] = rows + y * row_bytes;
    png_write_image(png, pointers);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(pointers);
    return out;
}

static inline struct bytes png_of(const struct picture *p)
{
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    struct png_style style = {.type = types[p->channels - 1], .depth = 8};
    return png_make(p->width, p->height, p->pixels, &style);
}

struct jpeg_style {
    int quality;
    bool progressive, ycck;
    const uint8_t *app1; /* a whole APP1 payload */
    size_t app1_bytes;
    const uint8_t *icc;
    size_t icc_bytes;
    const jpeg_scan_info *scans; /* instead of progressive */
    int n_scans;
};

/* 1: grey, 3: RGB, 4: inks as Adobe writes them, 255 for none. */
static inline struct bytes jpeg_make(const struct picture *p, const struct jpeg_style *style)
{
    struct bytes out = {0};
    unsigned long len = 0;
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &out.at, &len);
    jpeg.image_width = p->width;
    jpeg.image_height = p->height;
    jpeg.input_components = (int)p->channels;
    jpeg.in_color_space = p->channels == 1 ? JCS_GRAYSCALE : p->channels == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, style->quality ? style->quality : 95, TRUE);
    if (style->ycck) jpeg_set_colorspace(&jpeg, JCS_YCCK);
    if (p->channels == 4) jpeg.write_Adobe_marker = TRUE;
    if (style->progressive) jpeg_simple_progression(&jpeg);
    jpeg.scan_info = style->scans ? style->scans : jpeg.scan_info;
    jpeg.num_scans = style->scans ? style->n_scans : jpeg.num_scans;
    jpeg_start_compress(&jpeg, TRUE);
    if (style->app1) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, style->app1, (unsigned)style->app1_bytes);
    if (style->icc) jpeg_write_icc_profile(&jpeg, style->icc, (unsigned)style->icc_bytes);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = p->pixels + (size_t)jpeg.next_scanline * p->width * p->channels;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    out.len = len;
    return out;
}

static inline struct bytes jpeg_of(const struct picture *p)
{
    return jpeg_make(p, &(struct jpeg_style){0});
}

static inline struct picture jpeg_read(const uint8_t *at, size_t len)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, at, len);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    struct picture p = picture_new(jpeg.output_width, jpeg.output_height, (unsigned)jpeg.output_components);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = p.pixels + (size_t)jpeg.output_scanline * p.width * p.channels;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    return p;
}

static inline struct picture png_read(const uint8_t *at, size_t len)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    cr_assert(png_image_begin_read_from_memory(&image, at, len), "%s", image.message);
    image.format &= (png_uint_32)(PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLOR);
    struct picture p = picture_new(image.width, image.height, PNG_IMAGE_PIXEL_CHANNELS(image.format));
    cr_assert(png_image_finish_read(&image, NULL, p.pixels, 0, NULL), "%s", image.message);
    return p;
}

/* An EXIF block with one other tag before the orientation, in either byte order. */
static inline size_t exif_make(uint8_t *to, bool big, unsigned orientation)
{
    static const uint8_t little_form[] = {'I', 'I', 42, 0,    8,    0, 0, 0, 2, 0, 0x0f, 0x01, 2, 0, 1, 0, 0, 0, 'q',
                                          0,   0,   0,  0x12, 0x01, 3, 0, 1, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0};
    static const uint8_t big_form[] = {'M', 'M', 0, 42,   0,    0, 0, 8, 0, 2, 0x01, 0x0f, 0, 2, 0, 0, 0, 1, 'q',
                                       0,   0,   0, 0x01, 0x12, 0, 3, 0, 0, 0, 1,    0,    0, 0, 0, 0, 0, 0, 0};
    memcpy(to, big ? big_form : little_form, sizeof big_form);
    to[big ? 31 : 30] = (uint8_t)orientation;
    return sizeof big_form;
}

#endif

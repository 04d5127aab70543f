/* test_image_thumbnail.c: the job type image.thumbnail, from file to file. */
#include "../../support/plugin_host.h"
#include "image_samples.h"

#include <criterion/criterion.h>

#include <math.h>

/* Runs one job on sound input; params: name, value, …, NULL. */
static struct picture thumbnail(struct bytes in, const char *const *params)
{
    struct quern_job *job = host_job("image.thumbnail", in.at, in.len);
    for (; *params; params += 2) host_param(job, params[0], params[1]);
    int rc = host_run(job);
    cr_assert_eq(rc, QUERN_OK, "%s: %s", job->code, job->message);
    bool jpeg = strcmp(job->media_type, "image/jpeg") == 0;
    cr_assert(jpeg || strcmp(job->media_type, "image/png") == 0);
    struct picture out = jpeg ? jpeg_read(job->result, job->result_len) : png_read(job->result, job->result_len);
    host_free(job);
    return out;
}

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Takes the file's bytes. */
static struct picture thumbnail_once(struct bytes in, const char *const *params)
{
    struct picture out = thumbnail(in, params);
    free(in.at);
    return out;
}

static void near(const uint8_t *has, const uint8_t *wanted, unsigned channels, int by, const char *what)
{
    for (unsigned c = 0; c < channels; c++)
        cr_assert(abs(has[c] - wanted[c]) <= by, "%s: channel %u is %d instead of %d", what, c, has[c], wanted[c]);
}

static void all_near(const struct picture *p, const uint8_t *wanted, int by, const char *what)
{
    for (uint32_t y = 0; y < p->height; y++)
        for (uint32_t x = 0; x < p->width; x++) near(picture_at(p, x, y), wanted, p->channels, by, what);
}

static uint8_t srgb(double light)
{
    double value = light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055;
    return (uint8_t)(value * 255 + 0.5);
}

static struct picture checkerboard(uint32_t side, unsigned channels)
{
    struct picture p = picture_new(side, side, channels);
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++) memset(picture_at(&p, x, y), (x + y) % 2 ? 255 : 0, channels);
    return p;
}

/* Half black, half white is half the light: 188. An average of bytes would give 128. */
Test(image_thumbnail, checkerboard_becomes_the_grey_of_half_the_light)
{
    static const uint8_t half[] = {188, 188, 188};
    for (unsigned channels = 1; channels <= 3; channels += 2) {
        struct picture in = checkerboard(256, channels);
        struct picture area = thumbnail_once(png_of(&in), PARAMS("width", "32"));
        cr_assert(area.width == 32 && area.height == 32 && area.channels == channels);
        all_near(&area, half, 1, "area");
        struct picture lanczos = thumbnail_once(png_of(&in), PARAMS("width", "128"));
        for (uint32_t y = 3; y < 125; y++) /* at the border the filter is cut off */
            for (uint32_t x = 3; x < 125; x++) near(picture_at(&lanczos, x, y), half, channels, 1, "lanczos");
        free(in.pixels);
        free(area.pixels);
        free(lanczos.pixels);
    }
}

/* 9 columns to 2 is 4.5 each: of the fifth, white one, half counts to either side. */
Test(image_thumbnail, area_average_counts_fractions_of_pixels)
{
    struct picture in = picture_new(9, 9, 1);
    for (uint32_t y = 0; y < 9; y++) {
        *picture_at(&in, 4, y) = 255;
        *picture_at(&in, 0, y) = 255;
    }
    struct picture out = thumbnail_once(png_of(&in), PARAMS("width", "2", "height", "2"));
    cr_assert(out.width == 2 && out.height == 2);
    for (uint32_t y = 0; y < 2; y++) {
        uint8_t left = srgb(1.5 / 4.5), right = srgb(0.5 / 4.5);
        near(picture_at(&out, 0, y), &left, 1, 1, "left");
        near(picture_at(&out, 1, y), &right, 1, 1, "right");
    }
    free(in.pixels);
    free(out.pixels);
}

Test(image_thumbnail, plain_colours_stay_exactly_as_they_are)
{
    static const char *const sizes[] = {"7", "31", "50", "64", "99", "100"};
    static const char *const fits[] = {"inside", "cover", "stretch"};
    for (int value = 0; value < 256; value += 17) {
        uint8_t colour[4] = {(uint8_t)value, (uint8_t)(255 - value), (uint8_t)(value / 2), 255};
        for (unsigned channels = 1; channels <= 4; channels++) {
            if (channels == 2) colour[1] = 255;
            struct picture in = picture_plain(100, 60, channels, colour);
            const char *size = sizes[(size_t)value % 6], *fit = fits[channels % 3];
            struct picture out = thumbnail_once(png_of(&in), PARAMS("width", size, "height", size, "fit", fit));
            cr_assert_eq(out.channels, channels);
            all_near(&out, colour, 0, size);
            free(in.pixels);
            free(out.pixels);
        }
    }
}

static void expect_size(uint32_t w, uint32_t h, const char *const *params, uint32_t wanted_w, uint32_t wanted_h)
{
    struct picture in = picture_new(w, h, 1);
    struct picture out = thumbnail_once(png_of(&in), params);
    cr_assert(out.width == wanted_w && out.height == wanted_h, "%ux%u: %ux%u instead of %ux%u", w, h, out.width, out.height,
              wanted_w, wanted_h);
    free(in.pixels);
    free(out.pixels);
}

Test(image_thumbnail, sizes)
{
    expect_size(1000, 500, (const char *const[]){NULL}, 256, 128);
    expect_size(100, 50, (const char *const[]){NULL}, 100, 50);
    expect_size(1000, 500, PARAMS("width", "100"), 100, 50);
    expect_size(1000, 500, PARAMS("height", "100"), 200, 100);
    expect_size(1000, 500, PARAMS("width", "100", "height", "100"), 100, 50);
    expect_size(1000, 3, PARAMS("width", "10"), 10, 1);
    expect_size(100, 50, PARAMS("width", "800"), 100, 50);
    expect_size(1000, 500, PARAMS("width", "100", "height", "100", "fit", "cover"), 100, 100);
    expect_size(100, 50, PARAMS("width", "200", "height", "200", "fit", "cover"), 50, 50);
    expect_size(1000, 500, PARAMS("width", "100", "fit", "cover"), 100, 50);
    expect_size(10, 5, PARAMS("width", "30", "height", "40", "fit", "stretch"), 30, 40);
    expect_size(10, 5, PARAMS("width", "30", "fit", "stretch"), 30, 15);
    expect_size(1, 1, PARAMS("width", "300", "height", "300", "fit", "stretch"), 300, 300);
    expect_size(1, 9000, PARAMS("width", "5"), 1, 8192);
}

/* Left quarter red, middle half green, right quarter blue: a square out of the middle is green alone. */
Test(image_thumbnail, cover_cuts_both_sides)
{
    struct picture in = picture_new(400, 200, 3);
    for (uint32_t y = 0; y < 200; y++)
        for (uint32_t x = 0; x < 400; x++) picture_at(&in, x, y)[x < 100 ? 0 : x < 300 ? 1 : 2] = 255;
    static const uint8_t green[] = {0, 255, 0};
    struct picture png = thumbnail_once(png_of(&in), PARAMS("width", "40", "height", "40", "fit", "cover"));
    struct picture jpeg = thumbnail_once(jpeg_of(&in), PARAMS("width", "20", "height", "20", "fit", "cover"));
    cr_assert(png.width == 40 && png.height == 40 && jpeg.width == 20 && jpeg.height == 20);
    all_near(&png, green, 0, "png");
    for (uint32_t x = 3; x < 17; x++) near(picture_at(&jpeg, x, 10), green, 3, 6, "jpeg");
    free(in.pixels);
    free(png.pixels);
    free(jpeg.pixels);
}

/* Upright: red and green above, blue and white below. Stored the way EXIF 2.32 §4.6.4 describes each orientation, by
 * which visual side the stored row 0 and column 0 are. */
static struct picture quadrants_stored(unsigned orientation, uint32_t w, uint32_t h)
{
    static const uint8_t colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};
    bool swaps = orientation >= 5;
    struct picture p = picture_new(swaps ? h : w, swaps ? w : h, 3);
    for (uint32_t y = 0; y < p.height; y++) {
        for (uint32_t x = 0; x < p.width; x++) {
            uint32_t across = swaps ? y : x, down = swaps ? x : y;
            bool right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
            bool bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
            uint32_t seen_x = right ? w - 1 - across : across, seen_y = bottom ? h - 1 - down : down;
            memcpy(picture_at(&p, x, y), colours[(seen_x >= w / 2) + 2 * (seen_y >= h / 2)], 3);
        }
    }
    return p;
}

static void expect_upright(const struct picture *p, const char *what)
{
    static const uint8_t colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};
    cr_assert(p->width == 32 && p->height == 16, "%s: %u x %u", what, p->width, p->height);
    for (uint32_t i = 0; i < 4; i++) near(picture_at(p, i % 2 ? 26 : 5, i / 2 ? 12 : 3), colours[i], 3, 12, what);
}

Test(image_thumbnail, all_orientations_in_both_byte_orders)
{
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        for (int big = 0; big < 2; big++) {
            uint8_t app1[64] = "Exif\0";
            char what[32];
            (void)snprintf(what, sizeof what, "orientation %u %s", orientation, big ? "MM" : "II");
            size_t exif_bytes = exif_make(app1 + 6, big, orientation);
            struct picture in = quadrants_stored(orientation, 128, 64);
            struct jpeg_style style = {.quality = 98, .app1 = app1, .app1_bytes = 6 + exif_bytes};
            struct picture out = thumbnail_once(jpeg_make(&in, &style), PARAMS("width", "32", "quality", "98"));
            expect_upright(&out, what);
            struct png_style png = {.type = PNG_COLOR_TYPE_RGB, .depth = 8, .exif = app1 + 6, .exif_bytes = exif_bytes};
            free(out.pixels);
            out = thumbnail_once(png_make(in.width, in.height, in.pixels, &png), PARAMS("width", "32"));
            expect_upright(&out, what);
            free(in.pixels);
            free(out.pixels);
        }
    }
}

static bool contains(const uint8_t *at, size_t len, const char *word)
{
    return memmem(at, len, word, strlen(word)) != NULL;
}

Test(image_thumbnail, orientation_is_not_written_back_and_profiles_are)
{
    uint8_t app1[64] = "Exif\0", icc[500];
    for (size_t i = 0; i < sizeof icc; i++) icc[i] = (uint8_t)i;
    size_t exif_bytes = exif_make(app1 + 6, true, 6);
    struct picture in = picture_busy(64, 40, 3);
    struct jpeg_style style = {.app1 = app1, .app1_bytes = 6 + exif_bytes, .icc = icc, .icc_bytes = sizeof icc};
    struct bytes file = jpeg_make(&in, &style);
    struct quern_job *job = host_job("image.thumbnail", file.at, file.len);
    host_param(job, "width", "20");
    cr_assert_eq(host_run(job), QUERN_OK);
    cr_assert(contains(file.at, file.len, "Exif"));
    cr_assert(!contains(job->result, job->result_len, "Exif"));
    cr_assert(contains(job->result, job->result_len, "ICC_PROFILE"));
    cr_assert(memmem(job->result, job->result_len, icc, sizeof icc) != NULL);
    host_free(job);
    free(file.at);
    free(in.pixels);
}

/* About the least that ICC.1:2010 §7.2 and libpng accept: the header of an RGB display profile and one tag, of noise,
 * since libpng drops profiles that pack too well. */
#define ICC_BYTES 400
static void icc_make(uint8_t profile[ICC_BYTES])
{
    static const uint8_t d50[] = {0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d};
    static const uint8_t tags[] = {0, 0, 0, 1, 'c', 'p', 'r', 't', 0, 0, 0, 144, 0, 0, 1, 0};
    uint32_t noise = 1;
    for (size_t i = 0; i < ICC_BYTES; i++) {
        noise = noise * 1664525 + 1013904223;
        profile[i] = i < 144 ? 0 : (uint8_t)(noise >> 24);
    }
    profile[2] = ICC_BYTES >> 8;
    profile[3] = ICC_BYTES & 255;
    profile[8] = 4;
    memcpy(profile + 12, "mntrRGB XYZ ", 12);
    memcpy(profile + 36, "acsp", 4);
    memcpy(profile + 68, d50, sizeof d50);
    memcpy(profile + 128, tags, sizeof tags);
}

Test(image_thumbnail, profiles_pass_from_png_to_png_and_jpeg)
{
    uint8_t profile[ICC_BYTES];
    icc_make(profile);
    struct picture in = picture_busy(64, 40, 3);
    struct png_style style = {.type = PNG_COLOR_TYPE_RGB, .depth = 8, .icc = profile, .icc_bytes = sizeof profile};
    struct bytes file = png_make(64, 40, in.pixels, &style);
    for (int jpeg = 0; jpeg < 2; jpeg++) {
        struct quern_job *job = host_job("image.thumbnail", file.at, file.len);
        host_param(job, "width", "20");
        host_param(job, "format", jpeg ? "jpeg" : "png");
        cr_assert_eq(host_run(job), QUERN_OK);
        cr_assert(contains(job->result, job->result_len, jpeg ? "acsp" : "iCCP"));
        host_free(job);
    }
    free(file.at);
    free(in.pixels);
}

/* Damaged EXIF is no reason to refuse a picture: every byte of the block takes every value of a few. */
Test(image_thumbnail, broken_exif_is_ignored)
{
    static const uint8_t values[] = {0, 1, 2, 8, 9, 0x7f, 0x80, 0xff};
    struct picture in = picture_busy(24, 16, 1);
    for (size_t at = 0; at < 38; at++) {
        for (size_t v = 0; v < sizeof values; v++) {
            uint8_t app1[64] = "Exif\0";
            size_t exif_bytes = exif_make(app1 + 6, at % 2, 3);
            app1[6 + at] = values[v];
            struct jpeg_style style = {.app1 = app1, .app1_bytes = 6 + exif_bytes};
            struct picture out = thumbnail_once(jpeg_make(&in, &style), PARAMS("width", "8"));
            free(out.pixels);
        }
    }
    free(in.pixels);
}

/* Every second column is invisible red, which must not shine through: the average is half transparent green. */
Test(image_thumbnail, invisible_colours_do_not_bleed)
{
    struct picture in = picture_new(80, 80, 4);
    for (uint32_t y = 0; y < 80; y++)
        for (uint32_t x = 0; x < 80; x++)
            memcpy(picture_at(&in, x, y), x % 2 ? (uint8_t[]){0, 200, 0, 255} : (uint8_t[]){255, 0, 0, 0}, 4);
    struct picture out = thumbnail_once(png_of(&in), PARAMS("width", "10"));
    all_near(&out, (uint8_t[]){0, 200, 0, 128}, 1, "png");
    free(out.pixels);
    out = thumbnail_once(png_of(&in), PARAMS("width", "10", "format", "jpeg", "quality", "100"));
    cr_assert_eq(out.channels, 3);
    uint8_t wanted[] = {188, srgb(0.5 + 0.5 * pow((200 / 255.0 + 0.055) / 1.055, 2.4)), 188};
    all_near(&out, wanted, 2, "jpeg on white");
    free(in.pixels);
    free(out.pixels);
}

static void expect_png(uint32_t w, uint32_t h, uint8_t *rows, const struct png_style *style, const uint8_t *wanted,
                       unsigned channels, const char *what)
{
    struct picture out = thumbnail_once(png_make(w, h, rows, style), PARAMS("width", "4"));
    cr_assert_eq(out.channels, channels, "%s: %u channels", what, out.channels);
    all_near(&out, wanted, 1, what);
    free(out.pixels);
}

Test(image_thumbnail, kinds_of_png)
{
    static const png_color palette[] = {{10, 20, 30}, {200, 100, 50}};
    static const png_byte alphas[] = {0, 128};
    uint8_t rows[40 * 40 * 8];
    memset(rows, 0xff, sizeof rows);
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_GRAY, .depth = 1}, (uint8_t[]){255}, 1, "1 bit");
    memset(rows, 0x55, sizeof rows);
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_GRAY, .depth = 4}, (uint8_t[]){0x55}, 1, "4 bits");
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_GRAY_ALPHA, .depth = 8}, (uint8_t[]){0x55, 0x55}, 2,
               "grey and alpha");
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_RGB_ALPHA, .depth = 16},
               (uint8_t[]){0x55, 0x55, 0x55, 0x55}, 4, "16 bits");
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_RGB, .depth = 8, .interlaced = true},
               (uint8_t[]){0x55, 0x55, 0x55}, 3, "interlaced");
    expect_png(40, 40, rows, &(struct png_style){.type = PNG_COLOR_TYPE_GRAY, .depth = 8, .gamma = 1.0},
               (uint8_t[]){srgb(0x55 / 255.0)}, 1, "linear gamma");
    memset(rows, 1, sizeof rows);
    struct png_style style = {.type = PNG_COLOR_TYPE_PALETTE, .depth = 8, .palette = palette, .n_palette = 2};
    expect_png(40, 40, rows, &style, (uint8_t[]){200, 100, 50}, 3, "palette");
    style.alphas = alphas;
    style.n_alphas = 2;
    style.interlaced = true;
    expect_png(40, 40, rows, &style, (uint8_t[]){200, 100, 50, 128}, 4, "transparent palette");
}

/* The order of rows and columns survives the passes of interlacing. */
Test(image_thumbnail, interlaced_equals_plain)
{
    struct picture in = picture_busy(61, 47, 3);
    struct png_style style = {.type = PNG_COLOR_TYPE_RGB, .depth = 8};
    struct picture plain = thumbnail_once(png_make(61, 47, in.pixels, &style), PARAMS("width", "23"));
    style.interlaced = true;
    struct picture laced = thumbnail_once(png_make(61, 47, in.pixels, &style), PARAMS("width", "23"));
    cr_assert_eq(memcmp(plain.pixels, laced.pixels, (size_t)plain.width * plain.height * 3), 0);
    free(in.pixels);
    free(plain.pixels);
    free(laced.pixels);
}

static void expect_jpeg(unsigned channels, const uint8_t *colour, const struct jpeg_style *style, const uint8_t *wanted,
                        unsigned wanted_channels, const char *what)
{
    struct picture in = picture_plain(203, 101, channels, colour);
    struct picture out = thumbnail_once(jpeg_make(&in, style), PARAMS("width", "20"));
    cr_assert(out.width == 20 && out.height == 10 && out.channels == wanted_channels, "%s", what);
    all_near(&out, wanted, 3, what);
    free(in.pixels);
    free(out.pixels);
}

Test(image_thumbnail, kinds_of_jpeg)
{
    struct jpeg_style plain = {0}, progressive = {.progressive = true}, ycck = {.ycck = true};
    static const uint8_t colour[] = {200, 90, 40, 180}, grey[] = {99};
    uint8_t inked[3];
    for (int c = 0; c < 3; c++) inked[c] = (uint8_t)((colour[c] * 180 + 127) / 255);
    expect_jpeg(1, grey, &plain, grey, 1, "grey");
    expect_jpeg(1, grey, &progressive, grey, 1, "grey, progressive");
    expect_jpeg(3, colour, &plain, colour, 3, "RGB");
    expect_jpeg(3, colour, &progressive, colour, 3, "RGB, progressive");
    expect_jpeg(4, colour, &plain, inked, 3, "CMYK");
    expect_jpeg(4, colour, &ycck, inked, 3, "YCCK");
}

/* libjpeg may shrink first, to no less than twice the size: nothing may move, even where its last blocks stick out. */
Test(image_thumbnail, jpeg_reduction_keeps_places)
{
    struct picture in = picture_new(1003, 501, 1);
    for (uint32_t y = 0; y < in.height; y++)
        for (uint32_t x = 0; x < in.width; x++) *picture_at(&in, x, y) = (uint8_t)(x * 255 / in.width);
    struct picture by_jpeg = thumbnail_once(jpeg_of(&in), PARAMS("width", "50", "format", "png"));
    struct picture by_png = thumbnail_once(png_of(&in), PARAMS("width", "50"));
    cr_assert(by_jpeg.width == by_png.width && by_jpeg.height == by_png.height);
    for (uint32_t x = 0; x < 50; x++) near(picture_at(&by_jpeg, x, 12), picture_at(&by_png, x, 12), 1, 2, "slope");
    free(in.pixels);
    free(by_jpeg.pixels);
    free(by_png.pixels);
}

Test(image_thumbnail, quality_and_format)
{
    struct picture in = picture_busy(200, 150, 3);
    struct bytes file = jpeg_of(&in);
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        struct quern_job *job = host_job("image.thumbnail", file.at, file.len);
        host_param(job, "quality", i ? "95" : "20");
        cr_assert_eq(host_run(job), QUERN_OK);
        cr_assert_str_eq(job->media_type, "image/jpeg");
        sizes[i] = job->result_len;
        host_free(job);
    }
    cr_assert_lt(sizes[0] * 2, sizes[1]);
    struct quern_job *job = host_job("image.thumbnail", file.at, file.len);
    host_param(job, "format", "png");
    cr_assert_eq(host_run(job), QUERN_OK);
    cr_assert_str_eq(job->media_type, "image/png");
    host_free(job);
    free(file.at);
    free(in.pixels);
}

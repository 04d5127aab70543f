/* test_image_thumbnail_damage.c: the job type image.thumbnail with files that are damaged, lie or are none, and told to stop at any time. */
#include "../../support/plugin_host.h"
#include "image_samples.h"

#include <criterion/criterion.h>

#include <inttypes.h>

/* Whatever the bytes: an answer or a reason. Returns whether there was an answer; checks that it is an image. */
static bool survives(const uint8_t *at, size_t len, const char *code)
{
    struct quern_job *job = host_job("image.thumbnail", at, len);
    host_param(job, "width", "9");
    bool ok = host_run(job) == QUERN_OK;
    if (ok) {
        cr_assert_gt(job->result_len, 40);
    } else if (code) {
        cr_assert_str_eq(job->code, code, "%s", job->message);
    }
    host_free(job);
    return ok;
}

static void cut_everywhere(struct bytes file, const char *what)
{
    cr_assert(survives(file.at, file.len, NULL), "%s", what);
    for (size_t len = 0; len < file.len; len++)
        cr_assert(!survives(file.at, len, len < 3 ? "unsupported_image" : NULL), "%s cut at %zu", what, len);
}

static void flip_everywhere(struct bytes file, int times)
{
    uint64_t random = 88172645463325252u;
    uint8_t *copy = malloc(file.len);
    for (int i = 0; i < times; i++) {
        memcpy(copy, file.at, file.len);
        for (int flips = 0; flips < 1 + i % 4; flips++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            copy[(random >> 8) % file.len] ^= (uint8_t)(1 + random % 255);
        }
        (void)survives(copy, file.len, NULL);
    }
    free(copy);
}

static struct bytes sample(int which)
{
    struct picture p = picture_busy(41, 37, which == 3 ? 4 : 3);
    struct png_style style = {.type = PNG_COLOR_TYPE_RGB, .depth = 8, .interlaced = true};
    uint8_t app1[64] = "Exif\0";
    size_t exif_bytes = exif_make(app1 + 6, false, 8);
    struct jpeg_style jpeg = {.quality = 60, .progressive = which == 1, .app1 = app1, .app1_bytes = 6 + exif_bytes};
    struct bytes file = which < 2    ? jpeg_make(&p, &jpeg)
                        : which == 2 ? png_make(p.width, p.height, p.pixels, &style)
                                     : png_of(&p);
    free(p.pixels);
    return file;
}

Test(image_thumbnail, cut_files_are_refused_at_every_length, .timeout = 60)
{
    static const char *const names[] = {"JPEG", "progressive JPEG", "interlaced PNG", "PNG"};
    for (int which = 0; which < 4; which++) {
        struct bytes file = sample(which);
        cut_everywhere(file, names[which]);
        free(file.at);
    }
}

Test(image_thumbnail, flipped_bytes_do_no_harm, .timeout = 60)
{
    for (int which = 0; which < 4; which++) {
        struct bytes file = sample(which);
        flip_everywhere(file, 1500);
        free(file.at);
    }
}

static uint32_t crc(const uint8_t *at, size_t len)
{
    uint32_t value = 0xffffffffu;
    for (size_t i = 0; i < len; i++) {
        value ^= at[i];
        for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
    }
    return ~value;
}

static void put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The header says width x height, truthfully checksummed; the pixels are those of a small picture. */
static void png_claim(struct bytes file, uint32_t width, uint32_t height)
{
    put_u32(file.at + 16, width);
    put_u32(file.at + 20, height);
    put_u32(file.at + 29, crc(file.at + 12, 17));
}

static void jpeg_claim(struct bytes file, unsigned width, unsigned height, bool progressive)
{
    uint8_t *frame = memmem(file.at, file.len, progressive ? "\xff\xc2" : "\xff\xc0", 2);
    cr_assert(frame != NULL);
    frame[5] = (uint8_t)(height >> 8);
    frame[6] = (uint8_t)height;
    frame[7] = (uint8_t)(width >> 8);
    frame[8] = (uint8_t)width;
}

Test(image_thumbnail, bombs_are_refused_by_their_header)
{
    struct bytes png = sample(3), laced = sample(2), jpeg = sample(0), progressive = sample(1);
    png_claim(png, 10001, 10000);
    cr_assert(!survives(png.at, png.len, "image_too_large"));
    png_claim(png, 1000000, 1000000);
    cr_assert(!survives(png.at, png.len, "image_too_large"));
    png_claim(png, 0x7fffffff, 0x7fffffff);
    cr_assert(!survives(png.at, png.len, "bad_image"));
    png_claim(png, 0, 10);
    cr_assert(!survives(png.at, png.len, "bad_image"));
    png_claim(laced, 10000, 9999); /* rows would do, all of it is too much */
    cr_assert(!survives(laced.at, laced.len, "image_too_large"));
    jpeg_claim(jpeg, 65500, 65500, false);
    cr_assert(!survives(jpeg.at, jpeg.len, "image_too_large"));
    jpeg_claim(jpeg, 0, 65500, false);
    cr_assert(!survives(jpeg.at, jpeg.len, "bad_image"));
    jpeg_claim(progressive, 10000, 9999, true);
    cr_assert(!survives(progressive.at, progressive.len, "image_too_large"));
    free(png.at);
    free(laced.at);
    free(jpeg.at);
    free(progressive.at);
}

/* One scan per coefficient and two bit planes: 127 scans, each of which costs a pass over the picture. */
Test(image_thumbnail, a_jpeg_of_very_many_scans_is_refused)
{
    jpeg_scan_info scans[127] = {{.comps_in_scan = 1}};
    for (int i = 1; i < 64; i++) {
        scans[i] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = i, .Se = i, .Ah = 0, .Al = 1};
        scans[63 + i] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = i, .Se = i, .Ah = 1, .Al = 0};
    }
    struct picture in = picture_busy(64, 64, 1);
    struct jpeg_style style = {.scans = scans, .n_scans = 99};
    struct bytes file = jpeg_make(&in, &style);
    cr_assert(survives(file.at, file.len, NULL));
    free(file.at);
    style.n_scans = 127;
    file = jpeg_make(&in, &style);
    cr_assert(!survives(file.at, file.len, "bad_image"));
    free(file.at);
    free(in.pixels);
}

Test(image_thumbnail, other_input_is_refused)
{
    cr_assert(!survives((const uint8_t *)"", 0, "unsupported_image"));
    cr_assert(!survives((const uint8_t *)"GIF89a", 6, "unsupported_image"));
    cr_assert(!survives((const uint8_t *)"\xff\xd8\xff", 3, "bad_image"));
    cr_assert(!survives((const uint8_t *)"\x89PNG\r\n\x1a\n", 8, "bad_image"));
}

/* Each poll of a run in turn says stop: no result, and no further work worth mentioning. */
Test(image_thumbnail, cancelled_at_every_poll)
{
    for (int which = 0; which < 4; which++) {
        struct bytes file = sample(which);
        uint64_t polls = UINT64_MAX;
        for (uint64_t at = 0; at < polls; at++) {
            struct quern_job *job = host_job("image.thumbnail", file.at, file.len);
            job->cancel_after = at;
            if (host_run(job) == QUERN_OK && job->polls <= at) polls = job->polls;
            cr_assert(job->polls <= at + 2, "%" PRIu64 " polls after being told at %" PRIu64, job->polls, at);
            host_free(job);
        }
        cr_assert_gt(polls, 1);
        free(file.at);
    }
}

/* read_jpeg.c: JPEG rows by libjpeg.
 *
 * libjpeg reports errors by a function that must not return, hence longjmp. All that outlives a jump is in struct
 * jpeg_reader on the heap, and every function that calls setjmp is short and keeps no locals across it. */
#include "exif.h"
#include "reader.h"

#include <quern/quern.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h> /* its list of codes depends on what jpeglib.h has defined */

/* Cameras and optimizers write at most about 20. Each scan may cost a pass over the whole picture while it takes only
 * a few bytes of the file. */
#define SCANS_MAX 100

struct jpeg_reader {
    struct reader base;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf stop;
    uint8_t *line; /* one row as libjpeg gives it; for CMYK then converted in place */
    bool inverted; /* CMYK with 255 for no ink, as Adobe writes it */
};

static struct jpeg_reader *self_of(struct reader *base)
{
    return (struct jpeg_reader *)base; /* base is the first member */
}

static void on_error(j_common_ptr common)
{
    struct jpeg_reader *self = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    const char *code = common->err->msg_code == JERR_OUT_OF_MEMORY ? "out_of_memory" : "bad_image";
    (void)image_fail(&self->base.error, code, "JPEG: %s", text);
    longjmp(self->stop, 1);
}

/* libjpeg would paint what is missing grey. Of its warnings these say that picture data is missing or damaged; the
 * others are about harmless oddities that many cameras write. */
static void on_message(j_common_ptr common, int level)
{
    if (level >= 0) return; /* a trace message */
    switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: on_error(common); break;
    default: break;
    }
}

static void on_progress(j_common_ptr common)
{
    struct jpeg_reader *self = common->client_data;
    if (quern_cancelled(self->base.job)) (void)image_fail(&self->base.error, "cancelled", "cancelled");
    else if (self->jpeg.input_scan_number > SCANS_MAX)
        (void)image_fail(&self->base.error, "bad_image", "JPEG: more than %d scans", SCANS_MAX);
    else return;
    longjmp(self->stop, 1);
}

/* Bytes of coefficients that libjpeg holds for a file of several scans. */
static uint64_t coefficient_bytes(const struct jpeg_decompress_struct *jpeg)
{
    uint64_t blocks = 0;
    for (int i = 0; i < jpeg->num_components; i++)
        blocks += (uint64_t)jpeg->comp_info[i].width_in_blocks * jpeg->comp_info[i].height_in_blocks;
    return blocks * sizeof(JBLOCK);
}

static int choose_colours(struct jpeg_reader *self)
{
    switch (self->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
        self->jpeg.out_color_space = JCS_GRAYSCALE;
        self->base.channels = 1;
        return 0;
    case JCS_CMYK:
    case JCS_YCCK:
        self->jpeg.out_color_space = JCS_CMYK;
        self->inverted = self->jpeg.saw_Adobe_marker;
        self->base.channels = 3;
        return 0;
    case JCS_RGB:
    case JCS_YCbCr:
        self->jpeg.out_color_space = JCS_RGB;
        self->base.channels = 3;
        return 0;
    default:
        return image_fail(&self->base.error, "unsupported_image", "JPEG: %d unknown colour components",
                          self->jpeg.num_components);
    }
}

static void read_icc(struct jpeg_reader *self)
{
    JOCTET *icc = NULL;
    unsigned bytes = 0;
    if (self->jpeg.out_color_space == JCS_CMYK) return; /* the profile speaks of inks, the result will not */
    if (!jpeg_read_icc_profile(&self->jpeg, &icc, &bytes)) return;
    reader_set_icc(&self->base, icc, bytes);
    free(icc);
}

static int read_head(struct jpeg_reader *self, const uint8_t *bytes, size_t len)
{
    const struct jpeg_segments segments = jpeg_segments_read(bytes, len);
    const bool keeps_icc = segments.icc_bytes > 0 && segments.icc_bytes <= IMAGE_ICC_BYTES_MAX;
    self->base.orientation = segments.orientation;
    if (setjmp(self->stop)) return -1;
    jpeg_create_decompress(&self->jpeg);
    jpeg_mem_src(&self->jpeg, bytes, len);
    if (keeps_icc)
        jpeg_save_markers(&self->jpeg, JPEG_APP0 + 2, 0xffff);
    (void)jpeg_read_header(&self->jpeg, TRUE);
    self->jpeg.progress = &self->progress;
    if (reader_set_size(&self->base, self->jpeg.image_width, self->jpeg.image_height) < 0) return -1;
    if (choose_colours(self) < 0) return -1;
    if (jpeg_has_multiple_scans(&self->jpeg) && coefficient_bytes(&self->jpeg) > IMAGE_WHOLE_BYTES_MAX)
        return image_fail(&self->base.error, "image_too_large", "a progressive JPEG of this size does not fit into %d MiB",
                          (int)(IMAGE_WHOLE_BYTES_MAX >> 20));
    read_icc(self);
    return 0;
}

/* The inverse DCT can leave out high frequencies and so shrink by 2, 4 or 8 for less than the price of not shrinking.
 * That averages sRGB values, not light, so the last factor of two or more is left to the resampler. */
static unsigned reduction_for(const struct reader *base, uint32_t min_width, uint32_t min_height)
{
    for (unsigned by = 8; by > 1; by /= 2)
        if (base->width / by / 2 >= min_width && base->height / by / 2 >= min_height) return by;
    return 1;
}

static int start(struct reader *base, uint32_t min_width, uint32_t min_height)
{
    struct jpeg_reader *self = self_of(base);
    if (setjmp(self->stop)) return -1;
    base->reduction = reduction_for(base, min_width, min_height);
    self->jpeg.scale_num = 1;
    self->jpeg.scale_denom = base->reduction;
    (void)jpeg_start_decompress(&self->jpeg);
    base->row_pixels = self->jpeg.output_width;
    base->rows = self->jpeg.output_height;
    self->line = malloc((size_t)base->row_pixels * (size_t)self->jpeg.output_components);
    if (!self->line) return image_fail(&base->error, "out_of_memory", "no room for a row");
    return 0;
}

static uint8_t times(unsigned a, unsigned b)
{
    return (uint8_t)((a * b + 127) / 255);
}

/* The plain formula, without ink profiles: what browsers show for a file that has none. */
static void cmyk_to_rgb(uint8_t *line, uint32_t pixels, bool inverted)
{
    const uint8_t *from = line;
    uint8_t *to = line;
    uint8_t flip = inverted ? 0 : 255;
    for (uint32_t i = 0; i < pixels; i++, from += 4, to += 3) {
        unsigned light[4];
        for (int c = 0; c < 4; c++) light[c] = from[c] ^ flip; /* x ^ 255 == 255 - x */
        for (int c = 0; c < 3; c++) to[c] = times(light[c], light[3]);
    }
}

static int row(struct reader *base, const uint8_t **out)
{
    struct jpeg_reader *self = self_of(base);
    if (setjmp(self->stop)) return -1;
    if (jpeg_read_scanlines(&self->jpeg, &self->line, 1) != 1)
        return image_fail(&base->error, "bad_image", "JPEG: a row is missing");
    if (self->jpeg.out_color_space == JCS_CMYK) cmyk_to_rgb(self->line, base->row_pixels, self->inverted);
    *out = self->line;
    return 0;
}

static int finish(struct reader *base)
{
    struct jpeg_reader *self = self_of(base);
    if (setjmp(self->stop)) return -1;
    (void)jpeg_finish_decompress(&self->jpeg);
    return 0;
}

static void close_reader(struct reader *base)
{
    struct jpeg_reader *self = self_of(base);
    jpeg_destroy_decompress(&self->jpeg); /* cannot fail, and accepts a struct of zeros */
    free(self->line);
    free(base->icc);
    free(self);
}

static const struct reader_kind jpeg_kind = {start, row, finish, close_reader};

struct reader *jpeg_reader_open(struct quern_job *job, const uint8_t *bytes, size_t len, struct image_error *error)
{
    struct jpeg_reader *self = calloc(1, sizeof *self);
    if (!self) {
        (void)image_fail(error, "out_of_memory", "no room for a JPEG reader");
        return NULL;
    }
    self->base = (struct reader){.kind = &jpeg_kind, .job = job};
    self->jpeg.err = jpeg_std_error(&self->errors);
    self->jpeg.client_data = self;
    self->errors.error_exit = on_error;
    self->errors.emit_message = on_message;
    self->progress.progress_monitor = on_progress;
    if (read_head(self, bytes, len) == 0) return &self->base;
    *error = self->base.error;
    close_reader(&self->base);
    return NULL;
}

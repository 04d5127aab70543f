/* thumbnail.c: the job type image.thumbnail: header → size → rows → turn → file. */
#include "encode.h"
#include "fit.h"
#include "reader.h"
#include "resample.h"

#include <quern/quern.h>

#include <stdlib.h>
#include <string.h>

#define ROWS_PER_POLL 16

enum format { FORMAT_UNKNOWN, FORMAT_JPEG, FORMAT_PNG };

/* One job's things, so that there is one place to free them. */
struct thumbnail {
    struct quern_job *job;
    enum format from, to;
    struct reader *reader;
    struct resample *resample;
    struct image image;
    struct encoded encoded;
    struct image_error error;
};

static enum format format_of(const uint8_t *bytes, size_t len)
{
    if (len >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) return FORMAT_JPEG;
    if (len >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) return FORMAT_PNG;
    return FORMAT_UNKNOWN;
}

static enum format format_wanted(const struct thumbnail *self)
{
    const char *word = quern_param_text(self->job, "format");
    if (word && strcmp(word, "jpeg") == 0) return FORMAT_JPEG;
    if (word && strcmp(word, "png") == 0) return FORMAT_PNG;
    return self->from;
}

static enum fit_mode mode_wanted(const struct quern_job *job)
{
    const char *word = quern_param_text(job, "fit");
    if (word && strcmp(word, "cover") == 0) return FIT_COVER;
    if (word && strcmp(word, "stretch") == 0) return FIT_STRETCH;
    return FIT_INSIDE;
}

static int open_input(struct thumbnail *self)
{
    size_t len;
    const uint8_t *bytes = quern_input(self->job, &len);
    self->from = format_of(bytes, len);
    self->to = format_wanted(self);
    switch (self->from) {
    case FORMAT_JPEG: self->reader = jpeg_reader_open(self->job, bytes, len, &self->error); break;
    case FORMAT_PNG: self->reader = png_reader_open(self->job, bytes, len, &self->error); break;
    case FORMAT_UNKNOWN: return image_fail(&self->error, "unsupported_image", "the input is neither a JPEG nor a PNG file");
    }
    return self->reader ? 0 : -1;
}

/* The sizes asked for are those of the picture as seen; the rows come as stored. */
static struct fit fit_stored(const struct thumbnail *self)
{
    const struct reader *r = self->reader;
    bool swaps = r->orientation >= 5;
    struct fit f = fit_box(mode_wanted(self->job), swaps ? r->height : r->width, swaps ? r->width : r->height,
                           (uint32_t)quern_param_int(self->job, "width"), (uint32_t)quern_param_int(self->job, "height"));
    return swaps ? (struct fit){f.height, f.width, f.used_height, f.used_width} : f;
}

/* How many pixels a side of the whole picture would have at the scale of the used part. */
static uint32_t whole_side(uint32_t whole, double used, uint32_t result)
{
    double pixels = whole / used * result;
    return pixels < UINT32_MAX ? (uint32_t)pixels : UINT32_MAX;
}

static int start(struct thumbnail *self)
{
    struct reader *r = self->reader;
    struct fit f = fit_stored(self);
    if (r->kind->start(r, whole_side(r->width, f.used_width, f.width), whole_side(r->height, f.used_height, f.height)) < 0)
        return -1;
    double by = r->reduction; /* the last column or row may stand for less than `by` pixels: the size stays exact */
    struct resample_plan plan = {
        .in_width = r->row_pixels,
        .in_height = r->rows,
        .channels = r->channels,
        .left = (r->width - f.used_width) / 2 / by,
        .right = (r->width + f.used_width) / 2 / by,
        .top = (r->height - f.used_height) / 2 / by,
        .bottom = (r->height + f.used_height) / 2 / by,
        .out_width = f.width,
        .out_height = f.height,
        .flatten = self->to == FORMAT_JPEG,
    };
    self->resample = resample_new(&plan, &self->image, &self->error);
    return self->resample ? 0 : -1;
}

static int read_rows(struct thumbnail *self)
{
    struct reader *r = self->reader;
    for (uint32_t y = 0; y < r->rows; y++) {
        const uint8_t *row;
        if (y % ROWS_PER_POLL == 0) {
            if (quern_cancelled(self->job)) return image_fail(&self->error, "cancelled", "cancelled");
            quern_progress(self->job, 0.9 * y / r->rows);
        }
        if (r->kind->row(r, &row) < 0) return -1;
        resample_push(self->resample, row);
    }
    return r->kind->finish(r);
}

static int encode(struct thumbnail *self)
{
    struct encode_options options = {
        .quality = (int)quern_param_int(self->job, "quality"),
        .icc = self->reader->icc,
        .icc_bytes = self->reader->icc_bytes,
        .job = self->job,
    };
    return self->to == FORMAT_JPEG ? encode_jpeg(&self->image, &options, &self->encoded, &self->error)
                                   : encode_png(&self->image, &options, &self->encoded, &self->error);
}

static int make(struct thumbnail *self)
{
    if (open_input(self) < 0 || start(self) < 0 || read_rows(self) < 0) return -1;
    if (image_orient(&self->image, self->reader->orientation, &self->error) < 0) return -1;
    return encode(self);
}

static int run(struct quern_job *job)
{
    struct thumbnail self = {.job = job};
    int rc = make(&self);
    if (self.reader) {
        if (!self.error.code) self.error = self.reader->error;
        self.reader->kind->close(self.reader);
    }
    resample_free(self.resample);
    image_deinit(&self.image);
    if (rc < 0) return quern_fail(job, self.error.code, "%s", self.error.message);
    quern_result_type(job, self.to == FORMAT_JPEG ? "image/jpeg" : "image/png");
    quern_result_take(job, self.encoded.bytes, self.encoded.len, free);
    return QUERN_OK;
}

static const struct quern_param params[] = {
    {.name = "width",
     .kind = QUERN_INT,
     .about = "Width of the box in pixels; without width and height the box is 256 x 256.",
     .min = 1,
     .max = 8192},
    {.name = "height", .kind = QUERN_INT, .about = "Height of the box in pixels.", .min = 1, .max = 8192},
    {.name = "quality", .kind = QUERN_INT, .about = "JPEG quality.", .fallback = "85", .min = 1, .max = 100},
    {.name = "format",
     .kind = QUERN_CHOICE,
     .about = "Format of the result; auto is the input's. JPEG puts transparent pictures on white.",
     .fallback = "auto",
     .choices = "jpeg|png|auto"},
    {.name = "fit",
     .kind = QUERN_CHOICE,
     .about = "inside keeps all of the picture, cover fills the box and crops, stretch ignores the shape.",
     .fallback = "inside",
     .choices = "inside|cover|stretch"},
};

static const struct quern_type types[] = {{
    .name = "image.thumbnail",
    .about = "Makes a smaller JPEG or PNG of a JPEG or PNG, turned upright.",
    .run = run,
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .accepts = "image/jpeg|image/png",
    .produces = "image/jpeg|image/png",
}};

const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI,
    .name = "image.thumbnail",
    .version = "1.0",
    .types = types,
    .n_types = sizeof types / sizeof types[0],
};

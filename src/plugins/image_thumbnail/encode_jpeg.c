/* encode_jpeg.c: see encode.h. Errors jump, as in read_jpeg.c. */
#include "encode.h"

#include <quern/quern.h>

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#define CHUNK_BYTES 16384
/* From here on colours keep their full resolution; below, halving it does not show. */
#define FULL_CHROMA_QUALITY 90

struct jpeg_writer {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination; /* libjpeg's own one loses its memory on errors */
    jmp_buf stop;
    const struct encode_options *options;
    struct encoded *out;
    struct image_error *error;
};

static void stop(struct jpeg_writer *self, const char *code, const char *text)
{
    (void)image_fail(self->error, code, "%s", text);
    longjmp(self->stop, 1);
}

static void on_error(j_common_ptr common)
{
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    stop(common->client_data, "encoder_failed", text);
}

static void on_message(j_common_ptr common, int level)
{
    (void)common;
    (void)level; /* nothing that our own pixels could cause */
}

static void point_at_room(struct jpeg_writer *self)
{
    if (encoded_grow(self->out, CHUNK_BYTES) < 0) stop(self, "out_of_memory", "no room for the JPEG");
    self->destination.next_output_byte = self->out->bytes + self->out->len;
    self->destination.free_in_buffer = self->out->cap - self->out->len;
}

static void on_start(j_compress_ptr jpeg)
{
    point_at_room(jpeg->client_data);
}

static boolean on_full(j_compress_ptr jpeg)
{
    struct jpeg_writer *self = jpeg->client_data;
    self->out->len = self->out->cap; /* libjpeg calls this when all of it is used, whatever free_in_buffer says */
    point_at_room(self);
    return TRUE;
}

static void on_end(j_compress_ptr jpeg)
{
    struct jpeg_writer *self = jpeg->client_data;
    self->out->len = self->out->cap - self->destination.free_in_buffer;
}

static void configure(struct jpeg_writer *self, const struct image *image)
{
    struct jpeg_compress_struct *jpeg = &self->jpeg;
    jpeg->dest = &self->destination;
    jpeg->image_width = image->width;
    jpeg->image_height = image->height;
    jpeg->input_components = (int)image->channels;
    jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, self->options->quality, TRUE);
    jpeg->optimize_coding = TRUE; /* some per cent smaller for a pass over a small picture */
    if (self->options->quality >= FULL_CHROMA_QUALITY) jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = 1;
}

static int write_all(struct jpeg_writer *self, const struct image *image)
{
    if (setjmp(self->stop)) return -1;
    jpeg_create_compress(&self->jpeg);
    configure(self, image);
    jpeg_start_compress(&self->jpeg, TRUE);
    if (self->options->icc) jpeg_write_icc_profile(&self->jpeg, self->options->icc, (unsigned)self->options->icc_bytes);
    size_t row_bytes = (size_t)image->width * image->channels;
    while (self->jpeg.next_scanline < self->jpeg.image_height) {
        JSAMPROW row = image->pixels + self->jpeg.next_scanline * row_bytes;
        if (self->jpeg.next_scanline % 64 == 0 && quern_cancelled(self->options->job)) stop(self, "cancelled", "cancelled");
        (void)jpeg_write_scanlines(&self->jpeg, &row, 1);
    }
    jpeg_finish_compress(&self->jpeg);
    return 0;
}

int encode_jpeg(const struct image *image, const struct encode_options *options, struct encoded *out, struct image_error *error)
{
    assert(image->channels == 1 || image->channels == 3);
    *out = (struct encoded){0};
    struct jpeg_writer *self = calloc(1, sizeof *self);
    if (!self) return image_fail(error, "out_of_memory", "no room for a JPEG writer");
    self->options = options;
    self->out = out;
    self->error = error;
    self->jpeg.err = jpeg_std_error(&self->errors);
    self->jpeg.client_data = self;
    self->errors.error_exit = on_error;
    self->errors.emit_message = on_message;
    self->destination =
        (struct jpeg_destination_mgr){.init_destination = on_start, .empty_output_buffer = on_full, .term_destination = on_end};
    int rc = write_all(self, image);
    jpeg_destroy_compress(&self->jpeg);
    free(self);
    if (rc < 0) {
        free(out->bytes);
        *out = (struct encoded){0};
    }
    return rc;
}

/* resample.c: see resample.h.
 *
 * Across: each output pixel is a dot product of its window's weights and a row of light. Down: two ways that need few
 * rows each. Reductions add a new row to the handful of output rows whose windows hold it (sums). Enlargements keep the
 * last few rows and make each output row when its window is complete (memory of rows). */
#include "resample.h"

#include "axis.h"
#include "light.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct resample {
    struct resample_plan plan;
    struct image *out;
    struct axis across, down;
    unsigned lanes;        /* floats per pixel: 1, 2 or 4. RGB has an unused fourth, which keeps pixels aligned */
    uint32_t y_in, y_out;  /* next row of each */
    bool sums;             /* down: sums per output row, else a memory of input rows */
    uint32_t ring_rows;
    size_t row_floats;     /* per ring row */
    float *input;          /* one input row as light */
    float *narrow;         /* sums: that row, reduced across */
    float *ring;           /* ring_rows rows: row i is at i % ring_rows */
    struct light light;
};

static float *ring_row(struct resample *self, uint32_t i)
{
    return self->ring + (size_t)(i % self->ring_rows) * self->row_floats;
}

static void row_to_light(struct resample *self, const uint8_t *row)
{
    const float *light = self->light.of_srgb;
    float *to = self->input;
    unsigned channels = self->plan.channels, lanes = self->lanes;
    bool alpha = channels % 2 == 0;
    unsigned colours = alpha ? channels - 1 : channels;
    for (uint32_t x = 0; x < self->plan.in_width; x++, row += channels, to += lanes) {
        float cover = alpha ? (float)row[colours] / 255.0f : 1;
        for (unsigned c = 0; c < colours; c++) to[c] = light[row[c]] * cover;
        if (alpha) to[colours] = cover;
    }
}

static void across_1(const struct axis *axis, const float *row, float *to)
{
    for (uint32_t x = 0; x < axis->n_out; x++) {
        const struct window *w = &axis->windows[x];
        const float *weight = axis->weights + w->at, *from = row + w->first;
        float sum = 0;
        for (uint32_t k = 0; k < w->count; k++) sum += weight[k] * from[k];
        to[x] = sum;
    }
}

static void across_2(const struct axis *axis, const float *row, float *to)
{
    for (uint32_t x = 0; x < axis->n_out; x++, to += 2) {
        const struct window *w = &axis->windows[x];
        const float *weight = axis->weights + w->at, *from = row + (size_t)w->first * 2;
        float sum[2] = {0};
        for (uint32_t k = 0; k < w->count; k++, from += 2)
            for (int c = 0; c < 2; c++) sum[c] += weight[k] * from[c];
        memcpy(to, sum, sizeof sum);
    }
}

static void across_4(const struct axis *axis, const float *row, float *to)
{
    for (uint32_t x = 0; x < axis->n_out; x++, to += 4) {
        const struct window *w = &axis->windows[x];
        const float *weight = axis->weights + w->at, *from = row + (size_t)w->first * 4;
        float sum[4] = {0};
        for (uint32_t k = 0; k < w->count; k++, from += 4)
            for (int c = 0; c < 4; c++) sum[c] += weight[k] * from[c];
        memcpy(to, sum, sizeof sum);
    }
}

static void reduce_across(struct resample *self, float *to)
{
    switch (self->lanes) {
    case 1: across_1(&self->across, self->input, to); break;
    case 2: across_2(&self->across, self->input, to); break;
    default: across_4(&self->across, self->input, to); break;
    }
}

static void add_row(float *restrict sum, const float *restrict row, float weight, size_t n)
{
    for (size_t i = 0; i < n; i++) sum[i] += weight * row[i];
}

/* Light, premultiplied, to the output's bytes. Lanczos may overshoot: alpha is clamped here, colours by the table. */
static void emit(struct resample *self, const float *from)
{
    unsigned channels = self->plan.channels;
    bool alpha = channels % 2 == 0;
    unsigned colours = alpha ? channels - 1 : channels;
    uint8_t *to = self->out->pixels + (size_t)self->y_out * self->out->width * self->out->channels;
    for (uint32_t x = 0; x < self->out->width; x++, from += self->lanes, to += self->out->channels) {
        float cover = 1;
        if (alpha) cover = from[colours] < 0 ? 0 : from[colours] > 1 ? 1 : from[colours];
        float white = self->plan.flatten ? 1 - cover : 0;
        float per_cover = alpha && !self->plan.flatten ? (cover > 0 ? 1 / cover : 0) : 1;
        for (unsigned c = 0; c < colours; c++) to[c] = light_to_srgb(&self->light, from[c] * per_cover + white);
        if (self->out->channels > colours) to[colours] = (uint8_t)(cover * 255.0f + 0.5f);
    }
    self->y_out++;
}

static const struct window *window_down(const struct resample *self, uint32_t y)
{
    return y < self->down.n_out ? &self->down.windows[y] : NULL;
}

static void push_sums(struct resample *self)
{
    uint32_t y_in = self->y_in;
    const struct window *w = window_down(self, self->y_out);
    if (!w || w->first > y_in) return; /* cut off */
    reduce_across(self, self->narrow);
    for (uint32_t y = self->y_out; (w = window_down(self, y)) && w->first <= y_in; y++) {
        float *sum = ring_row(self, y);
        if (w->first == y_in) memset(sum, 0, self->row_floats * sizeof *sum);
        add_row(sum, self->narrow, self->down.weights[w->at + (y_in - w->first)], self->row_floats);
    }
    while ((w = window_down(self, self->y_out)) && w->first + w->count == y_in + 1) emit(self, ring_row(self, self->y_out));
}

static void push_memory(struct resample *self)
{
    const struct window *w;
    reduce_across(self, ring_row(self, self->y_in));
    while ((w = window_down(self, self->y_out)) && w->first + w->count <= self->y_in + 1) {
        memset(self->narrow, 0, self->row_floats * sizeof *self->narrow);
        for (uint32_t k = 0; k < w->count; k++)
            add_row(self->narrow, ring_row(self, w->first + k), self->down.weights[w->at + k], self->row_floats);
        emit(self, self->narrow);
    }
}

void resample_push(struct resample *self, const uint8_t *row)
{
    assert(self->y_in < self->plan.in_height);
    if (self->y_out < self->out->height) { /* else the rest is cut off */
        row_to_light(self, row);
        if (self->sums) push_sums(self);
        else push_memory(self);
    }
    self->y_in++;
    assert(self->y_in < self->plan.in_height || self->y_out == self->out->height);
}

static int init_axes(struct resample *self)
{
    const struct resample_plan *p = &self->plan;
    if (axis_init(&self->across, p->in_width, p->left, p->right, p->out_width) < 0) return -1;
    return axis_init(&self->down, p->in_height, p->top, p->bottom, p->out_height);
}

static int init_rows(struct resample *self)
{
    self->sums = self->plan.bottom - self->plan.top >= self->plan.out_height;
    self->ring_rows = self->sums ? self->down.open_max : self->down.count_max;
    self->lanes = self->plan.channels > 2 ? 4 : self->plan.channels;
    self->row_floats = (size_t)self->plan.out_width * self->lanes;
    self->input = calloc((size_t)self->plan.in_width * self->lanes, sizeof *self->input);
    self->narrow = calloc(self->row_floats, sizeof *self->narrow);
    self->ring = calloc(self->row_floats * self->ring_rows, sizeof *self->ring);
    return self->input && self->narrow && self->ring ? 0 : -1;
}

struct resample *resample_new(const struct resample_plan *plan, struct image *out, struct image_error *error)
{
    unsigned channels = plan->flatten && plan->channels % 2 == 0 ? plan->channels - 1 : plan->channels;
    struct resample *self = calloc(1, sizeof *self);
    if (!self) goto no_memory;
    self->plan = *plan;
    self->out = out;
    light_init(&self->light);
    if (init_axes(self) < 0 || init_rows(self) < 0) goto no_memory;
    if (image_init(out, plan->out_width, plan->out_height, channels, error) == 0) return self;
no_memory:
    resample_free(self);
    (void)image_fail(error, "out_of_memory", "no room to resample");
    return NULL;
}

void resample_free(struct resample *self)
{
    if (!self) return;
    axis_deinit(&self->across);
    axis_deinit(&self->down);
    free(self->input);
    free(self->narrow);
    free(self->ring);
    free(self);
}

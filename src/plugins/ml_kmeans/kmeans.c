/* kmeans.c: see kmeans.h. */
#include "kmeans.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_PER_POLL 64 /* with 1000 centres of 100 dimensions: 6 million steps */
#define START_SHARE 0.1    /* of the progress shown */

enum { STOPPED = -1, NO_MEMORY = -2 };

static const double *point(const struct kmeans *self, size_t i)
{
    return self->points + i * self->dims;
}

static double *centre(const struct kmeans *self, size_t j)
{
    return self->centres + j * self->dims;
}

static double square_distance(const double *a, const double *b, size_t dims)
{
    double sum = 0;
    for (size_t i = 0; i < dims; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

static bool stops(const struct kmeans *self, double part)
{
    double share = (self->iterations + part) / (self->max_iterations + 1.0);
    return self->stop(self->context, START_SHARE + (1 - START_SHARE) * share);
}

/* splitmix64 (Steele, Lea, Flood 2014): any seed will do, 0 too. */
static uint64_t random_bits(struct kmeans *self)
{
    uint64_t z = self->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 <= value < 1, by the 53 bits a double has. */
static double random_unit(struct kmeans *self)
{
    return (double)(random_bits(self) >> 11) * 0x1p-53;
}

static int allocate(struct kmeans *self)
{
    size_t cells = self->k * self->dims;
    self->centres = calloc(cells, sizeof *self->centres);
    self->sums = calloc(cells, sizeof *self->sums);
    self->labels = calloc(self->n, sizeof *self->labels);
    self->sizes = calloc(self->k, sizeof *self->sizes);
    self->upper = calloc(self->n, sizeof *self->upper);
    self->lower = calloc(self->n, sizeof *self->lower);
    self->gap = calloc(self->k, sizeof *self->gap);
    self->moved = calloc(self->k, sizeof *self->moved);
    bool all =
        self->centres && self->sums && self->labels && self->sizes && self->upper && self->lower && self->gap && self->moved;
    return all ? 0 : NO_MEMORY;
}

void kmeans_deinit(struct kmeans *self)
{
    free(self->centres);
    free(self->sums);
    free(self->labels);
    free(self->sizes);
    free(self->upper);
    free(self->lower);
    free(self->gap);
    free(self->moved);
}

/* A point drawn with a chance in proportion to its weight; if all weigh nothing, each alike. */
static size_t draw(struct kmeans *self, const double *weights, double total)
{
    double at = random_unit(self);
    if (!(total > 0)) return (size_t)(at * (double)self->n);
    at *= total;
    size_t last = 0;
    for (size_t i = 0; i < self->n; i++) {
        if (weights[i] <= 0) continue;
        last = i;
        if (at < weights[i]) break;
        at -= weights[i];
    }
    return last; /* rounding may lead past the end, never to a point without weight */
}

/* k-means++: each next centre is a point drawn by its squared distance to the nearest one so far. */
static int choose_start(struct kmeans *self)
{
    double *nearest = self->upper, total = 0; /* not in use yet */
    for (size_t j = 0; j < self->k; j++) {
        size_t chosen = draw(self, nearest, total);
        memcpy(centre(self, j), point(self, chosen), self->dims * sizeof(double));
        total = 0;
        for (size_t i = 0; i < self->n; i++) {
            double d = square_distance(point(self, i), centre(self, j), self->dims);
            if (j == 0 || d < nearest[i]) nearest[i] = d;
            total += nearest[i];
            bool poll = i % 1024 == 0;
            if (poll && self->stop(self->context, START_SHARE * (double)j / (double)self->k)) return STOPPED;
        }
    }
    return 0;
}

/* Finds the two nearest centres, of equally near ones the first. */
static void assign_fully(struct kmeans *self, size_t i)
{
    double best = INFINITY, second = INFINITY;
    uint32_t label = 0;
    for (size_t j = 0; j < self->k; j++) {
        double d = square_distance(point(self, i), centre(self, j), self->dims);
        if (d < best) {
            second = best;
            best = d;
            label = (uint32_t)j;
        } else if (d < second) {
            second = d;
        }
    }
    self->labels[i] = label;
    self->upper[i] = sqrt(best);
    self->lower[i] = sqrt(second);
}

/* Leaves a point alone while its centre is surely the nearest. Returns whether its centre changed. */
static bool assign(struct kmeans *self, size_t i)
{
    uint32_t before = self->labels[i];
    double near_enough = fmax(self->gap[before], self->lower[i]);
    if (self->upper[i] <= near_enough) return false;
    self->upper[i] = sqrt(square_distance(point(self, i), centre(self, before), self->dims));
    if (self->upper[i] <= near_enough) return false;
    assign_fully(self, i);
    return self->labels[i] != before;
}

static int measure_gaps(struct kmeans *self)
{
    for (size_t j = 0; j < self->k; j++) self->gap[j] = INFINITY;
    for (size_t j = 0; j < self->k; j++) {
        if (stops(self, 0)) return STOPPED;
        for (size_t other = 0; other < j; other++) {
            double half = sqrt(square_distance(centre(self, j), centre(self, other), self->dims)) / 2;
            self->gap[j] = fmin(self->gap[j], half);
            self->gap[other] = fmin(self->gap[other], half);
        }
    }
    return 0;
}

/* *changed: points with a new centre. full: without the bounds. */
static int assign_all(struct kmeans *self, bool full, size_t *changed)
{
    if (!full && measure_gaps(self) < 0) return STOPPED;
    *changed = 0;
    for (size_t i = 0; i < self->n; i++) {
        if (i % POINTS_PER_POLL == 0 && stops(self, (double)i / (double)self->n)) return STOPPED;
        if (full) assign_fully(self, i);
        else *changed += assign(self, i);
    }
    return 0;
}

static void sum_points(struct kmeans *self)
{
    memset(self->sums, 0, self->k * self->dims * sizeof *self->sums);
    memset(self->sizes, 0, self->k * sizeof *self->sizes);
    for (size_t i = 0; i < self->n; i++) {
        double *sum = self->sums + self->labels[i] * self->dims;
        for (size_t d = 0; d < self->dims; d++) sum[d] += point(self, i)[d];
        self->sizes[self->labels[i]]++;
    }
}

/* The point furthest from its centre that is not alone there. n if all points are where their centres are. */
static size_t furthest_point(const struct kmeans *self)
{
    size_t best = self->n;
    double most = 0;
    for (size_t i = 0; i < self->n; i++) {
        if (self->sizes[self->labels[i]] < 2) continue;
        double d = square_distance(point(self, i), centre(self, self->labels[i]), self->dims);
        if (d <= most) continue;
        best = i;
        most = d;
    }
    return best;
}

/* A centre that lost all points starts again at the point that fits worst. Needs sums and sizes, and the centres that
 * the labels were made with. Returns whether any point changed its centre. */
static bool fill_empty(struct kmeans *self)
{
    bool any = false;
    for (size_t j = 0; j < self->k; j++) {
        if (self->sizes[j] > 0) continue;
        size_t i = furthest_point(self);
        if (i == self->n) return any; /* fewer different points than centres: some stay empty */
        double *from = self->sums + self->labels[i] * self->dims, *to = self->sums + j * self->dims;
        for (size_t d = 0; d < self->dims; d++) {
            from[d] -= point(self, i)[d];
            to[d] = point(self, i)[d];
        }
        memcpy(centre(self, j), point(self, i), self->dims * sizeof(double));
        self->sizes[self->labels[i]]--;
        self->sizes[j] = 1;
        self->labels[i] = (uint32_t)j;
        self->upper[i] = INFINITY; /* nothing is known of it: the next pass looks at every centre */
        self->lower[i] = 0;
        any = true;
    }
    return any;
}

static void move_centres(struct kmeans *self)
{
    for (size_t j = 0; j < self->k; j++) {
        self->moved[j] = 0;
        if (self->sizes[j] == 0) continue;
        double square = 0;
        for (size_t d = 0; d < self->dims; d++) {
            double now = self->sums[j * self->dims + d] / (double)self->sizes[j];
            double by = now - centre(self, j)[d];
            square += by * by;
            centre(self, j)[d] = now;
        }
        self->moved[j] = sqrt(square);
    }
}

/* Distances have changed by no more than the centres have moved. */
static void widen_bounds(struct kmeans *self)
{
    double most = 0, second = 0;
    size_t mover = 0;
    for (size_t j = 0; j < self->k; j++) {
        if (self->moved[j] > most) {
            second = most;
            most = self->moved[j];
            mover = j;
        } else if (self->moved[j] > second) {
            second = self->moved[j];
        }
    }
    for (size_t i = 0; i < self->n; i++) {
        self->upper[i] += self->moved[self->labels[i]];
        self->lower[i] -= self->labels[i] == mover ? second : most;
    }
}

static void measure(struct kmeans *self)
{
    sum_points(self); /* for the sizes */
    self->inertia = 0;
    for (size_t i = 0; i < self->n; i++)
        self->inertia += square_distance(point(self, i), centre(self, self->labels[i]), self->dims);
}

static int iterate(struct kmeans *self)
{
    size_t changed = 0;
    if (assign_all(self, true, &changed) < 0) return STOPPED;
    while (self->iterations < self->max_iterations && !self->converged) {
        self->iterations++;
        sum_points(self);
        bool refilled = fill_empty(self);
        move_centres(self);
        if (refilled) {
            if (assign_all(self, true, &changed) < 0) return STOPPED; /* a centre jumped: the bounds mean nothing */
        } else {
            widen_bounds(self);
            if (assign_all(self, false, &changed) < 0) return STOPPED;
        }
        self->converged = changed == 0 && !refilled;
    }
    return 0;
}

int kmeans_run(struct kmeans *self)
{
    assert(self->k >= 1 && self->k <= self->n && self->dims > 0);
    self->random = self->seed;
    if (allocate(self) < 0) return NO_MEMORY;
    if (choose_start(self) < 0 || iterate(self) < 0) return STOPPED;
    measure(self);
    return 0;
}

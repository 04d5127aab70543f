/* kmeans.h: groups points around k centres so that the sum of squared distances (the inertia) is small.
 *
 * Starts as k-means++ (Arthur, Vassilvitskii 2007), iterates as Lloyd with Hamerly's bounds (2010), which skip most
 * distances and give the same assignment. Deterministic: the same points, k and seed give the same bits. */
#ifndef QUERN_PLUGINS_ML_KMEANS_KMEANS_H
#define QUERN_PLUGINS_ML_KMEANS_KMEANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kmeans {
    /* set by the caller */
    size_t n, dims, k;    /* 1 <= k <= n */
    const double *points; /* n x dims, borrowed */
    uint64_t seed;
    unsigned max_iterations;
    bool (*stop)(void *context, double fraction); /* asked often, told how far it is; true: give up */
    void *context;

    /* results */
    double *centres;  /* k x dims */
    uint32_t *labels; /* n */
    uint64_t *sizes;  /* k */
    double inertia;
    unsigned iterations;
    bool converged; /* no point changed its centre in the last iteration */

    /* inner */
    double *upper, *lower; /* per point: at least the distance to its centre; at most that to any other */
    double *gap;           /* per centre: half the distance to its nearest other centre */
    double *moved;         /* per centre: in the last update */
    double *sums;          /* k x dims */
    uint64_t random;
};

/* 0, -1 stopped, -2 without memory. kmeans_deinit() is due either way. */
int kmeans_run(struct kmeans *self);
void kmeans_deinit(struct kmeans *self);

#endif

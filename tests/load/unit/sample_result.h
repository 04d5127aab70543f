/* sample_result.h: a result that has something of everything, made up, valid; and what tests do with the files made of one. */
#ifndef QUERN_TESTS_LOAD_SAMPLE_RESULT_H
#define QUERN_TESTS_LOAD_SAMPLE_RESULT_H

#include "tools/load/result.h"
#include <stdio.h>

/* An open loop of 10,000/s for 10 s with two groups, "get" and "submit", after a ramp of 1 s and a warm-up of 1 s; 120 ticks. Its
 * verdict has been given. *o: its options, which it points to. */
void sample_result(struct result *r, struct options *o);
/* The same without a plan: a closed loop with one group. */
void sample_closed(struct result *r, struct options *o);

/* A new folder, whose name stays until the next call. */
const char *sample_folder(void);
/* folder/name, for at most 32 names; stays until the next folder. */
const char *sample_path(const char *name);
/* Removes the folder and the files in it. */
void sample_folder_remove(void);
/* A whole file, NUL-terminated, from malloc; asserts that it is there. */
char *sample_read(const char *path, size_t *len);
/* What print writes, from malloc. */
char *sample_print(void (*print)(FILE *f, const struct result *r), const struct result *r);

#endif

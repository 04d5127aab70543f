/* process_parts.h: what process.c and process_memory.c share. Of the thread that has the place. */
#ifndef QUERN_WORKERS_PROCESS_PARTS_H
#define QUERN_WORKERS_PROCESS_PARTS_H

#include "workers/process.h"

/* Writes all that the child needs of a task. False: the input is too large for the type's room; the task says so. */
bool process_lay_out(struct place *p, struct task *t);
/* The child says that its run has ended: outcome, texts and result. None of it is trusted. False: the result is not what the child
 * says (result_unsound), so it is to be given nothing more. */
bool process_collect(struct place *p, struct task *t);

#endif

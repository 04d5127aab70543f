/* params.h: a client's parameters → a task's, checked against its type: from a query, or from the JSON object args[0]. */
#ifndef QUERN_WORKERS_PARAMS_H
#define QUERN_WORKERS_PARAMS_H

#include "base/json.h"
#include "workers/task.h"

/* One more parameter, already decoded. False: why says what is wrong with it. */
bool params_add(struct task *t, struct slice name, struct slice value, char why[160]);
/* All of them are there. False: a required one is not. */
bool params_complete(const struct task *t, char why[160]);
/* The task's parameters as a JSON object, which params_add_json() reads back as the same. */
void params_write_json(const struct task *t, struct json_out *o);
/* The members of a JSON object: strings, numbers, booleans; null reads as absent. */
bool params_add_json(struct task *t, struct json_value object, char why[160]);

#endif

/* plugin.h: loads job types from shared objects. Before any thread exists. A plugin is tried out in a forked child first: one that
 * crashes, hangs or is of another kind is refused by name, and the server goes on or stops as it was told. Never unloaded. */
#ifndef QUERN_WORKERS_PLUGIN_H
#define QUERN_WORKERS_PLUGIN_H

struct types;

#define PLUGIN_TRY_SECONDS 5

/* 0, or -EINVAL with *why: one sentence for an operator (in static or room bytes of memory). */
int plugin_load(const char *path, struct types *types, char *why, unsigned room);

#endif

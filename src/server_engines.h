/* server_engines.h: quernd --engines N --data DIR: divides the jobs of a data folder among another number of engines. Offline. */
#ifndef QUERN_SERVER_ENGINES_H
#define QUERN_SERVER_ENGINES_H

struct config;

/* Reads all journals of the folder, writes those of so many engines beside them, reads these back, and then lets one rename decide: a crash
 * at any moment leaves either the old ones or the new ones, complete. Tells stdout and stderr what an operator must know. Returns an exit
 * code. */
int engines_change(const struct config *config);

#endif

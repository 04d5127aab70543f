/* server_folder.h: what a data folder says of itself: how many engines its jobs are divided among, and where their journals stand. Both
 * stand in one small file, and renaming it is what decides when the number is changed:
 *
 *     DIR/engines        "quern engines 1\ncount 3\nfolder engines-000002\n"; not there: one engine, its journal in DIR itself
 *     DIR/engines-000002 the folder of the journals
 *
 * The server's thread, before others run. */
#ifndef QUERN_SERVER_FOLDER_H
#define QUERN_SERVER_FOLDER_H

#include "base/slice.h"

struct files;

#define DATA_FOLDER_FILE "engines"
#define DATA_FOLDER_NEW "engines.new" /* until it is renamed */
#define DATA_FOLDER_PREFIX "engines-"

struct data_folder {
    uint32_t n_engines;  /* 1 … ENGINES_MAX */
    uint32_t generation; /* of the folder's name; 0: DIR itself */
    char path[4096];     /* of the journals */
};

/* A folder that is not there has one engine. 0; -EBADMSG: the file says what this version does not know; -errno. */
int data_folder_read(struct files *files, const char *folder, struct data_folder *out);
/* Makes the folder say so, under DATA_FOLDER_NEW: synced, not renamed. 0 or -errno. */
int data_folder_write(struct files *files, int dir_fd, const struct data_folder *d);
/* Fills d->path. */
void data_folder_name(struct data_folder *d, const char *folder);

#endif

/* server_cursors.h: the key under which cursors of lists are given to whoever sees its own jobs only (api.h: cursor_key). It stands beside the
 * data, so that a cursor is good after a restart, too:
 *
 *     DIR/cursors    "quern cursors 1\nkey <32 hexadecimal digits>\ncheck <8, the CRC32C of the text before>\n", mode 0600
 *
 * The server's thread, before others run. */
#ifndef QUERN_SERVER_CURSORS_H
#define QUERN_SERVER_CURSORS_H

#include "base/siphash.h"

struct files;

#define CURSORS_FILE "cursors"
#define CURSORS_NEW "cursors.new" /* until it is renamed */

enum cursors_found {
    CURSORS_KEPT,    /* the key that the folder has */
    CURSORS_MADE,    /* it had none: a new one, which it has now */
    CURSORS_DAMAGED, /* likewise, in place of one that could not be read as such */
    CURSORS_UNKEPT,  /* a new one that the folder does not have: *error, -errno, says why */
};

/* Fills *key in any case. */
enum cursors_found cursors_open(struct files *files, int dir_fd, struct siphash_key *key, int *error);

#endif

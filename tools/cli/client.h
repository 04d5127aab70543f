/* client.h: what all commands share: options, the connection, the deadline; asking, and saying what went wrong. Main thread. */
#ifndef QUERN_CLI_CLIENT_H
#define QUERN_CLI_CLIENT_H

#include "base/json.h"
#include "tools/cli/exit_codes.h"
#include "tools/cli/http.h"
#include "tools/cli/options.h"
#include "tools/cli/say.h"

#include <stdio.h>

#define OJS_TYPE "application/openjobspec+json"
#define SILENCE_NS UINT64_C(30000000000) /* a server that has said nothing for so long is not there */

struct client {
    const struct options *o;
    struct http *http;
    struct http_reply reply; /* of the last question */
    struct buf path; /* scratch, for client_path() */
    uint64_t until_ns; /* --timeout as a monotonic time; 0: none */
    bool as_json; /* not as a table */
};

/* 0 or an exit code, said. */
int client_init(struct client *c, const struct options *o);
void client_deinit(struct client *c);

/* "/ojs/v1/jobs/%s/retry": %s is name, encoded. Lives until the next call. */
const char *client_path(struct client *c, const char *format, const char *name);

/* Sends; the answer is in c->reply. 0: it is a 2xx. Otherwise an exit code, and it has been said why, with the server's own words
 * where it has any. The deadline of --timeout and SILENCE_NS hold unless the request has its own. */
int client_send(struct client *c, struct http_request *q);
/* The same without a word of refusals: 0 also for 4xx and 5xx, c->reply.status tells. */
int client_try(struct client *c, struct http_request *q);
/* Says why an answer in c->reply refuses; its exit code. what: who is concerned, e.g. "line 3"; NULL: nobody. */
int client_refused(struct client *c, const char *what);
/* The server's own sentence for a refusal in c->reply, cut to fit; without any, what its status means. */
void client_reason(const struct client *c, char *text, size_t room);

/* The document of an answered question as a JSON object. 0, or an exit code, said. */
int client_document(struct client *c, struct json_value *object);
/* GET path, and its document. */
int client_get(struct client *c, const char *path, struct json_value *object);
/* A member that must be there: an object or array in the answer. 0, or an exit code, said. */
int client_member(const struct json_value *object, const char *name, enum json_kind kind, struct json_value *out);

/* Ends what went to stdout. 0, or EXIT_USAGE, said; a reader that has gone away ends the program. */
int client_flush(void);
/* One value on a line of its own on stdout. */
void client_print_line(struct json_value v);

/* Text of a value for tables and sentences: strings without quotes and escapes, null as nothing, all else as it stands. Cut to
 * room. */
struct slice value_text(struct json_value v, char *room, size_t room_bytes);
/* That of a member; empty when there is none. */
struct slice member_text(struct json_value object, const char *name, char *room, size_t room_bytes);

#endif

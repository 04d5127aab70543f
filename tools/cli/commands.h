/* commands.h: every command and option of quern, in two tables. The command line is read, help is printed, the shell's completion is
 * made, and the manual is checked from here. Any thread. */
#ifndef QUERN_CLI_COMMANDS_H
#define QUERN_CLI_COMMANDS_H

#include "base/slice.h"

struct client;

enum command_id {
    COMMAND_RUN,
    COMMAND_SUBMIT,
    COMMAND_GET,
    COMMAND_WAIT,
    COMMAND_RESULT,
    COMMAND_CANCEL,
    COMMAND_RETRY,
    COMMAND_LIST,
    COMMAND_QUEUES,
    COMMAND_QUEUES_PAUSE,
    COMMAND_QUEUES_RESUME,
    COMMAND_WORKERS,
    COMMAND_DEAD_LIST,
    COMMAND_DEAD_RETRY,
    COMMAND_DEAD_DELETE,
    COMMAND_CRON_LIST,
    COMMAND_CRON_ADD,
    COMMAND_CRON_REMOVE,
    COMMAND_CRON_ENABLE,
    COMMAND_CRON_DISABLE,
    COMMAND_USER_ADD,
    COMMAND_USER_PASSWD,
    COMMAND_USER_REMOVE,
    COMMAND_USER_LIST,
    COMMAND_TOKEN_MAKE,
    COMMAND_TOKEN_REVOKE,
    COMMAND_TOKEN_LIST,
    COMMAND_CERTIFICATE_ADD,
    COMMAND_CERTIFICATE_REMOVE,
    COMMAND_CERTIFICATE_LIST,
    COMMAND_KEY_MAKE,
    COMMAND_KEY_REVOKE,
    COMMAND_TAIL,
    COMMAND_TOP,
    COMMAND_HEALTH,
    COMMAND_COMPLETION,
    COMMANDS,
    COMMAND_NONE = COMMANDS,
};
#define COMMAND_BIT(id) (UINT64_C(1) << (id))
#define ALL_COMMANDS (COMMAND_BIT(COMMANDS) - 1)

struct command {
    const char *name; /* one word, or two: "dead list" */
    const char *words; /* what follows, for people: "TYPE [FILE|-]"; NULL: nothing */
    int words_min, words_max;
    const char *about; /* one line */
    const char *more; /* further lines; NULL: none */
    int (*run)(struct client *c); /* an exit code */
};
extern const struct command commands[COMMANDS];

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_TEXT, /* const char * */
    OPTION_LIST, /* struct texts: may be repeated */
    OPTION_DURATION, /* uint64_t ns */
    OPTION_NUMBER, /* struct number */
    OPTION_WORD, /* int: the word's place among words, from 1 */
    OPTION_OBJECT, /* const char *: a JSON object */
    OPTION_ARRAY, /* const char *: a JSON array */
    OPTION_WHEN, /* const char *: a duration from now, or an RFC 3339 time */
    OPTION_MAYBE, /* struct maybe: a duration that may be left out */
};

struct option_about {
    const char *name; /* without "--" */
    char letter; /* 0: none */
    enum option_kind kind;
    const char *value; /* "TIME"; NULL for flags */
    uint64_t commands; /* mask of COMMAND_BIT; ALL_COMMANDS: may stand in front of the command, too */
    size_t at; /* offset in struct options */
    const char *about;
    const char *const *words; /* of OPTION_WORD, ends with NULL */
};
extern const struct option_about option_table[];
extern const size_t options_n;
#define OPTIONS_MAX 64

/* The command whose name these words begin with: two-word names first; "dead" is "dead list". *taken: how many of them it has. COMMAND_NONE: none. */
enum command_id command_find(char *const *words, int n, int *taken);

#endif

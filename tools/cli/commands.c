#include "tools/cli/commands.h"

#include "tools/cli/handlers.h"
#include "tools/cli/options.h"

#include <limits.h>

/* clang-format off */
const struct command commands[COMMANDS] = {
    [COMMAND_RUN] = {"run", "TYPE [FILE|-]", 1, 2, "Run a job type on bytes and wait for the result's bytes",
        "The input is FILE, or stdin for \"-\"; without it nothing. The result goes to stdout, or to a file with -o.\n"
        "The server keeps no record of a call, unless --wait has it make a job of one that takes longer than a call may.", run_command},
    [COMMAND_SUBMIT] = {"submit", "TYPE [FILE|-]", 0, 2, "Submit a job; with --batch many",
        "Its arguments are a JSON array: --args, or what stands in FILE, or in stdin for \"-\"; without any of them, none.\n"
        "With -p the first argument is an object of parameters, as the job types of the server itself take them.\n"
        "--batch FILE: every line of FILE (\"-\": stdin) is a job, as an object with type, args, queue and what else a job may say.",
        submit_command},
    [COMMAND_GET] = {"get", "ID...", 1, INT_MAX, "Show jobs", NULL, get_command},
    [COMMAND_WAIT] = {"wait", "ID...", 1, INT_MAX, "Wait until jobs have ended, and show them",
        "The exit code is 1 if one of them did not complete, 5 if --timeout came first.", wait_command},
    [COMMAND_RESULT] = {"result", "ID", 1, 1, "Fetch the bytes of a job's result", NULL, result_command},
    [COMMAND_CANCEL] = {"cancel", "ID...", 1, INT_MAX, "Cancel jobs", NULL, cancel_command},
    [COMMAND_RETRY] = {"retry", "ID...", 1, INT_MAX, "Try dead letters again", NULL, retry_command},
    [COMMAND_LIST] = {"list", NULL, 0, 0, "List jobs",
                      "In no order of time. --recent, or a server that does not list its jobs: those of its last events, the latest first.",
                      list_command},
    [COMMAND_QUEUES] = {"queues", "[NAME]", 0, 1, "Show queues, with how many jobs are in which state", NULL, queues_command},
    [COMMAND_QUEUES_PAUSE] = {"queues pause", "NAME", 1, 1, "Hold a queue back: its jobs wait", NULL, queues_pause_command},
    [COMMAND_QUEUES_RESUME] = {"queues resume", "NAME", 1, 1, "Let a queue go on", NULL, queues_resume_command},
    [COMMAND_WORKERS] = {"workers", NULL, 0, 0, "Show the workers inside the server, in figures", NULL, workers_command},
    [COMMAND_DEAD_LIST] = {"dead list", NULL, 0, 0, "Show dead letters: jobs that were tried to their end", NULL, dead_list_command},
    [COMMAND_DEAD_RETRY] = {"dead retry", "ID...", 1, INT_MAX, "As retry", NULL, retry_command},
    [COMMAND_DEAD_DELETE] = {"dead delete", "ID...", 1, INT_MAX, "Delete dead letters", NULL, dead_delete_command},
    [COMMAND_CRON_LIST] = {"cron list", NULL, 0, 0, "Show jobs that come again and again", NULL, cron_list_command},
    [COMMAND_CRON_ADD] = {"cron add", "NAME SCHEDULE TYPE [FILE|-]", 3, 4, "Submit a job at every time of a schedule",
        "SCHEDULE is a cron expression: \"0 9 * * 1-5\", \"@daily\", \"@every 30s\". With --replace one that has the NAME is replaced.",
        cron_add_command},
    [COMMAND_CRON_REMOVE] = {"cron remove", "NAME...", 1, INT_MAX, "Remove schedules; their jobs stay", NULL, cron_remove_command},
    [COMMAND_CRON_ENABLE] = {"cron enable", "NAME", 1, 1, "Let a schedule go on", NULL, cron_enable_command},
    [COMMAND_CRON_DISABLE] = {"cron disable", "NAME", 1, 1, "Let a schedule rest", NULL, cron_disable_command},
    [COMMAND_USER_ADD] = {"user add", "NAME", 1, 1, "Make a user of an accounts file; the password is asked for",
        "Where stdin is no terminal, its first line is the password. The server reads the file at start and on SIGHUP.", user_add_command},
    [COMMAND_USER_PASSWD] = {"user passwd", "NAME", 1, 1, "Give a user another password", NULL, user_passwd_command},
    [COMMAND_USER_REMOVE] = {"user remove", "NAME", 1, 1, "Remove a user", NULL, user_remove_command},
    [COMMAND_USER_LIST] = {"user list", NULL, 0, 0, "Show users, without what is stored of their passwords", NULL, user_list_command},
    [COMMAND_TOKEN_MAKE] = {"token make", "OWNER", 1, 1, "Make an API token and print it, this one time",
        "Two tokens of an owner may be good at once: one to use, one to come. It is good for a year unless --expires says less.",
        token_make_command},
    [COMMAND_TOKEN_REVOKE] = {"token revoke", "ID", 1, 1, "Remove an API token", NULL, token_revoke_command},
    [COMMAND_TOKEN_LIST] = {"token list", NULL, 0, 0, "Show API tokens, without what is stored of their secrets", NULL, token_list_command},
    [COMMAND_CERTIFICATE_ADD] = {"certificate add", "NAME", 1, 1, "Let a client in by the NAME in its certificate",
        "NAME is what the server goes by: the common name or, as client_name of tls says, a host's name or a URI.", certificate_add_command},
    [COMMAND_CERTIFICATE_REMOVE] = {"certificate remove", "NAME", 1, 1, "Let it in no more", NULL, certificate_remove_command},
    [COMMAND_CERTIFICATE_LIST] = {"certificate list", NULL, 0, 0, "Show the names that clients are let in by", NULL, certificate_list_command},
    [COMMAND_KEY_MAKE] = {"key make", "OWNER", 1, 1, "Make a key that requests are signed with, and print it, this one time",
        "The accounts file gets what the server needs of it. Keep what is printed in a file that only you may read: quern --key FILE.",
        key_make_command},
    [COMMAND_KEY_REVOKE] = {"key revoke", "ID", 1, 1, "Remove a key of signed requests", NULL, key_revoke_command},
    [COMMAND_TAIL] = {"tail", NULL, 0, 0, "Show what happens to jobs, as it happens", NULL, tail_command},
    [COMMAND_TOP] = {"top", NULL, 0, 0, "Show workers and queues, again and again", NULL, top_command},
    [COMMAND_HEALTH] = {"health", NULL, 0, 0, "Is the server well, and does it take work?",
        "The exit code is 4 if not.", health_command},
    [COMMAND_COMPLETION] = {"completion", "bash|zsh", 1, 1, "Print what a shell needs to complete quern's words", NULL, completion_command},
};

static const char *const format_words[] = {"json", "table", NULL};
static const char *const overlap_words[] = {"skip", "allow", "cancel_previous", "enqueue", NULL};
static const char *const algorithm_words[] = {"hmac-sha256", "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", NULL}; /* as enum key_algorithm */
static const char *const durability_words[] = {"memory", "logged", "synced", NULL};

#define ON(command) COMMAND_BIT(COMMAND_##command)
#define BYTES (ON(RUN) | ON(RESULT)) /* what comes out is bytes */
#define SHOWING (ON(GET) | ON(QUEUES) | ON(WORKERS) | ON(DEAD_LIST) | ON(CRON_LIST) | ON(TOP) | ON(HEALTH)) /* what can be looked at again and again */
#define MAKING (ON(SUBMIT) | ON(CRON_ADD)) /* what has a job to describe */
#define LISTS (ON(LIST) | ON(DEAD_LIST) | ON(TAIL))
#define LINES (ALL_COMMANDS & ~(BYTES | ON(TOP) | ON(COMPLETION)))
#define CERTIFICATES (ON(CERTIFICATE_ADD) | ON(CERTIFICATE_REMOVE) | ON(CERTIFICATE_LIST))
#define ACCOUNTS (ON(USER_ADD) | ON(USER_PASSWD) | ON(USER_REMOVE) | ON(USER_LIST) | ON(TOKEN_MAKE) | ON(TOKEN_REVOKE) | ON(TOKEN_LIST) | CERTIFICATES | ON(KEY_MAKE) | ON(KEY_REVOKE))
#define AT(field) offsetof(struct options, field)
const struct option_about option_table[] = {
    {"param", 'p', OPTION_LIST, "NAME=VALUE", ON(RUN) | MAKING, AT(params), "a parameter; may be repeated", NULL},
    {"output", 'o', OPTION_TEXT, "FILE", BYTES, AT(output), "where the bytes go; the file is there when all of them are", NULL},
    {"type", 't', OPTION_TEXT, "MEDIA", ON(RUN), AT(type), "media type of the input [application/octet-stream]", NULL},
    {"args", 'a', OPTION_ARRAY, "JSON", MAKING, AT(args), "arguments: a JSON array", NULL},
    {"queue", 0, OPTION_TEXT, "NAME", MAKING, AT(queue), "queue [default]", NULL},
    {"priority", 0, OPTION_NUMBER, "N", MAKING, AT(priority), "-100 to 100; higher goes first [0]", NULL},
    {"delay", 0, OPTION_DURATION, "TIME", ON(SUBMIT), AT(delay_ns), "not before that time from now", NULL},
    {"at", 0, OPTION_WHEN, "WHEN", ON(SUBMIT), AT(at), "not before: 2030-01-31T09:00:00Z", NULL},
    {"expires", 0, OPTION_WHEN, "WHEN", ON(SUBMIT), AT(expires), "not after: the same, or a time from now", NULL},
    {"max-attempts", 0, OPTION_NUMBER, "N", MAKING, AT(max_attempts), "how often it is tried", NULL},
    {"retry", 0, OPTION_OBJECT, "JSON", MAKING, AT(retry), "a whole retry policy of the Open Job Spec", NULL},
    {"dead-letter", 0, OPTION_FLAG, NULL, MAKING, AT(dead_letter), "keep it as a dead letter when all attempts have failed", NULL},
    {"run-limit", 0, OPTION_DURATION, "TIME", MAKING, AT(run_limit_ns), "how long an attempt may take", NULL},
    {"lease", 0, OPTION_DURATION, "TIME", MAKING, AT(lease_ns), "how long a worker may keep silent (visibility time-out)", NULL},
    {"durability", 0, OPTION_WORD, "LEVEL", MAKING, AT(durability), "memory, logged or synced [as the server is set]", durability_words},
    {"id", 0, OPTION_TEXT, "UUID", ON(SUBMIT), AT(id), "its id, a UUIDv7 of your own", NULL},
    {"idempotency-key", 0, OPTION_TEXT, "KEY", ON(SUBMIT) | ON(RUN), AT(idempotency), "sent again with the same key it is not done twice", NULL},
    {"unique", 0, OPTION_OBJECT, "JSON", MAKING, AT(unique), "a unique policy of the Open Job Spec", NULL},
    {"tag", 0, OPTION_LIST, "TEXT", MAKING, AT(tags), "a tag; may be repeated", NULL},
    {"meta", 0, OPTION_OBJECT, "JSON", MAKING, AT(meta), "what else its worker should know: a JSON object", NULL},
    {"pending", 0, OPTION_FLAG, NULL, ON(SUBMIT), AT(pending), "hold it until it is activated", NULL},
    {"batch", 'b', OPTION_TEXT, "FILE", ON(SUBMIT), AT(batch), "submit a job for each line", NULL},
    {"zone", 'z', OPTION_TEXT, "ZONE", ON(CRON_ADD), AT(zone), "time zone of the schedule, such as Europe/Paris [UTC]", NULL},
    {"overlap", 0, OPTION_WORD, "POLICY", ON(CRON_ADD), AT(overlap), "if the last one is not done: skip, allow, cancel_previous, enqueue [skip]", overlap_words},
    {"disabled", 0, OPTION_FLAG, NULL, ON(CRON_ADD), AT(disabled), "it does not run for now", NULL},
    {"replace", 0, OPTION_FLAG, NULL, ON(CRON_ADD), AT(replace), "instead of one that has this name", NULL},
    {"description", 0, OPTION_TEXT, "TEXT", ON(CRON_ADD), AT(description), "what it is for", NULL},
    {"wait", 'w', OPTION_MAYBE, "TIME", ON(RUN) | ON(SUBMIT) | ON(RESULT), AT(wait), "wait for its end, at most that long", NULL},

    {"algorithm", 0, OPTION_WORD, "NAME", ON(KEY_MAKE), AT(algorithm), "hmac-sha256, ed25519, ecdsa-p256-sha256 or rsa-pss-sha512 [ed25519]", algorithm_words},
    {"accounts", 0, OPTION_TEXT, "FILE", ACCOUNTS, AT(accounts), "the accounts file [$QUERN_ACCOUNTS]", NULL},
    {"scope", 0, OPTION_LIST, "WORD", ON(USER_ADD) | ON(TOKEN_MAKE) | ON(CERTIFICATE_ADD) | ON(KEY_MAKE), AT(scopes), "what it may do: jobs:read, admin, ...; may be repeated", NULL},
    {"network", 0, OPTION_LIST, "NETWORK", ON(USER_ADD) | ON(TOKEN_MAKE) | ON(CERTIFICATE_ADD), AT(networks), "only from there: 10.0.0.0/8; may be repeated", NULL},
    {"expires", 0, OPTION_WHEN, "WHEN", ON(TOKEN_MAKE), AT(expires), "good until then, a year at most: a time, or one from now", NULL},
    {"queue", 0, OPTION_TEXT, "NAME", LISTS, AT(queue), "only of this queue", NULL},
    {"type", 't', OPTION_TEXT, "TYPE", LISTS, AT(type), "only of this job type", NULL},
    {"state", 's', OPTION_TEXT, "STATE", ON(LIST), AT(state), "only in this state: available, active, completed, ...", NULL},
    {"limit", 'n', OPTION_NUMBER, "N", LISTS, AT(limit), "at most so many [list: 50, tail: 10 before it follows]", NULL},
    {"recent", 0, OPTION_FLAG, NULL, ON(LIST), AT(recent), "those that have changed lately, the latest first", NULL},
    {"no-follow", 0, OPTION_FLAG, NULL, ON(TAIL), AT(no_follow), "only what has been", NULL},
    {"format", 'o', OPTION_WORD, "FORMAT", LINES, AT(format), "table, or json: an object per line [table on a terminal]", format_words},
    {"json", 0, OPTION_FLAG, NULL, LINES, AT(json), "as --format json", NULL},
    {"watch", 0, OPTION_MAYBE, "TIME", SHOWING, AT(watch), "show it again and again [=2s]", NULL},
    {"url", 'u', OPTION_TEXT, "URL", ALL_COMMANDS, AT(url), "the server [$QUERN_URL, else " URL_DEFAULT "]", NULL},
    {"key", 0, OPTION_TEXT, "FILE", ALL_COMMANDS, AT(key), "sign requests with this key [$QUERN_KEY]", NULL},
    {"timeout", 0, OPTION_DURATION, "TIME", ALL_COMMANDS, AT(timeout_ns), "the whole command ends by then, with exit code 5", NULL},
    {"quiet", 'q', OPTION_FLAG, NULL, ALL_COMMANDS, AT(quiet), "no progress; of jobs just the ids", NULL},
    {"help", 'h', OPTION_FLAG, NULL, ALL_COMMANDS, AT(help), "this", NULL},
    {"version", 'v', OPTION_FLAG, NULL, ALL_COMMANDS, AT(version), "of this program", NULL},
};
/* clang-format on */
const size_t options_n = sizeof option_table / sizeof *option_table;
_Static_assert(sizeof option_table / sizeof *option_table <= OPTIONS_MAX, "room in struct reading");

/* How many of the words the name has, if it is that name; 0: it is not. */
static int matches(const char *name, char *const *words, int n)
{
    struct slice rest = slice_str(name);
    int taken = 0;
    while (rest.p) {
        struct slice word = slice_cut(&rest, ' ');
        if (taken == n || !slice_eq(word, slice_str(words[taken]))) return 0;
        taken++;
    }
    return taken;
}

enum command_id command_find(char *const *words, int n, int *taken)
{
    enum command_id best = COMMAND_NONE;
    *taken = 0;
    for (int i = 0; i < COMMANDS; i++) {
        int m = matches(commands[i].name, words, n);
        if (m > *taken) *taken = m, best = (enum command_id)i;
    }
    for (int i = 0; best == COMMAND_NONE && n > 0 && i < COMMANDS; i++) { /* "dead" alone lists them */
        struct slice name = slice_str(commands[i].name);
        if (!slice_eq(slice_cut(&name, ' '), slice_str(words[0])) || !slice_eq(name, SLICE("list"))) continue;
        *taken = 1, best = (enum command_id)i;
    }
    return best;
}

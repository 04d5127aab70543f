/* beanstalk_load: many connections to a beanstalkd, one command at a time on each, until a number of jobs is done.
 *     beanstalk_load PORT put|work JOBS CONNECTIONS BYTES     put: jobs of so many bytes; work: reserve and delete */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job_load.h"

static bool working;
static char *put_command;
static size_t put_len;

/* The next job, if there is one left to begin. */
static bool begin(struct client *c)
{
    if (jobs_begun == jobs_wanted) return true;
    jobs_begun++;
    return working ? client_say(c, "reserve\r\n", 9) : client_say(c, put_command, put_len);
}

static bool finish(struct client *c)
{
    jobs_done++;
    return begin(c);
}

/* "RESERVED id bytes": its end, once it is all there; 0: not yet. */
static size_t reserved_len(const struct client *c, size_t line, char id[32])
{
    char digits[16];
    if (sscanf(c->answer, "RESERVED %31[0-9] %15[0-9]", id, digits) != 2) return 0;
    unsigned long bytes = strtoul(digits, NULL, 10);
    return c->have >= line + bytes + 2 ? line + bytes + 2 : 0;
}

static bool on_answer(struct client *c)
{
    char id[32], command[64];
    const char *end = memchr(c->answer, '\n', c->have);
    if (!end) return true;
    if (strncmp(c->answer, "INSERTED ", 9) == 0 && !working) return finish(c);
    if (strncmp(c->answer, "DELETED", 7) == 0 && c->acknowledging) {
        c->acknowledging = false;
        return finish(c);
    }
    if (strncmp(c->answer, "RESERVED ", 9) != 0 || c->acknowledging) {
        (void)fprintf(stderr, "beanstalk_load: %.*s", (int)(end - c->answer + 1), c->answer);
        return false;
    }
    if (!reserved_len(c, (size_t)(end - c->answer) + 1, id)) return true;
    c->acknowledging = true;
    int len = snprintf(command, sizeof command, "delete %s\r\n", id);
    return client_say(c, command, (size_t)len);
}

static bool prepare(void)
{
    working = strcmp(job_way, "work") == 0;
    put_command = malloc(job_bytes + 64);
    if (!put_command) return false;
    int head = snprintf(put_command, 64, "put 0 0 60 %zu\r\n", job_bytes);
    memset(put_command + head, 'x', job_bytes);
    memcpy(put_command + head + job_bytes, "\r\n", 2);
    put_len = (size_t)head + job_bytes + 2;
    return true;
}

int main(int argc, char **argv)
{
    return job_load_main(argc, argv, &(struct job_load){"beanstalk_load", "put|work", prepare, begin, on_answer});
}

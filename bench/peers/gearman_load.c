/* gearman_load: many connections to a gearmand, one command at a time on each, until a number of jobs is done.
 *     gearman_load PORT put|work|turns JOBS CONNECTIONS BYTES     put: background jobs of so many bytes; work: grab and complete;
 *                                                                 turns: put one, grab one, complete it, on each connection
 * gearmand says nothing on WORK_COMPLETE, so that it goes out together with the next command, and its job counts as done when that is
 * answered: a connection's commands are run in order. The last one is an echo. Jobs have no unique id: with one, or with "-", gearmand
 * makes those that are alike the same job. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job_load.h"

#define HEAD 12u        /* magic, type, length */
#define HANDLE_MAX 128u /* gearmand has 64 */
#define EMPTY_MAX 1000u /* NO_JOB in a row on one connection: a job was lost */
#define FUNCTION "bench"

enum command {
    CAN_DO = 1,
    JOB_CREATED = 8,
    GRAB_JOB,
    NO_JOB,
    JOB_ASSIGN,
    WORK_COMPLETE = 13,
    ECHO_REQ = 16,
    ECHO_RES,
    SUBMIT_JOB_BG
};

static bool putting, grabbing; /* turns: both */
static char *out, *payload;

/* These write a piece of a command, and give its end. */
static char *put_head(char *at, enum command type, size_t len)
{
    uint32_t words[2] = {htonl((uint32_t)type), htonl((uint32_t)len)};
    memcpy(at, "\0REQ", 4);
    memcpy(at + 4, words, sizeof words);
    return at + HEAD;
}

static char *put_bytes(char *at, const void *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return at + len;
}

static char *put_submit(char *at)
{
    at = put_head(at, SUBMIT_JOB_BG, sizeof FUNCTION + 1 + job_bytes);
    at = put_bytes(at, FUNCTION, sizeof FUNCTION);
    at = put_bytes(at, "", 1); /* the unique id */
    return put_bytes(at, payload, job_bytes);
}

static bool say_until(struct client *c, const char *end)
{
    return client_say(c, out, (size_t)(end - out));
}

/* Sends what has been written up to here with the first command of the next job behind it, or an echo where only the completion of the
 * last is to be heard of. */
static bool go_on(struct client *c, char *at)
{
    if (jobs_begun < jobs_wanted) {
        jobs_begun++;
        return say_until(c, putting ? put_submit(at) : put_head(at, GRAB_JOB, 0));
    }
    return c->acknowledging ? say_until(c, put_head(at, ECHO_REQ, 0)) : true;
}

static bool begin(struct client *c)
{
    char *at = out;
    if (grabbing) {
        at = put_head(at, CAN_DO, strlen(FUNCTION));
        at = put_bytes(at, FUNCTION, strlen(FUNCTION));
    }
    return go_on(c, at);
}

static bool complain(const char *what, uint32_t type)
{
    (void)fprintf(stderr, "gearman_load: %s (answer %u)\n", what, type);
    return false;
}

/* handle NUL function NUL payload: completed, if it is a job as they are put. */
static bool on_assigned(struct client *c, size_t len)
{
    const char *handle = c->answer + HEAD;
    size_t handle_len = strnlen(handle, len);
    if (handle_len > HANDLE_MAX || len != handle_len + 1 + sizeof FUNCTION + job_bytes ||
        memcmp(handle + handle_len + 1, FUNCTION, sizeof FUNCTION) != 0 ||
        memcmp(handle + handle_len + 1 + sizeof FUNCTION, payload, job_bytes) != 0)
        return complain("not a job that was put", JOB_ASSIGN);
    char *at = put_head(out, WORK_COMPLETE, handle_len + 1);
    at = put_bytes(at, handle, handle_len + 1);
    c->acknowledging = true;
    c->empty = 0;
    return go_on(c, at);
}

static bool on_created(struct client *c)
{
    if (grabbing) return say_until(c, put_head(out, GRAB_JOB, 0));
    jobs_done++;
    return go_on(c, out);
}

/* Asks again, for a while: others may be about to put one. */
static bool on_empty(struct client *c)
{
    if (++c->empty > EMPTY_MAX) return complain("no job is left", NO_JOB);
    return say_until(c, put_head(out, GRAB_JOB, 0));
}

static bool on_answer(struct client *c)
{
    uint32_t words[2];
    if (c->have < HEAD) return true;
    memcpy(words, c->answer + 4, sizeof words);
    uint32_t type = ntohl(words[0]), len = ntohl(words[1]);
    if (memcmp(c->answer, "\0RES", 4) != 0 || len > ANSWER_MAX - 1 - HEAD || c->have > HEAD + len)
        return complain("not an answer of gearmand", type);
    if (c->have < HEAD + len) return true;
    if (c->acknowledging) jobs_done++;
    c->acknowledging = false;
    if (type == JOB_CREATED && putting) return on_created(c);
    if (type == JOB_ASSIGN && grabbing) return on_assigned(c, len);
    if (type == NO_JOB && grabbing) return on_empty(c);
    return type == ECHO_RES && grabbing ? true : complain("refused", type);
}

static bool prepare(void)
{
    putting = strcmp(job_way, "work") != 0;
    grabbing = strcmp(job_way, "put") != 0;
    payload = malloc(job_bytes + 1);
    out = malloc(3 * (size_t)HEAD + HANDLE_MAX + 64 + job_bytes);
    if (!payload || !out) return false;
    memset(payload, 'x', job_bytes);
    return true;
}

int main(int argc, char **argv)
{
    return job_load_main(argc, argv, &(struct job_load){"gearman_load", "put|work|turns", prepare, begin, on_answer});
}

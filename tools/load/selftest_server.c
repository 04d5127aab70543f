/* selftest_server.c: servers for a selftest, on processor 0, and what they have counted. */
#include "tools/load/selftest_parts.h"

#include "tools/load/hist_code.h"

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define READY_NS (15 * NS_PER_S)
#define ANSWER_MAX ((size_t)4 << 20)
#define ANSWER_S 20

/* ---- starting ---- */

static int start(struct selftest *t, struct target *s, const char *args, int cpu)
{
    *s = (struct target){.child = {.pidfd = -1, .ready = -1}};
    int rc = child_start(t, &s->child, args, cpu, NULL);
    if (rc == 0) rc = child_ready(&s->child, READY_NS, &s->port);
    if (rc < 0) target_end(s);
    return rc;
}

int target_responder(struct selftest *t, struct target *s, const char *args)
{
    char line[PATH_MAX + 512];
    (void)snprintf(line, sizeof line, "%s responder --port 0 --cpu 0 %s", t->self, args);
    return start(t, s, line, 0);
}

int target_quernd(struct selftest *t, struct target *s, const char *args)
{
    char line[PATH_MAX + 512];
    *s = (struct target){.child = {.pidfd = -1, .ready = -1}};
    if (!t->quernd) return -ENOENT;
    (void)snprintf(line, sizeof line, "%s --listen 127.0.0.1:0 --ephemeral --log-level error --workers 1 %s", t->quernd, args);
    return start(t, s, line, 0);
}

void target_end(struct target *s)
{
    child_end(&s->child);
}

/* ---- asking ---- */

static int connect_to(const struct target *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(s->port)};
    const struct timeval patience = {.tv_sec = ANSWER_S};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
        int rc = -errno;
        (void)close(fd);
        return rc;
    }
    return fd;
}

/* All until the server closes. */
static char *read_all(int fd)
{
    char *text = malloc(ANSWER_MAX);
    size_t len = 0;
    ssize_t n = text ? 1 : 0;
    while (n > 0 && len < ANSWER_MAX - 1) {
        n = recv(fd, text + len, ANSWER_MAX - 1 - len, 0);
        if (n > 0) len += (size_t)n;
    }
    if (text) text[len] = '\0';
    return text;
}

/* The body of an answer to GET path; from malloc; NULL: there is none. */
static char *get(const struct target *s, const char *path)
{
    char request[256];
    int fd = connect_to(s);
    if (fd < 0) return NULL;
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: selftest\r\nConnection: close\r\n\r\n", path);
    char *text = send(fd, request, (size_t)n, MSG_NOSIGNAL) == n ? read_all(fd) : NULL;
    (void)close(fd);
    char *body = text ? strstr(text, "\r\n\r\n") : NULL;
    if (body) memmove(text, body + 4, strlen(body + 4) + 1);
    else free(text);
    return body ? text : NULL;
}

int64_t target_metric(const struct target *s, const char *name)
{
    char *text = get(s, "/metrics"), *at = text;
    size_t len = strlen(name);
    int64_t value = -1;
    while (at && !(strncmp(at, name, len) == 0 && at[len] == ' ')) {
        at = strchr(at, '\n');
        if (at) at++;
    }
    if (at) value = strtoll(at + len, NULL, 10);
    free(text);
    return value;
}

/* ---- a responder's counts ---- */

static uint64_t number(const cJSON *from, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, name);
    return cJSON_IsNumber(item) && item->valuedouble > 0 ? (uint64_t)item->valuedouble : 0;
}

static int read_hist(const cJSON *from, const char *name, struct hist *h)
{
    const cJSON *one = cJSON_GetObjectItemCaseSensitive(from, name);
    const cJSON *encoded = cJSON_GetObjectItemCaseSensitive(one, "encoded");
    return cJSON_IsString(encoded) ? hist_decode(encoded->valuestring, h) : -EBADMSG;
}

static int read_truth(const cJSON *from, struct truth *out)
{
    const cJSON *faults = cJSON_GetObjectItemCaseSensitive(from, "faults");
    *out = (struct truth){
        .requests = number(from, "requests"),
        .answered = number(from, "answered"),
        .pending = number(from, "pending"),
        .given_up = number(from, "given_up"),
        .open = number(from, "open"),
    };
    for (int f = 0; f < FAULTS; f++) out->faults[f] = number(faults, fault_name((enum fault)f));
    int rc = read_hist(from, "chosen", &out->chosen);
    if (rc < 0) return rc;
    rc = read_hist(from, "actual", &out->actual);
    if (rc < 0) hist_deinit(&out->chosen);
    return rc;
}

int target_truth(const struct target *s, struct truth *out)
{
    char *text = get(s, "/counts");
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    int rc = json ? read_truth(json, out) : -EBADMSG;
    cJSON_Delete(json);
    free(text);
    return rc;
}

void truth_deinit(struct truth *truth)
{
    hist_deinit(&truth->chosen);
    hist_deinit(&truth->actual);
}

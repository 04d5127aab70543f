#include "server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 32
#define POLL_MS 2

static long now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

/* ---- its folder ---- */

void server_folder_new(struct server *s)
{
    *s = (struct server){0};
    const char *parent = getenv("TMPDIR");
    int len = snprintf(s->folder, sizeof s->folder, "%s/quern-wire-XXXXXX", parent && strlen(parent) < 40 ? parent : "/tmp");
    cr_assert(len > 0 && mkdtemp(s->folder), "mkdtemp %s: %s", s->folder, strerror(errno));
    (void)snprintf(s->log, sizeof s->log, "%s/stderr.log", s->folder);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

void server_folder_free(struct server *s)
{
    if (s->folder[0]) (void)nftw(s->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS); /* a leftover does no harm */
    s->folder[0] = '\0';
}

char *server_log(const struct server *s)
{
    FILE *f = fopen(s->log, "re");
    char *text = calloc(1, 1 << 20);
    cr_assert(text);
    if (f) {
        size_t len = fread(text, 1, (1 << 20) - 1, f);
        text[len] = '\0';
        (void)fclose(f);
    }
    return text;
}

static void show_log(const struct server *s)
{
    char *text = server_log(s);
    (void)fprintf(stderr, "---- %s ----\n%s----\n", s->log, text);
    free(text);
}

/* ---- its life ---- */

static void find_binary(char path[PATH_MAX])
{
    const char *build = getenv("QUERN_BUILD");
    char name[PATH_MAX];
    (void)snprintf(name, sizeof name, "%s/quernd", build ? build : "build/release");
    cr_assert(realpath(name, path), "no server at %s (QUERN_BUILD): %s", name, strerror(errno));
}

static void run_child(const struct server *s, const char *binary, char *const argv[], pid_t parent)
{
    int log = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool fine = log >= 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 &&
                dup2(log, STDERR_FILENO) >= 0 && chdir(s->folder) == 0;
    if (fine && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) (void)execv(binary, argv);
    _exit(127);
}

void server_start(struct server *s, const char *const *args)
{
    char binary[PATH_MAX];
    const char *argv[ARGS_MAX + 2] = {"quernd"};
    size_t n = 1;
    find_binary(binary);
    for (; args && args[n - 1]; n++) {
        cr_assert(n <= ARGS_MAX);
        argv[n] = args[n - 1];
    }
    pid_t parent = getpid();
    s->port = 0;
    s->pid = fork();
    cr_assert(s->pid >= 0, "fork: %s", strerror(errno));
    if (s->pid == 0) run_child(s, binary, (char *const *)(uintptr_t)argv, parent);
}

/* The port of the last line that says where it listens; 0: there is none yet. */
static int port_in(const char *text)
{
    static const char words[] = "listening on 127.0.0.1:";
    int port = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL;) {
        at += sizeof words - 1;
        char *end;
        long n = strtol(at, &end, 10);
        if (end > at && *end == '\n') port = (int)n;
    }
    return port;
}

void server_wait_ready(struct server *s)
{
    for (long end = now_ms() + PATIENCE_MS; !s->port; sleep_ms(POLL_MS)) {
        char *text = server_log(s);
        s->port = port_in(text);
        free(text);
        int status;
        if (s->port) break;
        bool gone = waitpid(s->pid, &status, WNOHANG) == s->pid;
        if (gone || now_ms() > end) show_log(s);
        cr_assert(!gone, "the server ended at once, wait status %#x", status);
        cr_assert(now_ms() <= end, "the server does not listen after %d ms", PATIENCE_MS);
    }
}

void server_up(struct server *s, const char *const *extra_args)
{
    const char *args[ARGS_MAX + 1] = {"--listen", "127.0.0.1:0", "--ephemeral"};
    server_folder_new(s);
    for (size_t n = 3; extra_args && *extra_args; n++) {
        cr_assert(n < ARGS_MAX);
        args[n] = *extra_args++;
    }
    server_start(s, args);
    server_wait_ready(s);
}

void server_signal(struct server *s, int signal)
{
    cr_assert(s->pid > 0);
    cr_assert_eq(kill(s->pid, signal), 0, "kill: %s", strerror(errno));
}

int server_wait(struct server *s)
{
    int status = 0;
    pid_t gone = 0;
    cr_assert(s->pid > 0);
    for (long end = now_ms() + PATIENCE_MS; gone == 0 && now_ms() < end; sleep_ms(POLL_MS)) {
        gone = waitpid(s->pid, &status, WNOHANG);
        if (gone) break;
    }
    if (gone != s->pid) {
        show_log(s);
        (void)kill(s->pid, SIGKILL);
        (void)waitpid(s->pid, &status, 0);
        s->pid = 0;
        cr_assert_fail("the server did not end within %d ms", PATIENCE_MS);
    }
    s->pid = 0;
    if (!WIFEXITED(status)) show_log(s);
    cr_assert(WIFEXITED(status), "the server died of signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0) show_log(s);
    return WEXITSTATUS(status);
}

int server_down(struct server *s)
{
    server_signal(s, SIGTERM);
    int status = server_wait(s);
    server_folder_free(s);
    return status;
}

void server_kill(struct server *s)
{
    server_signal(s, SIGKILL);
    cr_assert_eq(waitpid(s->pid, NULL, 0), s->pid);
    s->pid = 0;
}

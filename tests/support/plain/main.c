/* main.c: runs the tests of a build with the stand-in for criterion: see criterion/criterion.h beside. */
#include "criterion/criterion.h"
#include "criterion/redirect.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct plain_test *tests;

void plain_add(struct plain_test *t)
{
    t->next = tests;
    tests = t;
}

/* ---- what a test writes ---- */

static FILE *redirected[3]; /* by descriptor, for reading */
static int complaints = STDERR_FILENO;

static void redirect(int fd)
{
    char path[64];
    int memory = memfd_create("redirected", 0);
    if (fd == STDERR_FILENO) complaints = dup(fd);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    redirected[fd] = fopen(path, "r"); /* an offset of its own */
    if (memory < 0 || complaints < 0 || !redirected[fd] || dup2(memory, fd) < 0) abort();
    (void)close(memory);
}

static FILE *redirected_from(int fd)
{
    clearerr(redirected[fd]); /* there may be more by now */
    return redirected[fd];
}

void cr_redirect_stdout(void)
{
    redirect(STDOUT_FILENO);
}

void cr_redirect_stderr(void)
{
    redirect(STDERR_FILENO);
}

FILE *cr_get_redirected_stdout(void)
{
    return redirected_from(STDOUT_FILENO);
}

FILE *cr_get_redirected_stderr(void)
{
    return redirected_from(STDERR_FILENO);
}

/* ---- running ---- */

void plain_fail(const char *file, int line, const char *fact)
{
    (void)dprintf(complaints, "%s:%d: %s\n", file, line, fact);
    exit(1); /* not _exit: the sanitizer's report comes first */
}

static const struct plain_options *suite_options(const char *suite)
{
    static const struct plain_options none;
    for (struct plain_test *t = tests; t; t = t->next)
        if (!t->name && strcmp(t->suite, suite) == 0) return &t->options;
    return &none;
}

static void run_child(const struct plain_test *t)
{
    const struct plain_options *s = suite_options(t->suite), *o = &t->options;
    double timeout = o->timeout > 0 ? o->timeout : s->timeout > 0 ? s->timeout : 60;
    void (*init)(void) = o->init ? o->init : s->init, (*fini)(void) = o->fini ? o->fini : s->fini;
    alarm((unsigned)(timeout * 10) + 1); /* as in patience.c */
    if (init) init();
    t->run();
    if (fini) fini();
    exit(0);
}

static bool run(const struct plain_test *t)
{
    int status, want = t->options.signal;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) run_child(t);
    waitpid(child, &status, 0);
    bool ok = want ? WIFSIGNALED(status) && WTERMSIG(status) == want
                   : WIFEXITED(status) && WEXITSTATUS(status) == t->options.exit_code;
    if (!ok) printf("FAIL %s::%s (status %x)\n", t->suite, t->name, (unsigned)status);
    return ok;
}

static bool wanted(const struct plain_test *t, int argc, char **argv)
{
    if (!t->name || t->options.disabled) return false;
    bool all = true;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && strncmp(argv[i] + 1, t->suite, strlen(argv[i] + 1)) == 0) return false;
        if (strcmp(argv[i], t->suite) == 0) return true;
        if (argv[i][0] != '-') all = false;
    }
    return all;
}

int main(int argc, char **argv)
{
    int n = 0, n_failed = 0;
    for (struct plain_test *t = tests; t; t = t->next) {
        if (!wanted(t, argc, argv)) continue;
        n++;
        n_failed += !run(t);
    }
    printf("%d tests, %d failed\n", n, n_failed);
    return n_failed > 0;
}

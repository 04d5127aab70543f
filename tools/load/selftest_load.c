/* selftest_load.c: load generators in a selftest, on processor 1: this one, as a process of its own, and others. */
#include "tools/load/selftest_parts.h"

#include "base/slice.h"

#include <errno.h>
#include <unistd.h>

/* ---- our own ---- */

int load_start(struct selftest *t, struct load *l, const struct target *s, const char *args)
{
    char line[PATH_MAX + 1024];
    *l = (struct load){.why = "it could not be started"};
    (void)snprintf(l->json_path, sizeof l->json_path, "%s/run.json", t->dir);
    (void)unlink(l->json_path);
    (void)snprintf(line, sizeof line, "%s run --quiet --no-tui --cpu 1 --json %s %s http://127.0.0.1:%u/livez",
                   t->load ? t->load : t->self, l->json_path, args, s->port);
    return child_start(t, &l->child, line, -1, "load");
}

int load_finish(struct load *l, uint64_t limit_ns)
{
    l->exit_code = child_wait(&l->child, limit_ns);
    l->why = "it did not end in time";
    if (l->exit_code < 0) return l->exit_code;
    l->why = "it made no report";
    return report_read(l->json_path, &l->result, &l->why);
}

int load_run(struct selftest *t, struct load *l, const struct target *s, const char *args, uint64_t limit_ns)
{
    int rc = load_start(t, l, s, args);
    if (rc == 0) rc = load_finish(l, limit_ns);
    return rc;
}

void load_deinit(struct load *l)
{
    child_end(&l->child);
    result_deinit(&l->result);
}

uint64_t load_other_errors(const struct load *l, enum error_kind kind)
{
    uint64_t n = 0;
    for (int i = 0; i < ERROR_KINDS; i++)
        if (i != (int)kind) n += l->result.all.errors[i].n;
    return n;
}

/* ---- others ---- */

bool program_is_installed(const char *name)
{
    char path[PATH_MAX];
    const char *folders = getenv("PATH");
    struct slice rest = slice_str(folders ? folders : "/usr/bin:/bin");
    while (rest.p) {
        struct slice folder = slice_cut(&rest, ':');
        (void)snprintf(path, sizeof path, "%.*s/%s", SLICE_ARG(folder), name);
        if (folder.len && access(path, X_OK) == 0) return true;
    }
    return false;
}

int peer_start(struct selftest *t, struct child *c, const struct target *s, const char *args)
{
    char line[512];
    (void)snprintf(line, sizeof line, "%s http://127.0.0.1:%u/livez", args, s->port);
    return child_start(t, c, line, 1, "peer");
}

int peer_finish(struct child *c, uint64_t limit_ns, struct peer_words *out)
{
    int rc = child_wait(c, limit_ns);
    char *text = child_words(c);
    peer_words_read(text ? text : "", out);
    free(text);
    return rc < 0 ? rc : out->per_s > 0 ? 0 : -EBADMSG;
}

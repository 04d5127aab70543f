/* compare_fit.c: whether two runs can be compared: the same load, host and checks. See compare.h. */
#include "tools/load/compare.h"

#include "tools/load/human.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_NEAR 0.01

struct fit {
    FILE *f;
    int differences;
};

__attribute__((format(printf, 2, 3))) static void differ(struct fit *t, const char *format, ...)
{
    va_list args;
    t->differences++;
    if (!t->f) return;
    va_start(args, format);
    (void)fputs("  ", t->f);
    (void)vfprintf(t->f, format, args);
    (void)fputc('\n', t->f);
    va_end(args);
}

static void same_text(struct fit *t, const char *what, const char *a, const char *b)
{
    if (strcmp(a, b) != 0) differ(t, "%s: %s | %s", what, *a ? a : "-", *b ? b : "-");
}

static void same_count(struct fit *t, const char *what, uint64_t a, uint64_t b)
{
    if (a != b) differ(t, "%s: %s | %s", what, human_count(a).text, human_count(b).text);
}

/* ---- fields ---- */

static void fit_plan(struct fit *t, const struct result *a, const struct result *b)
{
    same_text(t, "plan", a->plan, b->plan);
    if (a->rate_asked != b->rate_asked) differ(t, "rate: %g/s | %g/s", a->rate_asked, b->rate_asked);
    same_count(t, "connections", a->connections, b->connections);
    same_count(t, "threads", a->threads, b->threads);
    if (fabs((double)a->measured_ns - (double)b->measured_ns) > LENGTH_NEAR * (double)a->measured_ns)
        differ(t, "measured time: %s | %s", human_time((double)a->measured_ns).text, human_time((double)b->measured_ns).text);
    same_count(t, "groups", (uint64_t)a->groups_n, (uint64_t)b->groups_n);
    for (int i = 0; i < a->groups_n && i < b->groups_n; i++) {
        same_text(t, "scenario", a->groups[i].scenario, b->groups[i].scenario);
        same_count(t, a->groups[i].name, a->groups[i].connections, b->groups[i].connections);
    }
}

static const char *sysctl_of(const struct host *h, const char *name)
{
    for (int i = 0; i < h->sysctls_n; i++)
        if (strcmp(h->sysctls[i].name, name) == 0) return h->sysctls[i].value;
    return "";
}

static void fit_host(struct fit *t, const struct host *a, const struct host *b)
{
    same_text(t, "kernel", a->kernel, b->kernel);
    same_text(t, "cpu", a->cpu, b->cpu);
    same_count(t, "cpus", a->cpus, b->cpus);
    same_count(t, "memory", a->memory_bytes, b->memory_bytes);
    same_text(t, "clocksource", a->clocksource, b->clocksource);
    same_text(t, "mitigations", a->mitigations, b->mitigations);
    for (int i = 0; i < a->sysctls_n; i++)
        same_text(t, a->sysctls[i].name, a->sysctls[i].value, sysctl_of(b, a->sysctls[i].name));
    same_count(t, "sysctls", (uint64_t)a->sysctls_n, (uint64_t)b->sysctls_n);
}

/* ---- the rest of the command line ---- */

#define WORDS_MAX 256

/* An option with its value. */
struct words {
    char text[sizeof((struct result *)0)->command_line + WORDS_MAX];
    const char *item[WORDS_MAX];
    int n;
};

/* The next word of a line as a shell reads it, written to *to; NULL: none. */
static char *take_word(const char **line, char **to)
{
    char *word = *to;
    bool quoted = false;
    *line += strspn(*line, " ");
    if (!**line) return NULL;
    for (; **line && (quoted || **line != ' '); ++*line) {
        if (**line == '\'') quoted = !quoted;
        else if (**line == '\\' && !quoted && (*line)[1]) *(*to)++ = *++*line;
        else *(*to)++ = **line;
    }
    *(*to)++ = '\0';
    return word;
}

/* Where the results go, how they look, and who the server is: not the load. value: it takes one. */
static bool is_aside(const char *word, bool *value)
{
    static const char *const with[] = {"-o",      "--json", "--hlog",       "--hgrm",      "--csv",  "--html",
                                       "--label", "--fps",  "--server-pid", "--dst-ports", "--unix", "--host"};
    static const char *const without[] = {"-L", "--latency", "--tui", "--no-tui", "--quiet", "run"};
    size_t len = strcspn(word, "=");
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
        if (strncmp(word, with[i], len) != 0 || strlen(with[i]) != len) continue;
        *value = word[len] != '=';
        return true;
    }
    *value = false;
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(word, without[i]) == 0) return true;
    return false;
}

/* What stands right behind an option and is none itself belongs to it. */
static bool belongs(const struct words *w, const char *word)
{
    const char *last = w->n ? w->item[w->n - 1] : "";
    return *last == '-' && *word != '-' && last + strlen(last) + 1 == word && !strchr(last, ' ');
}

static void split(const struct result *r, struct words *w)
{
    const char *line = r->command_line;
    char *to = w->text, *word;
    bool value;
    (void)take_word(&line, &to); /* the program */
    while (w->n < WORDS_MAX && (word = take_word(&line, &to))) {
        if (strcmp(word, r->target) == 0) continue;
        if (is_aside(word, &value)) {
            if (value) (void)take_word(&line, &to);
        } else if (belongs(w, word)) {
            word[-1] = ' ';
        } else {
            w->item[w->n++] = word;
        }
    }
}

static bool has_item(const struct words *w, const char *item)
{
    for (int i = 0; i < w->n; i++)
        if (strcmp(w->item[i], item) == 0) return true;
    return false;
}

static void fit_words(struct fit *t, const struct result *a, const struct result *b)
{
    struct words in_a = {.n = 0}, in_b = {.n = 0};
    split(a, &in_a);
    split(b, &in_b);
    for (int i = 0; i < in_a.n; i++)
        if (!has_item(&in_b, in_a.item[i])) differ(t, "only A has %s", in_a.item[i]);
    for (int i = 0; i < in_b.n; i++)
        if (!has_item(&in_a, in_b.item[i])) differ(t, "only B has %s", in_b.item[i]);
}

int compare_differences(const struct result *a, const struct result *b, FILE *f)
{
    struct fit t = {f, 0};
    fit_plan(&t, a, b);
    fit_host(&t, &a->host, &b->host);
    same_text(&t, "verify", a->verify, b->verify);
    if (!t.differences) fit_words(&t, a, b); /* what is said above need not be said again */
    return t.differences;
}

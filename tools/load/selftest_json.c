/* selftest_json.c: the rows of a selftest for programs, with when and where they came about and what else ran meanwhile. */
#include "tools/load/selftest_parts.h"

#include "tools/load/report_doc.h"
#include "tools/load/report_parts.h"
#include "tools/load/sample.h"

#include <string.h>

static void add_host(struct doc *d)
{
    struct host h = {.cpus = 0};
    cJSON *host = doc_object(d, d->root, "host");
    host_read(&h);
    doc_text(d, host, "kernel", h.kernel);
    doc_text(d, host, "cpu", h.cpu);
    doc_u64(d, host, "cpus", h.cpus);
}

static void add_labels(struct doc *d, const struct selftest *t)
{
    cJSON *labels = doc_object(d, d->root, "labels");
    for (int i = 0; i < t->labels_n; i++) {
        char name[64];
        const char *mark = strchr(t->labels[i], '=');
        (void)snprintf(name, sizeof name, "%.*s", (int)(mark - t->labels[i]), t->labels[i]);
        doc_text(d, labels, name, mark + 1);
    }
}

static void add_row(struct doc *d, cJSON *rows, const struct row *r)
{
    cJSON *row = doc_object(d, rows, NULL);
    doc_text(d, row, "name", r->name);
    doc_text(d, row, "what", r->what);
    doc_text(d, row, "measured", r->measured);
    doc_text(d, row, "bound", r->bound);
    doc_bool(d, row, "passed", r->passed);
    doc_bool(d, row, "skipped", r->skipped);
    doc_double(d, row, "others_cpu", r->others);
}

static int print(FILE *f, const void *what)
{
    const struct selftest *t = what;
    struct doc d;
    char started[CLOCK_RFC3339_BYTES];
    doc_init(&d);
    clock_rfc3339(t->started_wall_ns, started);
    doc_text(&d, d.root, "version", QUERN_LOAD_VERSION);
    doc_text(&d, d.root, "started", started);
    doc_bool(&d, d.root, "quick", t->quick);
    doc_double(&d, d.root, "others_max", OTHERS_MAX);
    add_labels(&d, t);
    add_host(&d);
    cJSON *rows = doc_array(&d, d.root, "rows");
    for (int i = 0; i < t->rows_n; i++) add_row(&d, rows, &t->rows[i]);
    int rc = doc_print(&d, f);
    doc_deinit(&d);
    return rc;
}

int selftest_json(const struct selftest *t)
{
    return report_save(t->json_path, print, t);
}

/* selftest_words.c: what wrk and h2load say about a run, read from what they print. */
#include "tools/load/selftest_parts.h"

#include "base/slice.h"
#include "tools/load/units.h"

/* The line that has this in it, without blanks at its ends; empty: none. */
static struct slice line_with(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    if (!at) return (struct slice){"", 0};
    while (at > text && at[-1] != '\n') at--;
    return slice_trim(slice_make(at, strcspn(at, "\n")));
}

static void add_words(char *out, size_t room, struct slice words)
{
    size_t len = strlen(out);
    if (words.len) (void)snprintf(out + len, room - len, "%s%.*s", len ? ", " : "", SLICE_ARG(words));
}

/* The n-th duration behind this mark, in its line, from 0; 0 ns: there is none. */
static double duration_after(const char *text, const char *mark, int n)
{
    const char *at = strstr(text, mark);
    uint64_t ns = 0;
    if (!at) return 0;
    at += strlen(mark);
    struct slice rest = slice_make(at, strcspn(at, "\n"));
    for (int i = 0; i <= n; i++) {
        rest = slice_trim(rest);
        if (!unit_time(slice_cut(&rest, ' '), 1, &ns)) return 0;
    }
    return (double)ns;
}

void peer_words_read(const char *text, struct peer_words *out)
{
    static const char *const percentiles[] = {" 50% ", " 90% ", " 99% ", "time for request"};
    const char *rate = strstr(text, "Requests/sec:"), *h2 = strstr(text, "finished in ");
    const char *comma = h2 ? strchr(h2, ',') : NULL;
    *out = (struct peer_words){
        .p50_ns = duration_after(text, " 50% ", 0),
        .max_ns = duration_after(text, "time for request:", 1), /* min, max, mean */
        .mean_ns = duration_after(text, "time for request:", 2),
    };
    if (rate) out->per_s = strtod(rate + strlen("Requests/sec:"), NULL);
    else if (comma) out->per_s = strtod(comma + 1, NULL);
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        add_words(out->latency, sizeof out->latency, line_with(text, percentiles[i]));
    add_words(out->errors, sizeof out->errors, line_with(text, "Socket errors"));
    add_words(out->errors, sizeof out->errors, line_with(text, "Non-2xx"));
    if (!out->errors[0]) (void)snprintf(out->errors, sizeof out->errors, "no errors");
}

/* Methods and the shape of answers: RFC 9110 §9, §6.6.1, §8.6, §15. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row method_rows[] = {
    ROW("HEAD", LINE("HEAD /livez HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of the root", LINE("HEAD / HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of a parked answer", LINE("HEAD /parked HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of a large answer", LINE("HEAD /openapi.json HTTP/1.1") GET, "h200 200"),
    ROW("HEAD of nothing", LINE("HEAD /nothing HTTP/1.1") GET, "h404 200"),
    ROW("HEAD of a POST", LINE("HEAD /run/echo HTTP/1.1") GET, "h405 200"),
    ROW("HEAD, malformed", "HEAD /livez HTTP/1.1\r\n\r\n", "h400!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("HEAD, bad field", "HEAD /livez HTTP/1.1\r\n" HOST "X A: b\r\n\r\n", "h400!"),
    ROW("HEAD, bad target", LINE("HEAD * HTTP/1.1"), "h400!"),
    ROW("HEAD, no target", "HEAD \r\n" HOST "\r\n", "h400!"),
    ROW("HEAD, another version", LINE("HEAD /livez HTTP/3.0"), "h505!"),
    ROW("HEAD, bad length", "HEAD /livez HTTP/1.1\r\n" HOST "Content-Length: x\r\n\r\n", "h400!"),
    ROW("HEAD, then what is no method", LINE("HEAD /livez HTTP/1.1") "\n" GET, "h200 400!"),
    ROW("HEAD, then a GET that is malformed", LINE("HEAD /livez HTTP/1.1") "GET /livez HTTP/1.1\r\n\r\n", "h200 400!"),
    ROW("head in small letters is not HEAD", LINE("head /livez HTTP/1.1"), "501!"),
    ROW("204", LINE("GET /quiet HTTP/1.1") GET, "204 200"),
    ROW("HEAD of a 204", LINE("HEAD /quiet HTTP/1.1") GET, "h204 200"),
    ROW("POST", LINE("POST /livez HTTP/1.1") GET, "405 200"),
    ROW("PUT", LINE("PUT /livez HTTP/1.1") GET, "405 200"),
    ROW("PATCH", LINE("PATCH /livez HTTP/1.1") GET, "405 200"),
    ROW("DELETE", LINE("DELETE /run/echo HTTP/1.1") GET, "405 200"),
    ROW("TRACE", "TRACE /livez HTTP/1.1\r\n" HOST "X: secret\r\n\r\n" GET, "405 200"),
    ROW("OPTIONS", LINE("OPTIONS /livez HTTP/1.1") GET, "204 200"),
    ROW("OPTIONS of the root", LINE("OPTIONS / HTTP/1.1") GET, "204 200"),
    ROW("OPTIONS of nothing", LINE("OPTIONS /nothing HTTP/1.1") GET, "404 200"),
    ROW("OPTIONS *, HTTP/1.0", "OPTIONS * HTTP/1.0\r\n\r\n", "204!", .has = "\r\nAllow: "),
    ROW("OPTIONS * with Max-Forwards", "OPTIONS * HTTP/1.1\r\n" HOST "Max-Forwards: 0\r\n\r\n" GET, "204 200", .has = "\r\nAllow: "),
    ROW("TRACE of nothing", LINE("TRACE /nothing HTTP/1.1") GET, "404 200"),
    ROW("TRACE reflects nothing", "TRACE / HTTP/1.1\r\n" HOST "Cookie: secret\r\n\r\n" GET, "405 200", .lacks = "secret"),
    ROW("TRACE of a call", LINE("TRACE /run/echo HTTP/1.1") GET, "405 200", .has = "\r\nAllow: POST, OPTIONS\r\n"),
    ROW("GET of a call", LINE("GET /run/echo HTTP/1.1") GET, "405 200", .has = "\r\nAllow: POST, OPTIONS\r\n"),
    ROW("PUT with a body", "PUT /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "405 200", .has = "\r\nAllow: GET, HEAD, OPTIONS\r\n"),
    ROW("POST with chunks", "POST /livez HTTP/1.1\r\n" HOST TE "\r\n5\r\nhello\r\n0\r\n\r\n" GET, "405 200"),
    ROW("DELETE of nothing", LINE("DELETE /nothing HTTP/1.1") GET, "404 200"),
    ROW("HEAD, close", "HEAD /livez HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", "h200!", .has = "\r\nContent-Length: 3\r\n"),
    ROW("HEAD has the length", LINE("HEAD /livez HTTP/1.1"), "h200", .has = "\r\nContent-Length: 3\r\n"),
    ROW("HEAD has the type", LINE("HEAD /livez HTTP/1.1"), "h200", .has = "\r\nContent-Type: text/plain"),
    ROW("204 has no length", LINE("OPTIONS /livez HTTP/1.1"), "204", "", .lacks = "Content-Length"),
    ROW("204 has no coding", LINE("OPTIONS /livez HTTP/1.1"), "204", "", .lacks = "Transfer-Encoding"),
    ROW("204 has a date", LINE("OPTIONS * HTTP/1.1"), "204", "", .has = "\r\nDate: "),
    ROW("400 has a date", "GET / HTTP/1.1\r\n\r\n", "400!", .has = "\r\nDate: "),
    ROW("400 has a length", "GET / HTTP/1.1\r\n\r\n", "400!", .has = "\r\nContent-Length: "),
    ROW("400 is a problem", "GET / HTTP/1.1\r\n\r\n", "400!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("400 says close", "GET / HTTP/1.1\r\n\r\n", "400!", .has = "\r\nConnection: close\r\n"),
    ROW("404 is a problem", LINE("GET /nothing HTTP/1.1"), "404", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("404 is not sniffed", LINE("GET /nothing HTTP/1.1"), "404", .has = "\r\nX-Content-Type-Options: nosniff\r\n"),
    ROW("400 is not sniffed", "GET / HTTP/1.1\r\n\r\n", "400!", .has = "\r\nX-Content-Type-Options: nosniff\r\n"),
    ROW("a call's result is not sniffed", ECHO(LEN5 "Content-Type: text/html\r\n", "hello"), "200", "hello", .has = "\r\nX-Content-Type-Options: nosniff\r\n"),
    ROW("a call's refusal is not sniffed", LINE("POST /run/none HTTP/1.1"), "404", .has = "\r\nX-Content-Type-Options: nosniff\r\n"),
    ROW("a job's refusal is not sniffed", LINE("GET /ojs/v1/jobs/x HTTP/1.1"), "404", .has = "\r\nX-Content-Type-Options: nosniff\r\n"),
    ROW("405 is a problem", LINE("POST /livez HTTP/1.1"), "405", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("417 is a problem", ECHO("Expect: x\r\n" LEN5, "hello"), "417!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("501 is a problem", LINE("BREW / HTTP/1.1"), "501!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("505 is a problem", LINE("GET / HTTP/2.0"), "505!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("413 is a problem", ECHO("Content-Length: 999999999999\r\n", ""), "413!", .has = "\r\nContent-Type: application/problem+json\r\n"),
    ROW("413 has a date", ECHO("Content-Length: 999999999999\r\n", ""), "413!", .has = "\r\nDate: "),
    ROW("an error is not reflected", "GET /<script> HTTP/1.1\r\n\r\n", "400!", .lacks = "script"),
    ROW("escaped CRLF in a query splits nothing", LINE("POST /run/sleep?a=%0d%0aX-Injected:%201 HTTP/1.1"), "400", .lacks = "X-Injected"),
    ROW("escaped CRLF in a request id splits nothing", "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "X-Request-Id: a%0d%0aX-Injected: 1\r\n\r\n", "200",
        .lacks = "X-Injected"),
};
ROWS(wire_http_rows_method, method, "RFC 9110 9, 6.6.1, 8.6, 15")

/* clang-format on */

/* ---- every method on every kind of route ---- */

static const struct {
    const char *path, *allow; /* NULL: nothing is there */
} places[] = {
    {"/", "GET, HEAD, OPTIONS"},
    {"/livez", "GET, HEAD, OPTIONS"},
    {"/readyz", "GET, HEAD, OPTIONS"},
    {"/metrics", "GET, HEAD, OPTIONS"},
    {"/openapi.json", "GET, HEAD, OPTIONS"},
    {"/run/echo", "POST, OPTIONS"},
    {"/ojs/manifest", "GET, HEAD, OPTIONS"},
    {"/ojs/v1/jobs", "GET, HEAD, POST, OPTIONS"},
    {"/ojs/v1/health", "GET, HEAD, OPTIONS"},
    {"/ojs/v1/queues", "GET, HEAD, POST, OPTIONS"},
    {"/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000", "GET, HEAD, DELETE, OPTIONS"},
    {"/ojs/v1/cron/x", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
    {"/ojs/v1/workers/fetch", "POST, OPTIONS"},
    {"/nothing", NULL},
};

static bool is_allowed(const char *allow, const char *method)
{
    size_t len = strlen(method);
    for (const char *at = strstr(allow, method); at; at = strstr(at + 1, method))
        if ((at == allow || at[-1] == ' ') && (at[len] == ',' || at[len] == 0)) return true;
    return false;
}

static void add_refused(struct row_list *l, size_t place, const char *method)
{
    static char has[sizeof places / sizeof *places][96];
    char line[160];
    const char *allow = places[place].allow;
    bool is_options = strcmp(method, "OPTIONS") == 0, is_head = strcmp(method, "HEAD") == 0;
    if (allow && is_allowed(allow, method) && !is_options) return;
    int len = snprintf(line, sizeof line, "%s %s", method, places[place].path);
    struct row *k = row_list_add(l, !allow ? (is_head ? "h404" : "404") : is_options ? "204" : is_head ? "h405" : "405", "", line,
                                 (size_t)len, " HTTP/1.1\r\n" HOST "\r\n", "");
    if (!allow) return;
    (void)snprintf(has[place], sizeof has[place], "\r\nAllow: %s\r\n", allow);
    k->has = has[place];
}

Test(wire_http_rows_method, every_method_everywhere, .timeout = 60)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"};
    struct row_list l = {0};
    for (size_t place = 0; place < sizeof places / sizeof *places; place++)
        for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) add_refused(&l, place, methods[i]);
    row_list_run(&l, "RFC 9110 9, 15.5.6");
}

/* Routes of the configuration file against the real server: bound to a job type, or with a fixed answer. */
#include "call.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>

#define N(list) (sizeof(list) / sizeof *(list))

static const char config[] =
    "{ // what a small application adds to its server\n"
    "  \"routes\": [\n"
    "    {\"method\": \"GET\", \"path\": \"/greet/<text>\", \"job\": \"test.tell\"},\n"
    "    {\"methods\": [\"GET\", \"POST\"], \"path\": \"/wait/<int:ms>/<text>\", \"job\": \"test.tell\"},\n"
    "    {\"path\": \"/echo\", \"job\": \"echo\"},\n" /* POST, when nothing is said */
    "    {\"method\": \"PUT\", \"path\": \"/small\", \"job\": \"test.small\"},\n"
    "    {\"method\": \"GET\", \"path\": \"/number/<float:x>\", \"job\": \"test.params\"},\n"
    "    {\"method\": \"GET\", \"path\": \"/fail/<code>\", \"job\": \"test.fail\"},\n"
    "    {\"method\": \"GET\", \"path\": \"/files/<path:text>\", \"job\": \"test.tell\"},\n"
    "    {\"method\": \"GET\", \"path\": \"/now\", \"job\": \"test.inline\"},\n"
    "    /* and what a browser asks for */\n"
    "    {\"path\": \"/favicon.ico\", \"status\": 204},\n"
    "    {\"path\": \"/robots.txt\", \"type\": \"text/plain; charset=utf-8\", \"body\": \"User-agent: *\\nDisallow: /\\n\"},\n"
    "    {\"path\": \"/plain\", \"body\": \"no type given\"},\n"
    "    {\"path\": \"/gone\", \"status\": 410, \"type\": \"text/html\", \"body\": \"<p>gone \\u00fc</p>\"},\n"
    "    {\"path\": \"/empty\", \"status\": 200},\n"
    "    {\"path\": \"/greet/nobody\", \"status\": 403, \"body\": \"not him\"},\n"
    "    {\"methods\": \"GET, DELETE\", \"path\": \"/thing\", \"body\": \"same for both\"}\n"
    "  ]\n"
    "}\n";

static void expect_on(struct client *c, const char *method, const char *path, int status, const char *type, const char *body)
{
    struct reply r = client_request(c, method, path, NULL, NULL);
    const char *fault = wire_fault(&r, false), *media = reply_header(&r, "Content-Type");
    cr_assert_null(fault, "%s %s: %s\n%s", method, path, fault, r.head);
    cr_assert_eq(r.status, status, "%s %s: %s%s", method, path, r.head, r.body);
    cr_assert_str_eq(r.body, body, "%s %s", method, path);
    if (type) cr_assert(media && strcmp(media, type) == 0, "%s %s: %s", method, path, r.head);
    else cr_assert_null(media, "%s", r.head);
    reply_free(&r);
}

/* ---- bound to a job type ---- */

Test(wire_own_routes, path_parameters_become_parameters, .timeout = 30)
{
    struct server srv;
    struct client c;
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    expect_on(&c, "GET", "/greet/world", 200, "text/plain", "world");
    expect_on(&c, "GET", "/greet/J%C3%BCrgen%20%26%20Co", 200, "text/plain", "J\303\274rgen & Co");
    expect_on(&c, "GET", "/greet/a+b", 200, "text/plain", "a+b"); /* a plus is a blank in a query only */
    expect_on(&c, "GET", "/greet/late?ms=20", 200, "text/plain", "late");
    expect_on(&c, "GET", "/wait/10/a", 200, "text/plain", "a");
    expect_on(&c, "POST", "/wait/0/b", 200, "text/plain", "b");
    expect_on(&c, "GET", "/number/0.25?n=7", 200, "text/plain", "n=7 x=0.25 b=0 c=red t=(none) ok");
    expect_on(&c, "GET", "/files/a/b/c.txt", 200, "text/plain", "a/b/c.txt");
    expect_on(&c, "GET", "/greet/nobody", 403, "text/plain", "not him"); /* a literal segment wins */
    struct reply r = client_request(&c, "GET", "/greet/fields", NULL, NULL);
    cr_assert_str_eq(reply_header(&r, "Quern-Job-Type"), "test.tell");
    cr_assert(reply_header(&r, "Server-Timing"));
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_own_routes, bodies_go_to_the_job, .timeout = 30)
{
    struct server srv;
    struct client c;
    char *bytes = call_pattern(100000);
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/echo", "Content-Type: a/b\r\n", bytes, 100000);
    cr_assert_eq(r.status, 200, "%s", r.head);
    cr_assert(r.body_len == 100000 && memcmp(r.body, bytes, 100000) == 0);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "a/b");
    reply_free(&r);
    r = client_request(&c, "PUT", "/small", NULL, "small");
    cr_assert_eq(r.status, 200, "%s", r.head);
    cr_assert_str_eq(r.body, "small");
    reply_free(&r);
    client_send_text(&c, "PUT /small HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n"); /* the type's limit holds here too */
    client_read_reply(&c, &r);
    call_problem(r, 413, "content-too-large", "1000 bytes");
    cr_assert(wire_ends(&c));
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

static const struct {
    const char *path;
    int status;
    const char *code, *detail;
} refusals[] = {
    {"/wait/ten/a", 404, "not-found", "nothing under this path"},
    {"/wait/-1/a", 400, "invalid-parameter", "'ms' must be between 0 and 600000"},
    {"/wait/600001/a", 400, "invalid-parameter", "'ms' must be between"},
    {"/wait/1/a?ms=1", 400, "invalid-parameter", "'ms' is given twice"},
    {"/wait/1/a?x=1", 400, "invalid-parameter", "no parameter 'x'"},
    {"/greet/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 400, "invalid-parameter", "'text' must have"},
    {"/greet", 404, "not-found", ""},
    {"/greet/", 404, "not-found", ""},
    {"/greet/a/b", 404, "not-found", ""},
    {"/greet/a%2Fb", 404, "not-found", ""}, /* an escaped slash is no text for a parameter */
    {"/number/0.5", 400, "invalid-parameter", "'n' is required"},
    {"/number/7.5?n=1", 400, "invalid-parameter", "'x' must be between -1 and 1"},
    {"/number/x?n=1", 404, "not-found", ""},
    {"/fail/out_of_luck", 422, "out_of_luck", "about nothing in particular"},
    {"/robots.txt/", 404, "not-found", ""},
};

Test(wire_own_routes, refusals_are_problems, .timeout = 30)
{
    struct server srv;
    struct client c;
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(refusals); i++) {
        struct reply r = client_request(&c, "GET", refusals[i].path, NULL, NULL);
        cr_assert_eq(r.status, refusals[i].status, "%s: %s%s", refusals[i].path, r.head, r.body);
        call_problem(r, refusals[i].status, refusals[i].code, refusals[i].detail);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- fixed answers ---- */

Test(wire_own_routes, fixed_answers, .timeout = 30)
{
    struct server srv;
    struct client c;
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    expect_on(&c, "GET", "/favicon.ico", 204, NULL, "");
    expect_on(&c, "GET", "/favicon.ico?v=2", 204, NULL, "");
    expect_on(&c, "GET", "/robots.txt", 200, "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n");
    expect_on(&c, "GET", "/plain", 200, "text/plain", "no type given");
    expect_on(&c, "GET", "/gone", 410, "text/html", "<p>gone \303\274</p>");
    expect_on(&c, "GET", "/empty", 200, NULL, "");
    expect_on(&c, "GET", "/thing", 200, "text/plain", "same for both");
    expect_on(&c, "DELETE", "/thing", 200, "text/plain", "same for both");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* HEAD: what GET says of the body, and no body. The next answer shows that none was sent. */
static void expect_head(struct client *c, const char *path, int status, const char *length)
{
    struct reply r;
    client_sendf(c, "HEAD %s HTTP/1.1\r\n" HOST "\r\n", path);
    client_read_head_reply(c, &r);
    const char *said = reply_header(&r, "Content-Length");
    cr_assert_eq(r.status, status, "HEAD %s: %s", path, r.head);
    if (length) cr_assert(said && strcmp(said, length) == 0, "HEAD %s: %s", path, r.head);
    else cr_assert_null(said, "HEAD %s: %s", path, r.head);
    reply_free(&r);
    expect_on(c, "GET", "/plain", 200, "text/plain", "no type given");
}

Test(wire_own_routes, head, .timeout = 30)
{
    struct server srv;
    struct client c;
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    expect_head(&c, "/favicon.ico", 204, NULL);
    expect_head(&c, "/robots.txt", 200, "26");
    expect_head(&c, "/gone", 410, "14");
    expect_head(&c, "/empty", 200, "0");
    expect_head(&c, "/greet/world", 200, "5"); /* it runs the job: only so is the length known */
    expect_head(&c, "/now", 200, "0");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- methods ---- */

static const struct {
    const char *path, *allow, *other;
} methods[] = {
    {"/favicon.ico", "GET, HEAD, OPTIONS", "POST"},
    {"/robots.txt", "GET, HEAD, OPTIONS", "DELETE"},
    {"/thing", "GET, HEAD, DELETE, OPTIONS", "PUT"},
    {"/greet/world", "GET, HEAD, OPTIONS", "POST"},
    {"/wait/1/a", "GET, HEAD, POST, OPTIONS", "PATCH"},
    {"/echo", "POST, OPTIONS", "GET"},
    {"/small", "PUT, OPTIONS", "POST"},
};

static bool same_words(const char *a, const char *b)
{
    char one[128], two[128], *save;
    (void)snprintf(one, sizeof one, "%s", a);
    (void)snprintf(two, sizeof two, ", %s,", b);
    if (strlen(a) != strlen(b)) return false;
    for (char *word = strtok_r(one, ", ", &save); word; word = strtok_r(NULL, ", ", &save)) {
        char wanted[40];
        (void)snprintf(wanted, sizeof wanted, " %s,", word);
        if (!strstr(two, wanted)) return false;
    }
    return true;
}

Test(wire_own_routes, other_methods, .timeout = 30)
{
    struct server srv;
    struct client c;
    call_up(&srv, config, NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(methods); i++) {
        struct reply r = client_request(&c, methods[i].other, methods[i].path, NULL, NULL);
        const char *allow = reply_header(&r, "Allow");
        cr_assert(allow && same_words(allow, methods[i].allow), "%s %s: %s", methods[i].other, methods[i].path, r.head);
        call_problem(r, 405, "method-not-allowed", "");
        r = client_request(&c, "OPTIONS", methods[i].path, NULL, NULL);
        allow = reply_header(&r, "Allow");
        cr_assert(r.status == 204 && allow && same_words(allow, methods[i].allow), "OPTIONS %s: %s", methods[i].path, r.head);
        reply_free(&r);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* They are counted and described like the others. */
Test(wire_own_routes, are_seen, .timeout = 30)
{
    struct server srv;
    call_up(&srv, config, NULL);
    struct reply r = http_request(srv.port, "GET", "/robots.txt", NULL, NULL);
    reply_free(&r);
    char *text = wire_metrics(srv.port);
    cr_assert(strstr(text, "quern_answers_total{route=\"/robots.txt\",code=\"200\"} 1\n"), "%s", text);
    free(text);
    r = http_request(srv.port, "GET", "/openapi.json", NULL, NULL);
    cJSON *api = call_json(&r);
    const cJSON *paths = call_member(api, "paths");
    const cJSON *wait = cJSON_GetObjectItemCaseSensitive(paths, "/wait/{ms}/{text}");
    cr_assert(wait && call_member(wait, "get") && call_member(wait, "post"));
    const cJSON *first = cJSON_GetArrayItem(call_member(wait, "get.parameters"), 0);
    cr_assert_str_eq(call_member(first, "name")->valuestring, "ms");
    cr_assert_str_eq(call_member(first, "schema.type")->valuestring, "integer");
    cr_assert(cJSON_GetObjectItemCaseSensitive(paths, "/favicon.ico"));
    cJSON_Delete(api);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what cannot be a route ---- */

static const struct {
    const char *route, *says;
} wrong[] = {
    {"{\"path\": \"/a\", \"job\": \"no.such\"}", "quern.json:3: route '/a': there is no job type of this name"},
    {"{\"path\": \"/a/<b>\", \"job\": \"sleep\"}", "quern.json:3: route '/a/<b>': a parameter of the path is none of the job"},
    {"{\"path\": \"/a/<b\", \"status\": 200}", "quern.json:3: route '/a/<b': bad byte"},
    {"{\"path\": \"/a//b\", \"status\": 200}", "quern.json:3: route '/a//b': empty segment"},
    {"{\"path\": \"/<nat:n>\", \"status\": 200}", "quern.json:3: route '/<nat:n>': unknown parameter type"},
    {"{\"path\": \"/livez\", \"status\": 200}", "quern.json:3: route '/livez': method and path are taken"},
    {"{\"path\": \"/a\", \"status\": 200}, {\"path\": \"/a\", \"status\": 204}",
     "quern.json:3: route '/a': method and path are taken"},
    {"{\"path\": \"/a\", \"status\": 99}", "quern.json:3: key 'status' must be a whole number from 200 to 599"},
    {"{\"path\": \"/a\", \"job\": \"echo\", \"status\": 200}", "quern.json:3: the keys 'job' and 'status'"},
    {"{\"path\": \"/a\", \"status\": 200, \"methods\": \"BREW\"}", "quern.json:3: key 'methods' must be GET"},
    {"{\"status\": 200}", "quern.json:3: a route needs the key 'path'"},
    {"{\"path\": \"/a\", \"stauts\": 200}", "quern.json:3: unknown key 'stauts'; did you mean 'status'?"},
};

static void write_file(const struct server *s, const char *name, const char *before, const char *text, const char *after)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *f = fopen(path, "we");
    cr_assert(f && fprintf(f, "%s%s%s", before, text, after) >= 0 && fclose(f) == 0, "%s", path);
}

Test(wire_own_routes, wrong_ones_end_the_start, .timeout = 60)
{
    for (size_t i = 0; i < N(wrong); i++) {
        struct server srv;
        int status;
        server_folder_new(&srv);
        write_file(&srv, "quern.json", "{\n  \"routes\": [\n", wrong[i].route, "\n  ]\n}\n");
        server_start(&srv, (const char *const[]){"--config", "quern.json", "--ephemeral", "--listen", "127.0.0.1:0", NULL});
        cr_assert_eq(waitpid(srv.pid, &status, 0), srv.pid);
        char *text = server_log(&srv);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 2, "%s: %#x %s", wrong[i].route, status, text);
        cr_assert(strstr(text, wrong[i].says), "%s: %s", wrong[i].route, text);
        cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1, "more than one line: %s", text);
        free(text);
        server_folder_free(&srv);
    }
}

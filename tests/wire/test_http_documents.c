/* Documents of quern's own in the form and the coding that a client likes best: Accept, Accept-Encoding, Vary, entity tags of forms
 * (RFC 9110 §8.8.3, §12.5). */
#include "ojs_steps.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static char *unpack(const struct reply *r, size_t *len)
{
    size_t room = 1 << 20;
    char *out = malloc(room + 1);
    z_stream z = {.next_in = (Bytef *)r->body, .avail_in = (uInt)r->body_len, .next_out = (Bytef *)out, .avail_out = (uInt)room};
    cr_assert(out);
    cr_assert_eq(inflateInit2(&z, 15 + 16), Z_OK);
    cr_assert_eq(inflate(&z, Z_FINISH), Z_STREAM_END, "%s", r->head);
    cr_assert_eq(z.avail_in, 0);
    *len = room - z.avail_out;
    out[*len] = 0;
    (void)inflateEnd(&z);
    return out;
}

static struct reply get(struct server *srv, const char *method, const char *path, const char *headers)
{
    struct reply r = http_request(srv->port, method, path, headers, NULL);
    const char *fault = wire_fault(&r, !r.keeps_open);
    cr_assert_null(fault, "%s: %s\n%s", path, fault, r.head);
    return r;
}

static void expect_field(const struct reply *r, const char *name, const char *value)
{
    const char *is = reply_header(r, name);
    if (!value) cr_assert_null(is, "%s: %s", name, is);
    else cr_assert(is && strcmp(is, value) == 0, "%s: %s, not %s\n%s", name, is ? is : "none", value, r->head);
}

/* Packed and plain it is the same text, with different tags; HEAD says of both what GET does. */
static void try_packing(struct server *srv, const char *path, bool has_tag, bool is_steady)
{
    struct reply plain = get(srv, "GET", path, NULL), packed = get(srv, "GET", path, "Accept-Encoding: br, gzip\r\n");
    struct reply head = get(srv, "HEAD", path, "Accept-Encoding: gzip\r\n");
    char tag[40], headers[128];
    size_t len;
    cr_assert_eq(plain.status, 200);
    expect_field(&plain, "Content-Encoding", NULL);
    expect_field(&packed, "Content-Encoding", "gzip");
    expect_field(&head, "Content-Encoding", "gzip");
    expect_field(&packed, "Vary", reply_header(&plain, "Vary"));
    cr_assert(strstr(reply_header(&plain, "Vary"), "Accept-Encoding"));
    expect_field(&packed, "Content-Type", reply_header(&plain, "Content-Type"));
    char *text = unpack(&packed, &len);
    cr_assert_lt(packed.body_len, plain.body_len / 2);
    if (is_steady) {
        cr_assert_eq(len, plain.body_len);
        cr_assert_str_eq(text, plain.body);
        expect_field(&head, "Content-Length", reply_header(&packed, "Content-Length"));
    }
    free(text);
    if (has_tag) {
        (void)snprintf(tag, sizeof tag, "%s", reply_header(&packed, "ETag"));
        cr_assert_str_neq(reply_header(&plain, "ETag"), tag);
        (void)snprintf(headers, sizeof headers, "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n", tag);
        struct reply r = get(srv, "GET", path, headers);
        cr_assert_eq(r.status, 304);
        expect_field(&r, "ETag", tag);
        expect_field(&r, "Vary", reply_header(&packed, "Vary"));
        reply_free(&r);
        (void)snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", tag);
        r = get(srv, "GET", path, headers);
        cr_assert_eq(r.status, 200, "who cannot unpack does not have it yet");
        reply_free(&r);
    }
    reply_free(&plain);
    reply_free(&packed);
    reply_free(&head);
}

static struct id submit_large(struct server *srv)
{
    struct wire_text body = {0};
    wire_addf(&body, "{\"type\":\"doc.large\",\"args\":[\"");
    wire_fill(&body, 'x', 3000);
    wire_addf(&body, "\"],\"meta\":{\"a b\":\"<&>\"}}");
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body.p);
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    wire_text_free(&body);
    return id;
}

Test(wire_http_documents, packed, .timeout = 60)
{
    struct server srv;
    char path[128];
    server_up(&srv, NULL);
    struct id id = submit_large(&srv);
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    try_packing(&srv, path, true, true);
    try_packing(&srv, "/ojs/v1/jobs", false, true);
    try_packing(&srv, "/metrics", false, false);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_documents, not_packed, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    static const struct {
        const char *path, *headers;
    } cases[] = {
        {"/ojs/v1/health", "Accept-Encoding: gzip\r\n"},        {"/livez", "Accept-Encoding: gzip\r\n"},
        {"/metrics", "Accept-Encoding: gzip;q=0\r\n"},          {"/metrics", "Accept-Encoding: br, deflate\r\n"},
        {"/metrics", "Accept-Encoding: identity\r\n"},          {"/metrics", "Accept-Encoding: gzip;q=0.1, identity;q=0.2\r\n"},
        {"/metrics", "Accept-Encoding:\r\n"},                   {"/nothing", "Accept-Encoding: gzip\r\n"},
        {"/metrics", "Accept-Encoding: *;q=0, identity\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = get(&srv, "GET", cases[i].path, cases[i].headers);
        expect_field(&r, "Content-Encoding", NULL);
        reply_free(&r);
    }
    /* A call's result is what the handler has made, large or not. */
    struct wire_text body = {0};
    wire_fill(&body, 'x', 5000);
    struct reply r = http_request(srv.port, "POST", "/run/echo", "Accept-Encoding: gzip\r\n", body.p);
    expect_field(&r, "Content-Encoding", NULL);
    cr_assert_eq(r.body_len, 5000);
    reply_free(&r);
    wire_text_free(&body);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_documents, nothing_is_acceptable, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    static const struct {
        const char *path, *headers;
        int status;
    } cases[] = {
        {"/openapi.json", "Accept: text/html\r\n", 406},
        {"/openapi.json", "Accept: application/json;q=0, */*\r\n", 406},
        {"/openapi.json", "Accept: application/*\r\n", 200},
        {"/openapi.json", "Accept-Encoding: identity;q=0\r\n", 406},
        {"/openapi.json", "Accept-Encoding: *;q=0\r\n", 406},
        {"/ojs/manifest", "Accept: image/png\r\n", 406},
        {"/ojs/manifest", "Accept: */*;q=0\r\n", 406},
        {"/ojs/v1/jobs", "Accept: text/plain, text/*\r\n", 406},
        {"/ojs/v1/jobs", "Accept-Encoding: identity;q=0\r\n", 406},
        {"/ojs/v1/jobs", "Accept: text/html, */*;q=0.1\r\n", 200},
        {"/ojs/v1/jobs", "Accept: application/json\r\n", 200},
        {"/ojs/v1/jobs", "Accept: application/openjobspec+json\r\n", 200},
        {"/ojs/v1/jobs", "Accept: application/xml\r\n", 200},
        {"/livez", "Accept: image/png\r\nAccept-Encoding: identity;q=0\r\n", 200}, /* whoever asks wants to know one thing */
        {"/readyz", "Accept: application/json\r\n", 200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = get(&srv, "GET", cases[i].path, cases[i].headers);
        cr_assert_eq(r.status, cases[i].status, "%s %s: %d\n%s", cases[i].path, cases[i].headers, r.status, r.body);
        reply_free(&r);
    }
    struct reply r = get(&srv, "GET", "/ojs/v1/jobs", "Accept: text/html\r\n");
    cr_assert(strstr(r.body, "application/openjobspec+json") && strstr(r.body, "application/xml"), "what is offered: %s", r.body);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

Test(wire_http_documents, xml, .timeout = 60)
{
    struct server srv;
    char path[128], tag[40], headers[160];
    server_up(&srv, NULL);
    struct id id = submit_large(&srv);
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    struct reply r = get(&srv, "GET", path, "Accept: application/xml\r\n");
    expect_field(&r, "Content-Type", "application/xml");
    expect_field(&r, "Vary", "Accept, Accept-Encoding");
    cr_assert_eq(strstr(r.body, XML "<document xmlns=\"urn:quern:v1\"><job>"), r.body, "%s", r.body);
    cr_assert(strstr(r.body, "<type>doc.large</type>") && strstr(r.body, "<args><item>xxx"), "%s", r.body);
    cr_assert(strstr(r.body, "<a_x0020_b>&lt;&amp;&gt;</a_x0020_b>"), "%s", r.body);
    (void)snprintf(tag, sizeof tag, "%s", reply_header(&r, "ETag"));
    reply_free(&r);
    (void)snprintf(headers, sizeof headers, "Accept: application/xml\r\nIf-None-Match: %s\r\n", tag);
    r = get(&srv, "GET", path, headers);
    cr_assert_eq(r.status, 304);
    reply_free(&r);
    (void)snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", tag);
    r = get(&srv, "GET", path, headers);
    cr_assert_eq(r.status, 200, "as JSON it is another");
    expect_field(&r, "Content-Type", OJS_TYPE);
    reply_free(&r);
    r = get(&srv, "GET", path, "Accept: application/xml, */*;q=0\r\nAccept-Encoding: gzip\r\n");
    size_t len;
    char *text = unpack(&r, &len);
    cr_assert(strstr(text, "<type>doc.large</type>") && strstr(reply_header(&r, "ETag"), "-xg\""), "%s", r.head);
    free(text);
    reply_free(&r);
    r = get(&srv, "GET", path, "Accept: application/xml;q=0.9, application/json;q=0.9\r\n");
    expect_field(&r, "Content-Type", OJS_TYPE);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_documents, problems_as_xml, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    static const char *const paths[] = {"/nothing", "/ojs/v1/nothing", "/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000", "/run/echo"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply r = get(&srv, "GET", paths[i], "Accept: application/xml, */*;q=0\r\n");
        cr_assert(r.status == 404 || r.status == 405);
        expect_field(&r, "Content-Type", "application/problem+xml");
        cr_assert_eq(strstr(r.body, XML "<problem xmlns=\"urn:ietf:rfc:7807\"><type>urn:quern:problem:"), r.body, "%s", r.body);
        cr_assert(strstr(r.body, "</detail><code>") && strstr(r.body, "</code></problem>"), "%s", r.body);
        reply_free(&r);
        r = get(&srv, "GET", paths[i], "Accept: application/problem+json, application/xml;q=0.5\r\n");
        cr_assert(strstr(reply_header(&r, "Content-Type"), "json"));
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

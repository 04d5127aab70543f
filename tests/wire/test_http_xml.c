/* Requests as XML: what may be posted as JSON may be posted so; what is refused, and that nothing is fetched or opened for it. */
#include "ojs_steps.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define XML_HEADER "Content-Type: application/xml\r\n"
#define XML(inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document xmlns=\"urn:quern:v1\">\n" inside "</document>\n"

static struct doc send_xml(struct server *srv, const char *method, const char *path, const char *xml)
{
    return doc_of(http_request(srv->port, method, path, XML_HEADER, xml));
}

static void expect_status(struct server *srv, const char *method, const char *path, const char *xml, int status)
{
    struct doc d = send_xml(srv, method, path, xml);
    STATUS(d, status);
    doc_free(&d);
}

/* A part of the answer's text. */
static void expect_part(const struct doc *d, const char *part)
{
    cr_assert(strstr(d->r.body, part), "no %s in %s", part, d->r.body);
}

static struct id submit(struct server *srv, const char *xml)
{
    struct doc d = send_xml(srv, "POST", "/ojs/v1/jobs", xml);
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    return id;
}

Test(wire_http_xml, a_job_submitted_as_xml_is_one_in_json, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    struct id id = submit(
        &srv,
        XML("  <specversion>1.0</specversion>\n  <type>mail.send</type>\n"
            "  <args>\n    <item>42</item><item type=\"string\">42</item><item>042</item><item>-1.50e+3</item><item>true</item>\n"
            "    <item/><item type=\"null\"/><item type=\"array\"/><item type=\"object\"/><item>a &lt; b &amp; \"c\"</item>\n"
            "    <item><to_x0020_whom>Ada</to_x0020_whom><n>12345678901234567890</n></item><item><item>1</item></item>\n  </args>\n"
            "  <meta><trace>0042</trace></meta>\n"
            "  <options><queue>42</queue><priority>5</priority><tags><item>1</item><item>b</item></tags>\n"
            "    <retry><max_attempts>7</max_attempts><initial_interval>PT5S</initial_interval></retry></options>\n"
            "  <mine>1.0</mine>\n"));
    struct doc d = ojs_info(&srv, id);
    expect_part(&d, "\"args\":[42,\"42\",\"042\",-1.50e+3,true,\"\",null,[],{},\"a < b & \\\"c\\\"\","
                    "{\"to whom\":\"Ada\",\"n\":12345678901234567890},[1]]");
    TEXT(d, "job.specversion", "1.0");
    TEXT(d, "job.queue", "42");
    NUMBER(d, "job.priority", 5);
    NUMBER(d, "job.max_attempts", 7);
    NUMBER(d, "job.mine", 1);
    expect_part(&d, "\"tags\":[\"1\",\"b\"]");
    expect_part(&d, "\"meta\":{\"trace\":\"0042\"}");
    doc_free(&d);
    d = ojs_fetch(&srv, "\"42\"");
    expect_part(&d, "\"args\":[42,\"42\",\"042\",");
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

/* What quern shows of a job, without its id, makes another one with the same content. */
Test(wire_http_xml, what_is_written_can_be_read, .timeout = 60)
{
    static const char args[] =
        "\"args\":[\"42\",42,\"true\",true,null,\"\",[],{},{\"item\":1},[[]],[\"x\"],\"<&>]]>\",\"\\r\\n\\t\",{\"a b\":{\"\":\" \"}},1e5,\"1e5\"]";
    char body[512], id[64], again[4096];
    struct server srv;
    server_up(&srv, NULL);
    (void)snprintf(
        body, sizeof body,
        "{\"type\":\"doc.again\",%s,\"meta\":{\"item\":\"7\"},\"options\":{\"queue\":\"7\",\"tags\":[\"7\"]},\"mine\":\"\"}",
        args);
    struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", body);
    (void)snprintf(id, sizeof id, "<id>%s</id>", doc_text(&d, "job.id"));
    struct reply r = http_request(srv.port, "GET", reply_header(&d.r, "Location"), "Accept: application/xml\r\n", NULL);
    doc_free(&d);
    const char *inside = strstr(r.body, "<job>"), *at = strstr(r.body, id), *end = strstr(r.body, "</job>");
    cr_assert(inside && at > inside && end > at, "%s", r.body);
    int len = snprintf(again, sizeof again, "<document xmlns=\"urn:quern:v1\">%.*s%.*s</document>", (int)(at - inside - 5),
                       inside + 5, (int)(end - at - (long)strlen(id)), at + strlen(id));
    cr_assert(len > 0 && (size_t)len < sizeof again);
    reply_free(&r);
    struct id other = submit(&srv, again);
    d = ojs_info(&srv, other);
    expect_part(&d, args);
    expect_part(&d, "\"meta\":{\"item\":\"7\"}");
    expect_part(&d, "\"tags\":[\"7\"]");
    TEXT(d, "job.queue", "7");
    TEXT(d, "job.mine", "");
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_xml, the_least_that_is_a_job, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    struct doc d = ojs_info(&srv, submit(&srv, "<document xmlns='urn:quern:v1'><type>a</type><args/></document>"));
    expect_part(&d, "\"args\":[]");
    doc_free(&d);
    d = ojs_info(
        &srv,
        submit(
            &srv,
            "<q:document xmlns:q='urn:quern:v1'><q:type><![CDATA[a]]></q:type><q:args><q:item>1</q:item></q:args></q:document>"));
    expect_part(&d, "\"args\":[1]");
    doc_free(&d);
    d = ojs_info(&srv, submit(&srv, XML("<t_x0079_pe>a</t_x0079_pe><_x0061_rgs/><opt_x0069_ons><q_x0075_eue>7</q_x0075_eue></opt_x0069_ons>")));
    TEXT(d, "job.type", "a");
    TEXT(d, "job.queue", "7");
    expect_part(&d, "\"args\":[]");
    doc_free(&d);
    ojs_expect_refusal(send_xml(&srv, "POST", "/ojs/v1/jobs", "<document xmlns='urn:quern:v1'/>"), 400, "invalid_request");
    ojs_expect_refusal(send_xml(&srv, "POST", "/ojs/v1/jobs", XML("<type>a</type><args>none</args>")), 400, "invalid_request");
    ojs_expect_refusal(send_xml(&srv, "POST", "/ojs/v1/jobs", XML("<type type='number'>4</type><args/>")), 400,
                       "invalid_request");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- all that reads a document ---- */

Test(wire_http_xml, workers, .timeout = 60)
{
    char xml[512], path[128];
    struct server srv;
    server_up(&srv, NULL);
    struct id id = submit(&srv, XML("<type>a</type><args/><options><queue>7</queue></options>"));
    struct doc d = send_xml(&srv, "POST", "/ojs/v1/workers/fetch",
                            XML("<queues><item>7</item></queues><count>3</count><worker_id>8</worker_id>"));
    STATUS(d, 200);
    cr_assert_eq(doc_n_jobs(&d), 1);
    char token[64];
    (void)snprintf(token, sizeof token, "%s", doc_text(&d, "jobs[0].lease_token"));
    doc_free(&d);
    (void)snprintf(xml, sizeof xml, XML("<worker_id>8</worker_id><active_jobs><item>%s</item></active_jobs>"), id.text);
    d = send_xml(&srv, "POST", "/ojs/v1/workers/heartbeat", xml);
    STATUS(d, 200);
    TEXT(d, "jobs_extended[0]", id.text);
    doc_free(&d);
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/progress", id.text);
    d = send_xml(&srv, "PUT", path, XML("<progress>0.5</progress><data/><checkpoint><row>7</row></checkpoint>"));
    STATUS(d, 200);
    NUMBER(d, "progress", 0.5);
    doc_free(&d);
    (void)snprintf(
        xml, sizeof xml,
        XML("<job_id>%s</job_id><lease_token>%s</lease_token><result><rows>7</rows><name type=\"string\">7</name></result>"),
        id.text, token);
    expect_status(&srv, "POST", "/ojs/v1/workers/ack", xml, 200);
    d = ojs_info(&srv, id);
    TEXT(d, "job.state", "completed");
    expect_part(&d, "\"result\":{\"rows\":7,\"name\":\"7\"}");
    doc_free(&d);
    id = submit(&srv, XML("<type>a</type><args/><options><queue>7</queue></options>"));
    d = ojs_fetch(&srv, "\"7\"");
    doc_free(&d);
    (void)snprintf(
        xml, sizeof xml,
        XML("<job_id>%s</job_id><error><code>404</code><message>500</message><retryable>false</retryable><details><at>3</at></details></error>"),
        id.text);
    expect_status(&srv, "POST", "/ojs/v1/workers/nack", xml, 200);
    d = ojs_info(&srv, id);
    TEXT(d, "job.state", "discarded");
    expect_part(&d, "\"message\":\"500\"");
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_xml, batches, .timeout = 60)
{
    char xml[512];
    struct server srv;
    server_up(&srv, NULL);
    struct doc d = send_xml(
        &srv, "POST", "/ojs/v1/jobs/batch",
        XML("<jobs><item><type>a</type><args/></item><item><type>a</type><args><item>1</item></args><options><queue>9</queue></options></item></jobs>"));
    STATUS(d, 201);
    cr_assert_eq(doc_n_jobs(&d), 2);
    TEXT(d, "jobs[1].queue", "9");
    struct id id = doc_id(&d, "jobs[1].id");
    doc_free(&d);
    d = send_xml(
        &srv, "POST", "/ojs/v1/jobs/bulk",
        XML("<atomicity>partial</atomicity><idempotency_key>77</idempotency_key><jobs><item><type>a</type><args/></item><item><type>A</type><args/></item></jobs>"));
    STATUS(d, 207);
    NUMBER(d, "succeeded", 1);
    doc_free(&d);
    (void)snprintf(xml, sizeof xml, XML("<job_ids><item>%s</item></job_ids>"), id.text);
    d = send_xml(&srv, "POST", "/ojs/v1/jobs/bulk/cancel", xml);
    STATUS(d, 200);
    NUMBER(d, "cancelled", 1);
    doc_free(&d);
    d = send_xml(&srv, "POST", "/ojs/v1/jobs/bulk/delete",
                 XML("<filter><queue>9</queue><state><item>cancelled</item></state></filter>"));
    STATUS(d, 200);
    NUMBER(d, "deleted", 1);
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_xml, cron_and_queues, .timeout = 60)
{
    struct server srv;
    server_up(&srv, NULL);
    static const char cron[] =
        XML("<name>12</name><expression>0 3 * * *</expression><timezone>UTC</timezone><type>a</type><args><item>1</item></args>"
            "<options><queue>12</queue></options><enabled>false</enabled>");
    expect_status(&srv, "POST", "/ojs/v1/cron", cron, 201);
    expect_status(&srv, "PUT", "/ojs/v1/cron/12", cron, 200);
    expect_status(&srv, "PATCH", "/ojs/v1/cron/12", XML("<enabled>true</enabled>"), 200);
    expect_status(
        &srv, "POST", "/ojs/v1/queues",
        XML("<name>13</name><config><retention><completed>PT5M</completed></retention><default_retry><max_attempts>2</max_attempts></default_retry></config>"),
        201);
    expect_status(&srv, "PUT", "/ojs/v1/queues/13/config",
                  XML("<max_size>3</max_size><overflow_policy>reject</overflow_policy>"), 200);
    expect_status(&srv, "DELETE", "/ojs/v1/queues/13", XML("<strategy>reject</strategy>"), 200);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_xml, idempotency_keys, .timeout = 60)
{
    static const char headers[] = XML_HEADER "Idempotency-Key: \"k\"\r\n",
                      job[] = XML("<type>a</type><args><item>1</item></args>");
    struct server srv;
    server_up(&srv, NULL);
    struct doc first = doc_of(http_request(srv.port, "POST", "/ojs/v1/jobs", headers, job));
    struct doc again = doc_of(http_request(srv.port, "POST", "/ojs/v1/jobs", headers, job));
    STATUS(first, 201);
    STATUS(again, 201);
    TEXT(again, "job.id", doc_text(&first, "job.id"));
    cr_assert_str_eq(reply_header(&again.r, "Idempotency-Replayed"), "?1");
    doc_free(&first), doc_free(&again);
    ojs_expect_refusal(doc_of(http_request(srv.port, "POST", "/ojs/v1/jobs", headers,
                                           XML("<type>a</type><args><item>2</item></args>"))),
                       422, "x_idempotency_key_reused");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- media types ---- */

Test(wire_http_xml, media_types, .timeout = 60)
{
    static const struct {
        const char *type;
        int status;
    } cases[] = {
        {"application/xml", 201},
        {"Application/XML", 201},
        {"text/xml", 201},
        {"application/xml; charset=utf-8", 201},
        {"text/xml;charset=\"UTF-8\"", 201},
        {"application/xml ; a=b ; Charset=UTF-8", 201},
        {"application/xml; charset=iso-8859-1", 400},
        {"application/xml; charset=utf-16", 400},
        {"application/xml; charset=", 400},
        {"text/xml; charset=us-ascii", 400},
        {"application/xhtml+xml", 400},
        {"application/openjobspec+xml", 400},
        {"text/plain", 400},
    };
    char headers[128];
    struct server srv;
    server_up(&srv, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(headers, sizeof headers, "Content-Type: %s\r\n", cases[i].type);
        struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", headers, XML("<type>a</type><args/>"));
        cr_expect_eq(r.status, cases[i].status, "%s: %s", cases[i].type, r.body);
        const char *accept = reply_header(&r, "Accept");
        cr_expect(r.status == 201 || (accept && strstr(accept, "application/xml")), "%s", r.head);
        reply_free(&r);
    }
    struct doc d = doc_of(http_request(srv.port, "POST", "/ojs/v1/jobs", JSON_HEADER, XML("<type>a</type><args/>")));
    STATUS(d, 400);
    doc_free(&d);
    d = doc_of(http_request(srv.port, "POST", "/ojs/v1/jobs", XML_HEADER, "{\"type\":\"a\",\"args\":[]}"));
    STATUS(d, 400);
    doc_free(&d);
    /* Calls take what their handlers take. */
    struct reply r = http_request(srv.port, "POST", "/run/echo", XML_HEADER, "<!DOCTYPE a><a>");
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(r.body, "<!DOCTYPE a><a>");
    reply_free(&r);
    r = http_request(srv.port, "GET", "/openapi.json", NULL, NULL);
    cJSON *root = cJSON_Parse(r.body), *paths = cJSON_GetObjectItemCaseSensitive(root, "paths");
    cJSON *post = doc_find(cJSON_GetObjectItemCaseSensitive(paths, "/ojs/v1/jobs"), "post.requestBody.content");
    cJSON *xml = cJSON_GetObjectItemCaseSensitive(post, "application/xml");
    cr_assert(xml && doc_find(root, "components.schemas.Document.xml"), "what may be posted is told");
    cJSON_Delete(root);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- refusals ---- */

Test(wire_http_xml, refused_with_a_line, .timeout = 60)
{
    static const struct {
        const char *xml, *part;
    } cases[] = {
        {XML("<type>a</type>\n<args>\n"), "in line 5"},
        {XML("<type>a</type>\n\n<args b='c'/>"), "in line 5"},
        {"<document><type>a</type><args/></document>", "urn:quern:v1"},
        {"<document xmlns=\"urn:other\"/>", "in line 1"},
        {XML("text <type>a</type><args/>"), "text beside elements, in line 3"},
        {XML("<?php echo ?>"), "processing instruction, in line 3"},
        {XML("<type>\x01</type>"), "no character"},
        {XML("<type>\xff</type>"), "no character"},
        {XML("<type>&#xD800;</type>"), "no character"},
        {XML("<type>&#0;</type>"), "no character"},
        {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><document xmlns=\"urn:quern:v1\"/>", "UTF-8"},
        {"", "no element"},
    };
    struct server srv;
    server_up(&srv, NULL);
    for (size_t i = 1; i < sizeof cases / sizeof *cases; i++) { /* all but what is not whole */
        struct doc d = send_xml(&srv, "POST", "/ojs/v1/jobs", cases[i].xml);
        bool has_body = cases[i].xml[0] != 0;
        STATUS(d, 400);
        if (has_body) expect_part(&d, cases[i].part);
        if (has_body) TEXT(d, "error.details.problem", "malformed-xml");
        doc_free(&d);
    }
    ojs_expect_refusal(send_xml(&srv, "POST", "/ojs/v1/jobs", cases[0].xml), 400, "invalid_payload");
    struct doc d =
        send_xml(&srv, "POST", "/ojs/v1/jobs", XML("<type>a</type>\n<args/>\n<meta>\n<a>1</a>\n<_x0061_>2</_x0061_></meta>"));
    STATUS(d, 400);
    TEXT(d, "error.code", "invalid_request");
    expect_part(&d, "stands twice in one JSON object, in line 7");
    doc_free(&d);
    struct reply r =
        http_request(srv.port, "POST", "/ojs/v1/jobs", XML_HEADER "Accept: application/xml\r\n", XML("<type>\n</a>"));
    cr_assert_eq(r.status, 400);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/problem+xml");
    cr_assert(strstr(r.body, "urn:quern:problem:malformed-xml</type>") && strstr(r.body, "in line 4."), "%s", r.body);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- attacks ---- */

/* On a port of its own; nobody may connect to it. */
static int listen_somewhere(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 8) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

static void write_secret(const struct server *srv, char *path, size_t room)
{
    (void)snprintf(path, room, "%s/secret", srv->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs("the-secret-text", f) >= 0 && fclose(f) == 0);
}

Test(wire_http_xml, nothing_is_fetched_or_opened, .timeout = 60)
{
    static const char *const prologs[] = {
        "<!DOCTYPE document SYSTEM \"%s\">",
        "<!DOCTYPE document PUBLIC \"-//X//EN\" \"%s\">",
        "<!DOCTYPE document [<!ENTITY a SYSTEM \"%s\">]>",
        "<!DOCTYPE document [<!ENTITY %% a SYSTEM \"%s\"> %%a;]>",
        "<!doctype document [<!ENTITY a SYSTEM \"%s\">]>",
        "<?xml-stylesheet href=\"%s\"?>",
    };
    static const char *const insides[] = {
        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"%s\"/>",
        "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:quern:v1 %s\"/>",
        "<a xml:base=\"%s\"/>",
    };
    char secret[128], urls[2][160], xml[2048], part[512];
    int port;
    struct server srv;
    server_up(&srv, NULL);
    int fd = listen_somewhere(&port);
    write_secret(&srv, secret, sizeof secret);
    (void)snprintf(urls[0], sizeof urls[0], "file://%s", secret);
    (void)snprintf(urls[1], sizeof urls[1], "http://127.0.0.1:%d/a.dtd", port);
    for (size_t i = 0; i < sizeof prologs / sizeof *prologs + sizeof insides / sizeof *insides; i++) {
        bool is_prolog = i < sizeof prologs / sizeof *prologs;
        for (size_t k = 0; k < 2; k++) {
            (void)snprintf(part, sizeof part, is_prolog ? prologs[i] : insides[i - sizeof prologs / sizeof *prologs], urls[k]);
            (void)snprintf(
                xml, sizeof xml,
                "<?xml version=\"1.0\"?>%s<document xmlns=\"urn:quern:v1\"><type>a</type><args><item>%s</item></args>%s</document>",
                is_prolog ? part : "", is_prolog ? "&a;" : "", is_prolog ? "" : part);
            struct doc d = send_xml(&srv, "POST", "/ojs/v1/jobs", xml);
            STATUS(d, 400);
            TEXT(d, "error.details.problem", "malformed-xml");
            cr_assert_null(strstr(d.r.body, "the-secret-text"));
            doc_free(&d);
        }
    }
    cr_assert(accept(fd, NULL, NULL) < 0 && errno == EAGAIN, "nobody has connected");
    (void)close(fd);
    (void)unlink(secret);
    cr_assert_eq(server_down(&srv), 0);
}

static char *append(char *p, const char *text)
{
    size_t len = strlen(text);
    memcpy(p, text, len);
    return p + len;
}

/* before, each again and again up to some bytes, after. */
static void try_large(struct server *srv, const char *before, const char *each, const char *after, size_t bytes, int status,
                      const char *part)
{
    char *xml = malloc(bytes + strlen(before) + strlen(each) + strlen(after) + 1), *p;
    cr_assert(xml);
    p = append(xml, before);
    while ((size_t)(p - xml) + strlen(each) + strlen(after) <= bytes) p = append(p, each);
    *append(p, after) = 0;
    struct reply r = http_request(srv->port, "POST", "/ojs/v1/jobs", XML_HEADER, xml);
    cr_expect(r.status == status && (!part || strstr(r.body, part)), "%s: %d %s", each, r.status, r.body);
    reply_free(&r);
    free(xml);
}

#define MIB (1u << 20)
#define START "<document xmlns=\"urn:quern:v1\"><type>a</type><args/>"
#define END "</document>"

Test(wire_http_xml, bombs, .timeout = 120)
{
    struct server srv;
    server_up(&srv, NULL);
    try_large(&srv, "<!DOCTYPE d [<!ENTITY a0 \"ha\">", "<!ENTITY a \"&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;\">",
              "]><d>&a;</d>", 4096, 400, "document type");
    try_large(&srv, "<!DOCTYPE d [<!ENTITY a \"", "x", "\">]><d>&a;&a;&a;&a;&a;&a;&a;&a;</d>", MIB / 2, 400, "document type");
    try_large(&srv, START, "<a>", "", MIB, 400, "nested too deeply");
    try_large(&srv, "", "<a>", "", MIB, 400, "urn:quern:v1");
    try_large(&srv, START "<a", " b=\"c\"", "/>" END, MIB, 400, "only type");
    try_large(&srv, START "<a", " type=\"null\"", "/>" END, MIB, 400, "twice");
    try_large(&srv, START "<a", " xmlns:b=\"urn:quern:v1\"", "/>" END, MIB, 400, "only type");
    try_large(&srv, START "<a b=\"", "c", "\"/>" END, MIB, 400, "only type");
    try_large(&srv, START "<", "a", "/>" END, MIB, 413, "send it as JSON");
    try_large(&srv, START "<", "a", "", MIB, 400, "not end");
    try_large(&srv, START "<a>", "<item/>", "</a>" END, MIB, 413, "262144");
    try_large(&srv, START "<a>", "x", "</a>" END, MIB, 413, "262144");
    try_large(&srv, START "<a>", "&lt;", "</a>" END, MIB, 413, "262144");
    try_large(&srv, START, "<!-- - -->", END, MIB, 201, NULL);
    try_large(&srv, START, "\n", END, MIB, 201, NULL);
    try_large(&srv, "", " \n", "<document xmlns=\"urn:quern:v1\"><type>a</type><args/>" END, MIB, 201, NULL);
    try_large(&srv, "<document xmlns=\"urn:quern:v1\">", " \n", "<type>a</type><args/>" END, MIB, 201, NULL);
    try_large(&srv, START "<a>", "\t", "<item/></a>" END, MIB, 201, NULL);
    try_large(&srv, START "<a>", "\t", "</a>" END, MIB, 413, "262144"); /* a text of blanks */
    try_large(&srv, "", " \n", "", MIB, 400, "no element");
    try_large(&srv, "<document xmlns=\"urn:quern:v1\">", " \n", END, MIB, 400, "invalid_request");
    try_large(&srv, "<document xmlns=\"urn:quern:v1\">", " \n", "", MIB, 400, "too early");
    try_large(&srv, START "<a>", "<![CDATA[]]>", "</a>" END, MIB, 201, NULL);
    try_large(&srv, START, "<!-- - -->", END, MIB + 16, 413, NULL);
    try_large(&srv, START "<a>", "x", "</a>" END, 200000, 201, NULL);
    struct doc d = ojs_send(&srv, "GET", "/ojs/v1/health", NULL);
    STATUS(d, 200);
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

/* What a document has taken is given back, wherever reading it ends. */
Test(wire_http_xml, memory_is_given_back, .timeout = 120)
{
    struct server srv;
    server_up(&srv, NULL);
    long bytes = wire_metric(srv.port, "quern_body_bytes"), blocks = wire_metric(srv.port, "quern_body_blocks");
    for (int i = 0; i < 10; i++) {
        try_large(&srv, START "<a>", "x", "</a>" END, MIB, 413, NULL);
        try_large(&srv, START "<a>", "x", "</b>" END, 100000, 400, NULL);
        try_large(&srv, START "<a/>", "<a/>", END, 100, 400, "twice");
        try_large(&srv, START "<id>", "x", "</id>" END, 100000, 400, "'id'");
        try_large(&srv, "<document xmlns=\"urn:quern:v1\"><item>", "1", "</item>" END, 1000, 400, NULL);
    }
    cr_assert_eq(wire_metric(srv.port, "quern_body_bytes"), bytes);
    cr_assert_eq(wire_metric(srv.port, "quern_body_blocks"), blocks);
    cr_assert_eq(server_down(&srv), 0);
}

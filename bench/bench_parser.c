/* bench_parser.c: bytes → requests, in place, as a session asks for them. */
#include "http/parser.h"
#include "micro.h"

#include <string.h>

static const char plain[] = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
static const char browser[] =
    "GET /ojs/v1/jobs/0198c0de-7a1b-7c2d-8e3f-4a5b6c7d8e9f?fields=state&pretty=1 HTTP/1.1\r\n"
    "Host: quern.example.org:8080\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: none\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Cookie: session=5f1c9a7e3b2d4c6f8a0b1c2d3e4f5a6b; theme=dark\r\n\r\n";
static const char chunked[] = "POST /run/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n"
                              "20\r\n0123456789abcdef0123456789abcdef\r\n"
                              "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
                              "0\r\n\r\n";

struct feed {
    struct parser_carry carry; /* first: grow finds the rest by it */
    struct parser parser;
    char bytes[2048];
    size_t len, cut; /* cut: bytes of the first piece */
    char memory[PARSER_CARRY_FIRST];
};

static char *grow(struct parser_carry *carry, uint32_t room)
{
    struct feed *f = (struct feed *)(void *)carry;
    return room <= sizeof f->memory ? f->memory : NULL;
}

static void feed_init(struct feed *f, const char *text, size_t len, size_t cut)
{
    memset(f, 0, sizeof *f);
    f->carry.grow = grow;
    micro_check(len <= sizeof f->bytes, "a request of that size");
    memcpy(f->bytes, text, len);
    f->len = len;
    f->cut = cut;
    parser_init(&f->parser, &f->carry);
}

/* Everything in the piece; the last event. */
static enum parser_event pull(struct feed *f, struct slice in)
{
    struct slice body;
    enum parser_event event;
    do event = parser_next(&f->parser, &in, &body);
    while (event == PARSER_HEAD || event == PARSER_BODY);
    return event;
}

static void parse(void *arg, uint64_t n)
{
    struct feed *f = arg;
    for (uint64_t i = 0; i < n; i++) {
        if (f->cut) micro_check(pull(f, slice_make(f->bytes, f->cut)) == PARSER_MORE, "parsing the first piece");
        micro_check(pull(f, slice_make(f->bytes + f->cut, f->len - f->cut)) == PARSER_END, "parsing");
        micro_keep(f->parser.request.n_fields);
    }
}

static void bench(const char *name, const char *text, size_t len, size_t cut)
{
    static struct feed f;
    feed_init(&f, text, len, cut);
    micro_run(name, parse, &f, len);
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "parser");
    bench("GET, 1 field", plain, sizeof plain - 1, 0);
    bench("GET, 12 fields of a browser", browser, sizeof browser - 1, 0);
    bench("the same, head cut in two", browser, sizeof browser - 1, sizeof browser / 2);
    bench("POST, chunked, 96 bytes in two", chunked, sizeof chunked - 1, 0);
    return micro_end();
}

/* Before and in the request line: RFC 9112 §2.2, §2.3, §3. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

static const struct row request_line_rows[] = {
    ROW("plain", GET, "200", "ok\n"),
    ROW("one empty line before", "\r\n" GET, "200"),
    ROW("two empty lines before", "\r\n\r\n" GET, "200"),
    ROW("empty lines between requests", GET "\r\n" GET "\r\n\r\n" GET, "200 200 200"),
    BAD("three empty lines before", "\r\n\r\n\r\n" GET),
    BAD("three empty lines alone", "\r\n\r\n\r\n"),
    BAD("LF before", "\n" GET),
    BAD("two LF before", "\n\n" GET),
    BAD("CR before", "\r" GET),
    BAD("CR CR LF before", "\r\r\n" GET),
    BAD("HTTP/0.9", "GET /\r\n\r\n"),
    BAD("HTTP/0.9 with a field", "GET /\r\n" HOST "\r\n"),
    BAD("LF ends the line", "GET /livez HTTP/1.1\n" HOST "\r\n"),
    BAD("CR ends the line", "GET /livez HTTP/1.1\rHost: q\r\n\r\n"),
    BAD("two blanks before the target", LINE("GET  /livez HTTP/1.1")),
    BAD("two blanks behind the target", LINE("GET /livez  HTTP/1.1")),
    BAD("blank at the end", LINE("GET /livez HTTP/1.1 ")),
    BAD("tab before the target", LINE("GET\t/livez HTTP/1.1")),
    BAD("tab behind the target", LINE("GET /livez\tHTTP/1.1")),
    BAD("blank in the target", LINE("GET /a b HTTP/1.1")),
    BAD("no method", LINE(" /livez HTTP/1.1")),
    BAD("no method, no target", LINE(" HTTP/1.1")),
    BAD("blank and a letter", " a\r\n\r\n"),
    BAD("dot for a request", ".\r\n\r\n"),
    BAD("no blank behind the method", LINE("GET/ HTTP/1.1")),
    BAD("no target", LINE("GET HTTP/1.1")),
    ROW("lower case method", LINE("get /livez HTTP/1.1"), "501!"),
    ROW("mixed case method", LINE("GeT /livez HTTP/1.1"), "501!"),
    ROW("unknown method", LINE("WHATEVERMETHOD /livez HTTP/1.1"), "501!"),
    ROW("method with hyphens", LINE("X-MY-METHOD /livez HTTP/1.1"), "501!"),
    ROW("method of digits", LINE("123 /livez HTTP/1.1"), "501!"),
    ROW("method of other servers", LINE("QUERY /livez HTTP/1.1"), "501!"),
    ROW("method of 40 letters", LINE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMN /livez HTTP/1.1"), "501!"),
    BAD("method of 65 letters",
        LINE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM /livez HTTP/1.1")),
    BAD("method with separators", LINE("G=\":<>(e),[T];?\" /livez HTTP/1.1")),
    ROW("HTTP/2.0", LINE("GET /livez HTTP/2.0"), "505!"),
    ROW("HTTP/3.0", LINE("GET /livez HTTP/3.0"), "505!"),
    ROW("HTTP/9.9", LINE("GET /livez HTTP/9.9"), "505!"),
    ROW("HTTP/0.9 in words", LINE("GET /livez HTTP/0.9"), "505!"),
    ROW("HTTP/1.2", LINE("GET /livez HTTP/1.2"), "505!"),
    ROW("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505!"),
    BAD("HTTP/01.01", LINE("GET /livez HTTP/01.01")),
    BAD("HTTP/1", LINE("GET /livez HTTP/1")),
    BAD("HTTP/1.", LINE("GET /livez HTTP/1.")),
    BAD("HTTP/1.32", LINE("GET /livez HTTP/1.32")),
    BAD("HTTP/11.1", LINE("GET /livez HTTP/11.1")),
    BAD("HTTP/ 1.1", LINE("GET /livez HTTP/ 1.1")),
    BAD("HTTP /1.1", LINE("GET /livez HTTP /1.1")),
    BAD("http/1.1", LINE("GET /livez http/1.1")),
    BAD("HTTP/1,1", LINE("GET /livez HTTP/1,1")),
    BAD("two CR inside the version", LINE("GET /livez HTTP/\r\r1.1")),
    BAD("another protocol", LINE("GET /livez RTSP/1.0")),
    BAD("another protocol's method", LINE("SOURCE /livez ICE/1.0")),
    BAD("another protocol, OPTIONS", LINE("OPTIONS * RTSP/1.0")),
    BAD("another protocol, POST", LINE("POST /run/echo RTSP/1.0")),
    BAD("another protocol, its own method", LINE("DESCRIBE /livez RTSP/1.0")),
    BAD("another protocol in lower case", LINE("GET /livez rtsp/1.0")),
    BAD("another protocol of five letters", LINE("GET /livez HTTPS/1.1")),
    BAD("protocol of three letters", LINE("GET /livez HTT/1.1")),
    BAD("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" "random bytes of a client hello"),
    BAD("NUL", "\0\0\0\0"),
    BAD("high bytes", "\x80\xff\xfe\x81 / HTTP/1.1\r\n\r\n"),
    ROW("nothing", "\r\n", "!", .fin = true),
    ROW("half a line, then the end", "GET /livez HT", "!", .fin = true),
    ROW("one empty line before a call", "\r\n" ECHO(LEN5, "hello"), "200", "hello"),
    ROW("empty lines behind a body", ECHO(LEN5, "hello") "\r\n\r\n" GET, "200 200", "hello"),
    BAD("empty line of LF after CRLF", "\r\n\n" GET),
    BAD("CRLF, then CR", "\r\n\r" GET),
    BAD("blanks before", "  " GET),
    BAD("tab before", "\t" GET),
    BAD("blank line of blanks before", " \r\n" GET),
    BAD("LF CR", "\n\r" GET),
    BAD("byte order mark", "\xef\xbb\xbf" GET),
    BAD("HTTP/0.9, POST", "POST /run/echo\r\n\r\n"),
    BAD("HTTP/0.9 with a blank", "GET / \r\n\r\n"),
    BAD("HTTP/0.9, LF", "GET /\n\n"),
    BAD("LF ends all lines", "GET /livez HTTP/1.1\nHost: q\n\n"),
    BAD("LF ends the line of an old request", "GET /livez HTTP/1.0\n\n"),
    BAD("CR CR LF ends the line", "GET /livez HTTP/1.1\r\r\n" HOST "\r\n"),
    BAD("CR in the method", LINE("G\rET /livez HTTP/1.1")),
    BAD("CR before the version", LINE("GET /livez \rHTTP/1.1")),
    BAD("CR for a blank", LINE("GET\r/livez HTTP/1.1")),
    BAD("words behind the version", LINE("GET /livez HTTP/1.1 extra")),
    BAD("tab at the end", LINE("GET /livez HTTP/1.1\t")),
    BAD("NUL at the end", LINE("GET /livez HTTP/1.1\0")),
    BAD("digit behind the version", LINE("GET /livez HTTP/1.10")),
    BAD("version without a minor", LINE("GET /livez HTTP/2")),
    BAD("version with a sign", LINE("GET /livez HTTP/+1.1")),
    BAD("version with a minus", LINE("GET /livez HTTP/-1.1")),
    BAD("version in hexadecimal", LINE("GET /livez HTTP/1.A")),
    BAD("version of three numbers", LINE("GET /livez HTTP/1.1.1")),
    BAD("version, no slash", LINE("GET /livez HTTP1.1")),
    BAD("version, backslash", LINE("GET /livez HTTP\\1.1")),
    BAD("version, two slashes", LINE("GET /livez HTTP//1.1")),
    BAD("version, full width", LINE("GET /livez HTTP/\xef\xbc\x91.1")),
    BAD("Http/1.1", LINE("GET /livez Http/1.1")),
    BAD("hTTP/1.1", LINE("GET /livez hTTP/1.1")),
    BAD("XHTTP/1.1", LINE("GET /livez XHTTP/1.1")),
    BAD("version first", LINE("HTTP/1.1 GET /livez")),
    BAD("an answer for a request", "HTTP/1.1 200 OK\r\n" HOST "\r\n"),
    BAD("version alone", LINE("HTTP/1.1")),
    ROW("preface, another version", "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n", "501|505!"),
    BAD("SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n"),
    BAD("mail", "EHLO q.test\r\n\r\n"),
    BAD("JSON alone", "{\"jsonrpc\":\"2.0\"}\r\n\r\n"),
    BAD("memcached", "stats\r\n"),
    BAD("PROXY header, nobody asked for", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" GET),
    BAD("PROXY header, binary", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x01\0\x02" GET),
    ROW("method of 64 letters",
        LINE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL /livez HTTP/1.1"), "501!"),
    ROW("method with a prefix", LINE("XGET /livez HTTP/1.1"), "501!"),
    ROW("method with a suffix", LINE("GETX /livez HTTP/1.1"), "501!"),
    ROW("method cut short", LINE("GE /livez HTTP/1.1"), "501!"),
    ROW("method of one letter", LINE("G /livez HTTP/1.1"), "501!"),
    ROW("methods with a comma", LINE("GET,POST /livez HTTP/1.1"), "400!"),
    ROW("head", LINE("head /livez HTTP/1.1"), "501!"),
    ROW("Post", LINE("Post /run/echo HTTP/1.1"), "501!"),
    ROW("options", LINE("options * HTTP/1.1"), "400|501!"),
    ROW("PROPFIND", LINE("PROPFIND /livez HTTP/1.1"), "501!"),
    ROW("LINK", LINE("LINK /livez HTTP/1.1"), "501!"),
    ROW("PURGE", LINE("PURGE /livez HTTP/1.1"), "501!"),
    ROW("M-SEARCH", LINE("M-SEARCH /livez HTTP/1.1"), "501!"),
    ROW("unknown method of nothing", LINE("WHATEVER /nothing HTTP/1.1"), "501!"),
    ROW("unknown method with a body", "WHATEVER /livez HTTP/1.1\r\n" HOST LEN5 "\r\nhello" GET, "501!"),
    ROW("unknown method in HTTP/1.0", "WHATEVER /livez HTTP/1.0\r\n\r\n", "501!"),
    ROW("unknown method in HTTP/2.0", LINE("WHATEVER /livez HTTP/2.0"), "505!"),
    BAD("unknown method, no version", "WHATEVER /livez\r\n" HOST "\r\n"),
    BAD("unknown method, no target", "WHATEVER\r\n" HOST "\r\n"),
    BAD("unknown method, fragment", LINE("WHATEVER /livez#x HTTP/1.1")),
};
ROWS(wire_http_rows_line, request_line, "RFC 9112 2.2, 2.3, 3")

/* clang-format on */

/* ---- every byte in every place ---- */

static const char *status_of_version(int major, int minor)
{
    return major != 1 || minor > 1 ? "505!" : minor == 1 ? "200" : "200!";
}

Test(wire_http_rows_line, every_version, .timeout = 60)
{
    struct row_list l = {0};
    for (int major = 0; major < 10; major++) {
        for (int minor = 0; minor < 10; minor++) {
            char text[16];
            int len = snprintf(text, sizeof text, "HTTP/%d.%d", major, minor);
            (void)row_list_add(&l, status_of_version(major, minor), "GET /livez ", text, (size_t)len, "\r\n" HOST "\r\n", "version");
        }
    }
    row_list_run(&l, "RFC 9112 2.3, RFC 9110 15.6.6");
}

/* One byte of "HTTP/1.1" is another one. */
Test(wire_http_rows_line, every_byte_of_a_version, .timeout = 60)
{
    static const char others[] = {0, '\t', '\n', '\r', ' ', 'x', 'X', '/', ':', ';', 0x7f, (char)0x80, (char)0xff};
    struct row_list l = {0};
    for (size_t at = 0; at < 8; at++) {
        for (size_t i = 0; i < sizeof others; i++) {
            char text[] = "HTTP/1.1";
            if (text[at] == others[i]) continue;
            text[at] = others[i];
            (void)row_list_add(&l, "400!", "GET /livez ", text, 8, "\r\n" HOST "\r\n", "version");
        }
    }
    row_list_run(&l, "RFC 9112 2.3");
}

/* Bytes that are no tchar make no method; all others make one that nobody knows. */
static void add_method_byte(struct row_list *l, int byte)
{
    char c = (char)byte;
    if (row_is_token(byte)) {
        if (byte != 'E') (void)row_list_add(l, "501!", "G", &c, 1, "T /livez HTTP/1.1\r\n" HOST "\r\n", "inside a method");
        return;
    }
    (void)row_list_add(l, "400!", "G", &c, 1, "T /livez HTTP/1.1\r\n" HOST "\r\n", "inside a method");
    (void)row_list_add(l, "400!", "", &c, 1, "GET /livez HTTP/1.1\r\n" HOST "\r\n", "before a method");
    (void)row_list_add(l, "400!", "GET", &c, 1, " /livez HTTP/1.1\r\n" HOST "\r\n", "behind a method");
    if (byte == ' ') return;
    (void)row_list_add(l, "400!", "GET", &c, 1, "/livez HTTP/1.1\r\n" HOST "\r\n", "for the first blank");
    (void)row_list_add(l, "400!", "GET /livez", &c, 1, "HTTP/1.1\r\n" HOST "\r\n", "for the second blank");
}

Test(wire_http_rows_line, every_byte_of_a_method, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) add_method_byte(&l, byte);
    row_list_run(&l, "RFC 9112 3, RFC 9110 5.6.2, 9.1");
}

Test(wire_http_rows_line, every_byte_behind_the_version, .timeout = 60)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        if (byte != '\r') (void)row_list_add(&l, "400!", "GET /livez HTTP/1.1", &c, 1, "\r\n" HOST "\r\n", "behind the version");
    }
    row_list_run(&l, "RFC 9112 2.2, 3");
}

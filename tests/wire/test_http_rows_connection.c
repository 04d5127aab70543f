/* Connections: RFC 9112 §9; upgrades that are none: RFC 9110 §7.8. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */

#define OLD "GET /livez HTTP/1.0\r\n"

static const struct row connection_rows[] = {
    ROW("two requests", GET GET, "200 200"),
    ROW("five requests", GET ECHO(LEN5, "hello") LINE("GET /nothing HTTP/1.1") LINE("HEAD /livez HTTP/1.1")
                         CHUNKS("5\r\nhello\r\n0\r\n\r\n"), "200 200 404 h200 200"),
    ROW("close", FIELDS("Connection: close\r\n"), "200!"),
    ROW("CLOSE", FIELDS("Connection: CLOSE\r\n"), "200!"),
    ROW("close in a list", FIELDS("Connection: Keep-Alive, Close\r\n"), "200!"),
    ROW("close on a second line", FIELDS("Connection: x\r\nConnection: close\r\n"), "200!"),
    ROW("close and a tab", FIELDS("Connection: close\t\r\n"), "200!"),
    ROW("close and empty members", FIELDS("Connection: ,, close ,\r\n"), "200!"),
    ROW("closed is not close", FIELDS("Connection: closed\r\n"), "200"),
    ROW("upgrade is ignored", FIELDS("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n") GET, "200 200"),
    ROW("upgrade with a body", ECHO("Connection: Upgrade\r\nUpgrade: x\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("a request behind close", FIELDS("Connection: close\r\n") GET, "200!"),
    ROW("no request behind close", FIELDS("Connection: close\r\n") "\0\x01 rubbish\r\n\r\n", "200!"),
    ROW("a request behind a call and close", ECHO("Connection: close\r\n" LEN5, "hello") GET, "200!", "hello"),
    ROW("HTTP/1.0", "GET /livez HTTP/1.0\r\n\r\n", "200!"),
    ROW("HTTP/1.0, a call", "POST /run/echo HTTP/1.0\r\n" LEN5 "\r\nhello", "200!", "hello"),
    ROW("HTTP/1.0, keep-alive", "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET, "200 200"),
    ROW("HTTP/1.0, close and keep-alive", "GET /livez HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n", "200!"),
    ROW("HTTP/1.0, a request behind", "GET /livez HTTP/1.0\r\n\r\n" GET, "200!"),
    ROW("a call, then what depends on it", ECHO(LEN5, "hello") GET ECHO(LEN5, "world") GET, "200 200 200 200", "hello"),
    ROW("sound, then malformed", GET "rubbish\r\n\r\n", "200 400!"),
    ROW("a call, then malformed", ECHO(LEN5, "hello") "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n", "200 400!", "hello"),
    ROW("error behind the head", ECHO(TE, "X\r\n") GET, "400!"),
    ROW("half-closed", GET, "200!", .fin = true),
    ROW("half-closed call", ECHO(LEN5, "hello"), "200!", "hello", .fin = true),
    ROW("half-closed, three requests", GET ECHO(LEN5, "hello") GET, "200 200 200!", .fin = true),
    ROW("half-closed in the next request", GET "GET /li", "200!", .fin = true),
    ROW("close says so", FIELDS("Connection: close\r\n"), "200!", .has = "\r\nConnection: close\r\n"),
    ROW("nothing is said of what is usual", GET, "200", .lacks = "\r\nConnection:"),
    ROW("keep-alive is usual", FIELDS("Connection: keep-alive\r\n"), "200", .lacks = "\r\nConnection: close"),
    ROW("Keep-Alive", FIELDS("Connection: Keep-Alive\r\nKeep-Alive: timeout=5, max=1\r\n") GET, "200 200"),
    ROW("blanks around close", FIELDS("Connection: \t close \t\r\n"), "200!"),
    ROW("close first", FIELDS("Connection: close, x\r\n"), "200!"),
    ROW("close in the middle", FIELDS("Connection: x, cLoSe ,y\r\n"), "200!"),
    ROW("close, no blanks", FIELDS("Connection: x,close,y\r\n"), "200!"),
    ROW("close and keep-alive", FIELDS("Connection: close, keep-alive\r\n"), "200!"),
    ROW("keep-alive and close on two lines", FIELDS("Connection: keep-alive\r\nConnection: close\r\n"), "200!"),
    ROW("close in quotes is not close", FIELDS("Connection: \"close\"\r\n") GET, "200 200"),
    ROW("close with a parameter is not close", FIELDS("Connection: close;x\r\n") GET, "200 200"),
    ROW("not-close", FIELDS("Connection: not-close\r\n") GET, "200 200"),
    ROW("clos", FIELDS("Connection: clos\r\n") GET, "200 200"),
    ROW("empty Connection", FIELDS("Connection:\r\n") GET, "200 200"),
    ROW("commas alone", FIELDS("Connection: ,,,\r\n") GET, "200 200"),
    ROW("Keep-Alive alone", FIELDS("Keep-Alive: timeout=1\r\n") GET, "200 200"),
    ROW("Proxy-Connection has no effect", FIELDS("Proxy-Connection: close\r\n") GET, "200 200"),
    ROW("close of a POST", ECHO("Connection: close\r\n" LEN5, "hello"), "200!", "hello"),
    ROW("close of chunks", ECHO("Connection: close\r\n" TE, "5\r\nhello\r\n0\r\n\r\n") GET, "200!", "hello"),
    ROW("close of a HEAD", "HEAD /livez HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GET, "h200!"),
    ROW("close of an OPTIONS", "OPTIONS * HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GET, "204!"),
    ROW("close of nothing", "GET /nothing HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GET, "404!"),
    ROW("close of the second", GET FIELDS("Connection: close\r\n") GET, "200 200!"),
    ROW("an error behind close", FIELDS("Connection: close\r\n") "GET  /livez\r\n\r\n", "200!"),
    ROW("another call behind close", FIELDS("Connection: close\r\n") ECHO(LEN5, "hello"), "200!", "ok\n"),
    ROW("HTTP/1.0 ends by itself", OLD "\r\n", "200!", "ok\n", .has = "\r\nConnection: close\r\n"),
    ROW("HTTP/1.0, keep-alive is echoed", OLD "Connection: keep-alive\r\n\r\n", "200", .has = "\r\nConnection: keep-alive\r\n"),
    ROW("HTTP/1.0, Keep-Alive in any case", OLD "Connection: KEEP-ALIVE\r\n\r\n" OLD "\r\n", "200 200!"),
    ROW("HTTP/1.0, keep-alive in a list", OLD "Connection: x, Keep-Alive\r\n\r\n" OLD "\r\n", "200 200!"),
    ROW("HTTP/1.0, keep-alive and close", OLD "Connection: keep-alive, close\r\n\r\n" GET, "200!"),
    ROW("HTTP/1.0, Proxy-Connection", OLD "Proxy-Connection: keep-alive\r\n\r\n" GET, "200!"),
    ROW("HTTP/1.0, Keep-Alive alone", OLD "Keep-Alive: timeout=5\r\n\r\n" GET, "200!"),
    ROW("HTTP/1.0, another option", OLD "Connection: x\r\n\r\n" GET, "200!"),
    ROW("HTTP/1.0, length", OLD "\r\n", "200!", .has = "\r\nContent-Length: 3\r\n", .lacks = "Transfer-Encoding"),
    ROW("HTTP/1.0, a parked call", "POST /run/sleep?ms=1 HTTP/1.0\r\n\r\n", "200!", "", .lacks = "Transfer-Encoding"),
    ROW("HTTP/1.0, a large answer", "GET /openapi.json HTTP/1.0\r\n\r\n", "200!", .lacks = "Transfer-Encoding"),
    ROW("HTTP/1.0, HEAD", "HEAD /livez HTTP/1.0\r\n\r\n", "h200!"),
    ROW("HTTP/1.0, nothing", "GET /nothing HTTP/1.0\r\n\r\n" GET, "404!"),
    ROW("HTTP/1.0, nothing, keep-alive", "GET /nothing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET, "404 200"),
    ROW("HTTP/1.0, no content, keep-alive", "GET /quiet HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET, "204 200"),
    ROW("HTTP/1.0, calls, keep-alive", "POST /run/echo HTTP/1.0\r\nConnection: keep-alive\r\n" LEN5 "\r\nhello" GET, "200 200", "hello"),
    ROW("HTTP/1.0 and HTTP/1.1 in turns", OLD "Connection: keep-alive\r\n\r\n" GET OLD "Connection: keep-alive\r\n\r\n" GET, "200 200 200 200"),
    ROW("HTTP/1.1 behind HTTP/1.0", OLD "\r\n" GET GET, "200!"),
    ROW("HTTP/1.0, the answer is HTTP/1.1", OLD "\r\n", "200!", .has = "HTTP/1.1 200 OK\r\n"),
    BAD("one error only", "X : y\r\n\r\n" "X : y\r\n\r\n"),
    BAD("error, then a sound request", "GET /livez HTTP/1.1\r\n" HOST "X : y\r\n\r\n" GET),
    BAD("error, then many", "GET  /\r\n\r\n" GET GET GET),
    ROW("404 keeps the connection", LINE("GET /nothing HTTP/1.1") LINE("GET /nothing HTTP/1.1") GET, "404 404 200"),
    ROW("405 keeps the connection", LINE("DELETE /livez HTTP/1.1") GET, "405 200"),
    ROW("400 of a parameter keeps the connection", LINE("POST /run/sleep?no=1 HTTP/1.1") GET, "400 200"),
    ROW("sound, sound, malformed, sound", GET GET "GET /livez HTTP/1.1\r\n\r\n" GET, "200 200 400!"),
    ROW("parked, then malformed", ECHO(LEN5, "hello") ECHO(LEN5, "world") "rubbish\r\n\r\n", "200 200 400!", "hello"),
    ROW("parked, then too new", ECHO(LEN5, "hello") LINE("GET / HTTP/2.0"), "200 505!", "hello"),
    ROW("parked, then no method of ours", ECHO(LEN5, "hello") LINE("BREW / HTTP/1.1"), "200 501!", "hello"),
    ROW("HEADs between", LINE("HEAD /livez HTTP/1.1") GET LINE("HEAD /nothing HTTP/1.1") GET, "h200 200 h404 200"),
    ROW("no content between", LINE("GET /quiet HTTP/1.1") LINE("OPTIONS * HTTP/1.1") GET, "204 204 200"),
    ROW("half-closed, HTTP/1.0", OLD "\r\n", "200!", .fin = true),
    ROW("half-closed, HEAD", LINE("HEAD /livez HTTP/1.1"), "h200!", .fin = true),
    ROW("half-closed, malformed", "GET  / HTTP/1.1\r\n\r\n", "400!", .fin = true),
    ROW("half-closed, chunks", CHUNKS("5\r\nhello\r\n0\r\n\r\n"), "200!", "hello", .fin = true),
    ROW("half-closed behind an empty line", GET "\r\n", "200!", .fin = true),
    ROW("half-closed, no byte", "\r", "!", .fin = true),
};
ROWS(wire_http_rows_connection, connection, "RFC 9112 9")

#define UPGRADE "Connection: Upgrade\r\nUpgrade: "
#define KEY "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static const struct row upgrade_rows[] = {
    ROW("h2c", FIELDS("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n") GET, "200 200", "ok\n"),
    ROW("h2c with a body", ECHO(UPGRADE "h2c\r\n" LEN5, "hello") GET, "200 200", "hello"),
    ROW("h2c with chunks", ECHO(UPGRADE "h2c\r\n" TE, "5\r\nhello\r\n0\r\n\r\n") GET, "200 200", "hello"),
    ROW("h2c with Expect", ECHO(UPGRADE "h2c\r\nExpect: 100-continue\r\n" LEN5, "hello") GET, "200 200", "hello", .may_continue = true),
    ROW("h2c and a preface behind", FIELDS(UPGRADE "h2c\r\n") "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "200 505!"),
    ROW("unknown protocol", FIELDS(UPGRADE "nothing/1\r\n") GET, "200 200", "ok\n"),
    ROW("several protocols", FIELDS(UPGRADE "h2c, IRC/6.9, RTA/x11\r\n") GET, "200 200", "ok\n"),
    ROW("TLS", FIELDS(UPGRADE "TLS/1.2\r\n") GET, "200 200", "ok\n"),
    ROW("empty", FIELDS(UPGRADE "\r\n") GET, "200 200", "ok\n"),
    ROW("HTTP/1.1", FIELDS(UPGRADE "HTTP/1.1\r\n") GET, "200 200", "ok\n"),
    ROW("websocket where none is", FIELDS(UPGRADE "websocket\r\n" KEY) GET, "200 200", "ok\n"),
    ROW("websocket, nothing there", "GET /nothing HTTP/1.1\r\n" HOST UPGRADE "websocket\r\n" KEY "\r\n" GET, "404 200"),
    ROW("websocket, POST", ECHO(UPGRADE "websocket\r\n" KEY LEN5, "hello") GET, "200 200", "hello"),
    ROW("without Connection", FIELDS("Upgrade: websocket\r\n" KEY) GET, "200 200", "ok\n"),
    ROW("Connection without Upgrade", FIELDS("Connection: Upgrade\r\n") GET, "200 200", "ok\n"),
    ROW("upgrade in small letters", FIELDS("connection: upgrade\r\nupgrade: H2C\r\n") GET, "200 200", "ok\n"),
    ROW("HTTP/1.0", OLD UPGRADE "h2c\r\n\r\n" GET, "200!", "ok\n"),
    ROW("HTTP/1.0, keep-alive", OLD "Connection: Upgrade, keep-alive\r\nUpgrade: h2c\r\n\r\n" GET, "200 200", "ok\n"),
    ROW("close and upgrade", FIELDS("Connection: Upgrade, close\r\nUpgrade: h2c\r\n") GET, "200!", "ok\n"),
    ROW("HEAD", "HEAD /livez HTTP/1.1\r\n" HOST UPGRADE "h2c\r\n\r\n" GET, "h200 200"),
    ROW("OPTIONS", "OPTIONS * HTTP/1.1\r\n" HOST UPGRADE "TLS/1.0\r\n\r\n" GET, "204 200"),
};
ROWS(wire_http_rows_connection, upgrade, "RFC 9110 7.8")

/* clang-format on */

/* One byte before and behind the option: only blanks and commas leave it what it is. */
Test(wire_http_rows_connection, every_byte_around_close, .timeout = 100)
{
    struct row_list l = {0};
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool parts = byte == ' ' || byte == '\t' || byte == ',';
        const char *expect = byte == 0x7f || (byte < ' ' && byte != '\t') ? "400!" : parts ? "200!" : "200";
        (void)row_list_add(&l, expect, "GET /livez HTTP/1.1\r\n" HOST "Connection:", &c, 1, "close\r\n\r\n", "before");
        (void)row_list_add(&l, expect, "GET /livez HTTP/1.1\r\n" HOST "Connection: close", &c, 1, "\r\n\r\n", "behind");
    }
    row_list_run(&l, "RFC 9112 9.6, RFC 9110 7.6.1");
}

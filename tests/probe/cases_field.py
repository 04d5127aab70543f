"""Field lines: RFC 9112 5, RFC 9110 5."""

from case import BAD, Case, HOST, MUST, OK, SHOULD, framed, get, post

NAMES_WRONG = list('"(),/:;<=>?@[\\]{}') + ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\xa0", "\xe9",
                                            "\xff"]
VALUES_WRONG = ["\x00", "\x01", "\x02", "\x07", "\x08", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f", "\x7f"]
TOKEN_CHARS = "!#$%&'*+-.^_`|~"

LINES_WRONG = [
    ("space before the colon", MUST, "X-A : v\r\n"), ("TAB before the colon", MUST, "X-A\t: v\r\n"),
    ("two spaces before the colon", MUST, "X-A  : v\r\n"),
    ("Content-Length with a space before the colon", MUST, "Content-Length : 0\r\n"),
    ("Transfer-Encoding with a space before the colon", MUST, "Transfer-Encoding : chunked\r\n"),
    ("Transfer-Encoding with a TAB before the colon", MUST, "Transfer-Encoding\t: chunked\r\n"),
    ("Transfer-Encoding with CR before the colon", MUST, "Transfer-Encoding\r: chunked\r\n"),
    ("Connection with a space before the colon", MUST, "Connection : close\r\n"),
    ("space in the name", MUST, "X A: v\r\n"), ("TAB in the name", MUST, "X\tA: v\r\n"),
    ("folded by a space", SHOULD, "X-A: a\r\n b\r\n"), ("folded by a TAB", SHOULD, "X-A: a\r\n\tb\r\n"),
    ("folded twice", SHOULD, "X-A: a\r\n b\r\n c\r\n"),
    ("folded, nothing but space", SHOULD, "X-A: a\r\n \r\n"), ("folded, value on the second line", SHOULD, "X-A:\r\n b\r\n"),
    ("folded Transfer-Encoding", SHOULD, "Transfer-Encoding:\r\n chunked\r\n"),
    ("folded Content-Length", SHOULD, "Content-Length:\r\n 0\r\n"),
    ("folded before the colon", MUST, "X-A\r\n : v\r\n"), ("folded with a colon in it", SHOULD, "X-A: a\r\n X-B: b\r\n"),
    ("no colon", MUST, "X-A\r\n"), ("no colon, two words", MUST, "Content-Length 10\r\n"), ("no colon, equals", MUST, "X-A=v\r\n"),
    ("no colon, then a right one", MUST, "X-A\r\nX-B: c\r\n"),
    ("empty name", MUST, ": v\r\n"), ("colon alone", MUST, ":\r\n"), ("two colons", MUST, "::\r\n"), ("space, colon", MUST, " : v\r\n"),
    ("empty name, then Content-Length", MUST, ":\r\nContent-Length: 0\r\n"),
    ("LF ends a line", SHOULD, "X-A: v\nX-B: w\r\n"), ("LF ends the last line", SHOULD, "X-A: v\n"),
    ("CR ends a line", MUST, "X-A: v\rX-B: w\r\n"), ("CR CR LF ends a line", MUST, "X-A: v\r\r\n"),
    ("LF CR LF ends a line", SHOULD, "X-A: v\n\r\n"),
    ("CR in a value", MUST, "X-A: a\rb\r\n"), ("CR before a value", MUST, "X-A:\rv\r\n"),
    ("CR at the end of a value", MUST, "X-A: v\r \r\n"),
    ("CR hides a field", MUST, "X-A: a\rTransfer-Encoding: chunked\r\n"),
    ("LF hides a field", SHOULD, "X-A: a\nTransfer-Encoding: chunked\r\n"),
    ("NUL at the end of a value", MUST, "X-A: v\0\r\n"), ("NUL before a value", MUST, "X-A: \0v\r\n"),
    ("CR LF NUL", MUST, "X-A: v\r\n\0\r\n"),
    ("a second request line", MUST, "GET /hello HTTP/1.1\r\n"), ("a status line", MUST, "HTTP/1.1 200 OK\r\n"),
    ("quoted name", MUST, '"X-A": v\r\n'), ("name of two lines", MUST, "X-\r\nA: v\r\n"),
    ("name K with U+212A", MUST, "\xe2\x84\xaa: v\r\n"),
]

RIGHT = [
    ("empty value", "X-Empty:\r\n"), ("value of spaces", "X-A:     \r\n"), ("value of TABs", "X-A:\t\t\t\r\n"),
    ("no space after the colon", "X-A:v\r\n"),
    ("TAB after the colon", "X-A:\tv\r\n"), ("many spaces", "X-A:        v        \r\n"), ("TAB in a value", "X-A: a\tb\r\n"),
    ("colons in a value", "X-A: a:b:c\r\n"), ("value begins with a colon", "X-A: :v\r\n"), ("obs-text", "X-A: \x80\xa0\xe9\xff\r\n"),
    ("UTF-8", "X-A: \xe2\x82\xac\r\n"), ("quotes", 'X-A: "a, b; c=\\"d\\""\r\n'), ("quote left open", 'X-A: "a\r\n'),
    ("braces", "X-A: {a}[b](c)<d>\r\n"),
    ("one letter", "A: v\r\n"), ("all of a token's characters", f"X{TOKEN_CHARS}9: v\r\n"), ("digits alone", "123: v\r\n"),
    ("underscore", "X_A: v\r\n"),
    ("same name twice", "X-A: a\r\nX-A: b\r\n"), ("commas", "X-A: ,a,,b,\r\n"), ("name in capitals", "X-UPPER: v\r\n"),
    ("name of 200 letters", "X" * 200 + ": v\r\n"),
    ("value of 4000 bytes", f"X-A: {'v' * 4000}\r\n"), ("50 fields", "".join(f"X-{i}: v\r\n" for i in range(50))),
    ("90 fields", "".join(f"X-{i}: v\r\n" for i in range(90))), ("cookies", "Cookie: a=b; c=d\r\nCookie: e=f\r\n"),
    ("empty cookie", "Cookie:\r\n"),
    ("malformed cookie", "Cookie: ;;=;a\r\n"), ("cookie of 4000 bytes", f"Cookie: a={'b' * 4000}\r\n"),
    ("hundred cookies", "Cookie: " + "; ".join(f"c{i}=v" for i in range(100)) + "\r\n"),
    ("Content_Length", "Content_Length: 9\r\n"), ("Transfer_Encoding", "Transfer_Encoding: chunked\r\n"),
    ("X_Forwarded_For", "X_Forwarded_For: 192.0.2.1\r\n"),
    ("Content-Length-", "Content-Length-: 9\r\n"), ("X-Content-Length", "X-Content-Length: 9\r\n"),
    ("Proxy-Connection", "Proxy-Connection: close\r\n"),
    ("Via", "Via: 1.0 fred, 1.1 p.test\r\n"), ("Max-Forwards", "Max-Forwards: 0\r\n"), ("TE", "TE: trailers\r\nConnection: TE\r\n"),
    ("TE with weights", "TE: trailers, deflate;q=0.5\r\nConnection: TE\r\n"),
    ("From", "From: a@q.test\r\n"), ("Referer", "Referer: http://q.test/a\r\n"), ("User-Agent empty", "User-Agent:\r\n"),
    ("User-Agent of 2000 bytes", f"User-Agent: {'u' * 2000}\r\n"),
    ("Date of the client", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), ("Date malformed", "Date: yesterday\r\n"),
    ("Pragma", "Pragma: no-cache\r\n"),
    ("Cache-Control", "Cache-Control: no-cache, max-age=0, x=\"a,b\"\r\n"), ("Warning", 'Warning: 199 - "x"\r\n'), ("DNT", "DNT: 1\r\n"),
    ("Origin", "Origin: http://evil.test\r\n"),
    ("Origin null", "Origin: null\r\n"), ("Sec-Fetch", "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n"),
    ("Priority", "Priority: u=1, i\r\n"), ("Upgrade-Insecure-Requests", "Upgrade-Insecure-Requests: 1\r\n"),
    ("Authorization nobody asked for", "Authorization: Basic YTpi\r\n"), ("Proxy-Authorization", "Proxy-Authorization: Basic YTpi\r\n"),
    ("Content-Type on a GET", "Content-Type: text/plain\r\n"),
    ("Keep-Alive", "Keep-Alive: timeout=5, max=10\r\n"), ("Trailer", "Trailer: X-A\r\n"),
    ("HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"), ("traceparent malformed", "traceparent: 00-0-0-00\r\n"),
    ("Accept-Charset", "Accept-Charset: utf-8;q=0.5, *;q=0.1\r\n"), ("Accept-Language", "Accept-Language: de-AT, de;q=0.8, *;q=0\r\n"),
    ("Vary in a request", "Vary: *\r\n"),
    ("Forwarded", 'Forwarded: for=192.0.2.1;proto=https, for="[2001:db8::1]:80"\r\n'),
    ("X-Forwarded-For", "X-Forwarded-For: 192.0.2.1, garbage\r\n"), ("Sec-CH-UA", 'Sec-CH-UA: "a";v="1"\r\n'),
    ("Save-Data", "Save-Data: on\r\n"), ("If-Match of nothing known", ""), ("X-HTTP-Method-Override", "X-HTTP-Method-Override: DELETE\r\n"),
    ("X-Original-URL", "X-Original-URL: /nothing\r\n"),
    ("X-Rewrite-URL", "X-Rewrite-URL: /nothing\r\n"), ("Content-Encoding: identity", "Content-Encoding: identity\r\n"),
]

MANY = "".join(f"X-{i}: v\r\n" for i in range(5000))
CASES = [Case(f"field: {name}", level, "RFC 9112 5, RFC 9110 5.5", get(fields=line), BAD) for name, level, line in LINES_WRONG]
CASES += [Case(f"name with {c!r}", MUST, "RFC 9110 5.6.2", get(fields=f"X{c}A: v\r\n"), OK if c == ":" else BAD) for c in NAMES_WRONG]
CASES += [Case(f"name begins with {c!r}", MUST, "RFC 9110 5.6.2", get(fields=f"{c}A: v\r\n"), BAD) for c in "\0(\x7f\xff[{@="]
CASES += [Case(f"value with {c!r}", MUST if c == "\0" else SHOULD, "RFC 9110 5.5", get(fields=f"X-A: a{c}b\r\n"),
               BAD) for c in VALUES_WRONG]
CASES += [Case(f"field: {name}", MUST, "RFC 9110 5", get(fields=line), OK) for name, line in RIGHT if line]
CASES += [Case(f"name with {c!r}", MUST, "RFC 9110 5.6.2", get(fields=f"X{c}A: v\r\n"), OK) for c in TOKEN_CHARS]
CASES += [
    Case("space before the first field", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n {HOST}\r\n", BAD),
    Case("TAB before the first field", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n\t{HOST}\r\n", BAD),
    Case("line of a space before the first field", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n \r\n{HOST}\r\n", BAD),
    Case("space and a field before the first field", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n X-A: b\r\n{HOST}\r\n", BAD),
    Case("head ends in LF", SHOULD, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n{HOST}\n", BAD),
    Case("head ends in CR X", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n{HOST}\rX", BAD, alone=True),
    Case("head ends in CR, then a request", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n{HOST}\rGET / HTTP/1.1\r\n\r\n", BAD),
    Case("head ends in CR CR LF", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\n{HOST}\r\r\n", BAD, alone=True),
    Case("head ends in SP CRLF", MUST, "RFC 9112 5.2", f"GET /hello HTTP/1.1\r\n{HOST} \r\n\r\n", BAD),
    Case("field line of 9000 bytes", MUST, "RFC 9110 5.4, RFC 6585 5", get(fields=f"X-A: {'v' * 9000}\r\n"), "431!"),
    Case("field line of 70000 bytes", MUST, "RFC 9110 5.4, RFC 6585 5", get(fields=f"X-A: {'v' * 70000}\r\n"), "431!"),
    Case("name of 9000 letters", MUST, "RFC 9110 5.4", get(fields=f"{'X' * 9000}: v\r\n"), "431!"),
    Case("40 KiB of fields", MUST, "RFC 9110 5.4", get(fields="".join(f"X-{i}: {'v' * 1000}\r\n" for i in range(40))), "431!"),
    Case("101 fields besides Host", SHOULD, "RFC 9110 5.4", get(fields="".join(f"X-{i}: v\r\n" for i in range(101))), "431!"),
    Case("5000 fields", MUST, "RFC 9110 5.4", get(fields=MANY), "431!"),
    Case("endless field", MUST, "RFC 9110 5.4", f"GET /hello HTTP/1.1\r\n{HOST}X-A: " + "v" * 200000, "431!", alone=True),
    Case("endless fields", MUST, "RFC 9110 5.4", f"GET /hello HTTP/1.1\r\n{HOST}" + MANY, "431!", alone=True),
    Case("endless name", MUST, "RFC 9110 5.4", f"GET /hello HTTP/1.1\r\n{HOST}" + "X" * 200000, "431!|400!", alone=True),
]
# Two lines of what may be there once.
TWICE = [
    ("Content-Type", "text/plain", "text/html"), ("Authorization", "Basic YTpi", "Basic YTpj"), ("Range", "bytes=0-1", "bytes=2-3"),
    ("If-Range", '"a"', '"b"'),
    ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 07 Nov 1994 08:49:37 GMT"),
]
CASES += [Case(f"two lines of {name}", SHOULD, "RFC 9110 5.3", post("hello", f"{name}: {a}\r\n{name}: {b}\r\n"), "400!|400+",
               needs="strict")
          for name, a, b in TWICE]
CASES += [
    Case("Content-Length after a nominated one", SHOULD, "RFC 9110 7.6.1", post("hello", "Connection: Content-Length\r\n"), OK,
         body="hello"),
    Case("Host nominated", SHOULD, "RFC 9110 7.6.1", get(fields="Connection: Host\r\n"), OK),
    Case("Transfer-Encoding nominated", SHOULD, "RFC 9110 7.6.1",
         framed("Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding\r\n", "5\r\nhello\r\n0\r\n\r\n"), OK, body="hello"),
    Case("obs-text is no space", SHOULD, "RFC 9110 5.5", get(fields="X-A: \x85v\xa0\r\nContent-Length: 0\r\n"), OK),
    Case("Content-Length in obs-text", MUST, "RFC 9110 8.6", framed("Content-Length: \xa05\r\n", "hello"), BAD),
]

"""The request line: RFC 9112 2.2, 2.3, 3; RFC 9110 9.1."""

from case import BAD, Case, FIN, HOST, MUST, OK, QUIET, SHOULD, get, post

REST = f"\r\n{HOST}\r\n"

# Before the request line.
BEFORE = [
    ("one empty line", SHOULD, "RFC 9112 2.2", "\r\n" + get(), OK),
    ("two empty lines", SHOULD, "RFC 9112 2.2", "\r\n\r\n" + get(), OK + "|" + BAD),
    ("a thousand empty lines", SHOULD, "RFC 9112 2.2", "\r\n" * 1000 + get(), BAD),
    ("LF", SHOULD, "RFC 9112 2.2", "\n" + get(), BAD),
    ("two LFs", SHOULD, "RFC 9112 2.2", "\n\n" + get(), BAD),
    ("CR", MUST, "RFC 9112 2.2", "\r" + get(), BAD),
    ("CR CR LF", MUST, "RFC 9112 2.2", "\r\r\n" + get(), BAD),
    ("CRLF CR", MUST, "RFC 9112 2.2", "\r\n\r" + get(), BAD),
    ("LF CR", MUST, "RFC 9112 2.2", "\n\r" + get(), BAD),
    ("SP", SHOULD, "RFC 9112 3", " " + get(), BAD),
    ("TAB", SHOULD, "RFC 9112 3", "\t" + get(), BAD),
    ("CRLF SP", SHOULD, "RFC 9112 3", "\r\n " + get(), BAD),
    ("NUL", SHOULD, "RFC 9112 3", "\0" + get(), BAD),
    ("a byte order mark", SHOULD, "RFC 9112 3", "\xef\xbb\xbf" + get(), BAD),
    ("0xFF", SHOULD, "RFC 9112 3", "\xff" + get(), BAD),
    ("DEL", SHOULD, "RFC 9112 3", "\x7f" + get(), BAD),
    ("colon", SHOULD, "RFC 9112 3", ":" + get(), BAD),
]

# Whole request lines that are none.
LINES = [
    ("two spaces before the target", "GET  /hello HTTP/1.1"),
    ("two spaces before the version", "GET /hello  HTTP/1.1"),
    ("three spaces everywhere", "GET   /hello   HTTP/1.1"),
    ("a space at the end", "GET /hello HTTP/1.1 "),
    ("a TAB at the end", "GET /hello HTTP/1.1\t"),
    ("TAB before the target", "GET\t/hello HTTP/1.1"),
    ("TAB before the version", "GET /hello\tHTTP/1.1"),
    ("SP TAB before the target", "GET \t/hello HTTP/1.1"),
    ("VT before the target", "GET\x0b/hello HTTP/1.1"),
    ("FF before the version", "GET /hello\x0cHTTP/1.1"),
    ("CR before the target", "GET\r/hello HTTP/1.1"),
    ("CR before the version", "GET /hello\rHTTP/1.1"),
    ("NBSP before the target", "GET\xa0/hello HTTP/1.1"),
    ("NUL before the target", "GET\0/hello HTTP/1.1"),
    ("NUL before the version", "GET /hello\0HTTP/1.1"),
    ("space in the target", "GET /hel lo HTTP/1.1"),
    ("space in the query", "GET /hello?a b HTTP/1.1"),
    ("no target", "GET HTTP/1.1"),
    ("no target, two spaces", "GET  HTTP/1.1"),
    ("no method", "/hello HTTP/1.1"),
    ("empty method", " /hello HTTP/1.1"),
    ("method alone", "GET"),
    ("method and space", "GET "),
    ("version alone", "HTTP/1.1"),
    ("four words", "GET /hello HTTP/1.1 more"),
    ("version twice", "GET /hello HTTP/1.1 HTTP/1.1"),
    ("version at the front", "HTTP/1.1 GET /hello"),
    ("a status line", "HTTP/1.1 200 OK"),
    ("a dot", "."),
    ("a space and a letter", " a"),
    ("JSON", '{"type": "echo"}'),
    ("XML", "<?xml version='1.0'?>"),
    ("SIP", "INVITE sip:q@q.test SIP/2.0"),
    ("a colon after the method", "GET: /hello HTTP/1.1"),
    ("quotes around the target", 'GET "/hello" HTTP/1.1'),
    ("angle brackets around the target", "GET </hello> HTTP/1.1"),
]

# What stands where the version has to.
VERSIONS = [
    ("HTTP/2.0", SHOULD, "505!"), ("HTTP/3.0", SHOULD, "505!"), ("HTTP/9.9", SHOULD, "505!"), ("HTTP/0.9", SHOULD, "505/400!"),
    ("HTTP/0.0", SHOULD, "505/400!"), ("HTTP/1.2", SHOULD, "505!|200+"), ("HTTP/1.9", SHOULD, "505!|200+"), ("HTTP/2.1", SHOULD, "505!"),
    ("HTTP/01.01", MUST, BAD), ("HTTP/1.01", MUST, BAD), ("HTTP/01.1", MUST, BAD), ("HTTP/1", MUST, BAD), ("HTTP/1.", MUST, BAD),
    ("HTTP/.1", MUST, BAD), ("HTTP/", MUST, BAD), ("HTTP", MUST, BAD), ("HTTP/1.32", MUST, BAD), ("HTTP/11.1", MUST, BAD),
    ("HTTP/1.1.1", MUST, BAD), ("HTTP/1,1", MUST, BAD), ("HTTP/ 1.1", MUST, BAD), ("HTTP /1.1", MUST, BAD), ("HTTP/1 .1", MUST, BAD),
    ("http/1.1", MUST, BAD), ("Http/1.1", MUST, BAD), ("hTTP/1.1", MUST, BAD), ("HTTPS/1.1", MUST, BAD), ("HTP/1.1", MUST, BAD),
    ("HTTP/\r\r1.1", MUST, BAD), ("HTTP/+1.1", MUST, BAD), ("HTTP/-1.1", MUST, BAD), ("HTTP/1.1x", MUST, BAD), ("HTTP/1.x", MUST, BAD),
    ("HTTP/a.b", MUST, BAD), ("HTTP/1.1\0", MUST, BAD), ("HTTP\\1.1", MUST, BAD), ("HTTP-1.1", MUST, BAD), ("XTTP/1.1", MUST, BAD),
    ("RTSP/1.0", MUST, BAD), ("ICE/1.0", MUST, BAD), ("SIP/2.0", MUST, BAD), ("1.1", MUST, BAD), ("\xb9.1", MUST, BAD),
]

# Methods that no server knows, or does not take here.
METHODS = ["get", "GeT", "Post", "gET"]
UNKNOWN = ["WHATEVERMETHOD", "X-MY-METHOD", "123", "A", "GETT", "GE", "PATCHED", "FOO_BAR", "M" * 40, "!#$%&'*+-.^_`|~", "Z9"]
REGISTERED = ["SOURCE", "QUERY", "PROPFIND", "MKCOL", "LOCK", "COPY", "MOVE", "REPORT", "PURGE", "LINK", "SUBSCRIBE", "M-SEARCH", "ACL",
              "BIND"]
NOT_TOKENS = ["G=T", "GET/", 'G"T', "G(T", "G)T", "G,T", "G;T", "G<T", "G>T", "G?T", "G@T", "G[T", "G\\T", "G]T", "G{T", "G}T", "G:T",
              'G=":<>(e),[T];?"', "G\x80T", "G\xe9T", "G\x01T", "G\x7fT", "G\x1bT"]

CASES = []
for name, level, cite, send, expect in BEFORE:
    CASES.append(Case(f"before: {name}", level, cite, send, expect))
for name, line in LINES:
    CASES.append(Case(f"line: {name}", SHOULD, "RFC 9112 3", line + REST, BAD))
for version, level, expect in VERSIONS:
    CASES.append(Case(f"version {version!r}", level, "RFC 9112 2.3, RFC 9110 2.5, 15.6.6", get(version=version), expect))
for method in METHODS:
    CASES.append(Case(f"method {method}", MUST, "RFC 9110 9.1: case-sensitive", get(method=method), "501!|501+"))
for method in UNKNOWN:
    CASES.append(Case(f"method {method}", SHOULD, "RFC 9110 9.1, RFC 9112 3", get(method=method), "501!|501+"))
for method in REGISTERED:  # a server may know them without taking them here
    CASES.append(Case(f"method {method}", SHOULD, "RFC 9110 9.1, RFC 9112 3", get(method=method), "501!|501+|405+|405!"))
for method in NOT_TOKENS:
    CASES.append(Case(f"method {method!r}", MUST if method != "GET/" else SHOULD, "RFC 9110 5.6.2, 9.1", get(method=method),
                      BAD + ("|501!" if method == "GET/" else "")))

CASES += [
    Case("method of 65 letters", SHOULD, "RFC 9112 3", get(method="M" * 65), BAD + "|501!|501+"),
    Case("method of 2000 letters", SHOULD, "RFC 9112 3", get(method="M" * 2000), BAD + "|501!|414!"),
    Case("method of 20000 letters", SHOULD, "RFC 9112 3", get(method="M" * 20000), BAD + "|501!|414!"),
    Case("LF ends the line", SHOULD, "RFC 9112 2.2", f"GET /hello HTTP/1.1\n{HOST}\r\n", BAD),
    Case("CR ends the line", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r{HOST}\r\n", BAD),
    Case("CR CR LF ends the line", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\r\r\n{HOST}\r\n", BAD),
    Case("LF CR ends the line", MUST, "RFC 9112 2.2", f"GET /hello HTTP/1.1\n\r{HOST}\r\n", BAD),
    Case("LFs alone", SHOULD, "RFC 9112 2.2", "GET /hello HTTP/1.1\nHost: q.test\n\n", BAD),
    Case("CRs alone, then CRLF CRLF", MUST, "RFC 9112 2.2", "GET /hello HTTP/1.1\rHost: q.test\r\r\n\r\n", BAD),
    Case("HTTP/0.9", SHOULD, "RFC 9112 C.1", "GET /hello\r\n\r\n", BAD),
    Case("HTTP/0.9 at once", SHOULD, "RFC 9112 C.1", "GET /hello\r\n", BAD + "|!", alone=True),
    Case("HTTP/0.9 with fields", SHOULD, "RFC 9112 C.1", f"GET /hello{REST}", BAD),
    Case("HTTP/0.9 POST", SHOULD, "RFC 9112 C.1", f"POST /run/echo{REST}", BAD),
    Case("HTTP/2 preface", SHOULD, "RFC 9113 3.4; RFC 9112 2.3", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\x04\0\0\0\0\0", "505!|400!",
         alone=True),
    Case("HTTP/2 preface, first line", SHOULD, "RFC 9113 3.4; RFC 9112 2.3", "PRI * HTTP/2.0\r\n\r\n", "505!|400!", alone=True),
    Case("PRI as HTTP/1.1", SHOULD, "RFC 9113 3.4", f"PRI * HTTP/1.1{REST}", "400!|501!|501+|405+"),
    Case("TLS ClientHello", SHOULD, "RFC 9112 2.2",
         "\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + "\x5a" * 32 + "\x20" + "\xa5" * 32 + "\x00\x02\x13\x01\x01\x00\x00\x79" + "\0" * 121,
         BAD + "|!", alone=True),
    Case("TLS alert", SHOULD, "RFC 9112 2.2", "\x15\x03\x01\x00\x02\x02\x28\r\n\r\n", BAD + "|!", alone=True),
    Case("SSH", SHOULD, "RFC 9112 2.2", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", BAD + "|!", alone=True),
    Case("SMTP", SHOULD, "RFC 9112 2.2", "EHLO q.test\r\n", BAD + "|!", alone=True),
    Case("256 bytes of all values", SHOULD, "RFC 9112 2.2", "".join(chr((i * 167 + 131) % 256) for i in range(256)) + "\r\n\r\n",
         BAD + "|!",
         alone=True),
    Case("zeros", SHOULD, "RFC 9112 2.2", "\0" * 64 + "\r\n\r\n", BAD + "|!", alone=True),
    Case("PROXY header where none is expected", SHOULD, "proxy-protocol 2", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" + get(), BAD),
    Case("PROXY v2 where none is expected", SHOULD, "proxy-protocol 2",
         "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb" + get(), BAD),
    Case("target of 7900 bytes", SHOULD, "RFC 9112 3", get("/hello?" + "q" * 7893), OK),
    Case("target of 9000 bytes", MUST, "RFC 9112 3", get("/hello?" + "q" * 9000), "414!"),
    Case("path of 9000 bytes", MUST, "RFC 9112 3", get("/" + "p" * 9000), "414!"),
    Case("target of 70000 bytes", MUST, "RFC 9112 3", get("/hello?" + "q" * 70000), "414!"),
    Case("target of 9000 bytes, POST", MUST, "RFC 9112 3", post("hello", target="/run/echo?" + "q" * 9000), "414!"),
    Case("endless target", MUST, "RFC 9112 3", "GET /" + "a" * 100000, "414!", alone=True),
    Case("endless method", SHOULD, "RFC 9112 3", "G" * 100000, "400/414/501!", alone=True),
    Case("endless version", SHOULD, "RFC 9112 3", "GET /hello HTTP/1.1" + "1" * 100000, "400/414!", alone=True),
    Case("line cut off by the client's end", SHOULD, "RFC 9112 8", ["GET /hel", FIN], "!|400!"),
    Case("nothing, then the client's end", SHOULD, "RFC 9112 9.5", [FIN], "!"),
    Case("an empty line, then the client's end", SHOULD, "RFC 9112 9.5", ["\r\n", FIN], "!|400!"),
    Case("silence after connecting", SHOULD, "RFC 9112 9.5", [QUIET], "~"),
]
for name, send, expect in (
        ("no Host", get(method="HEAD", host=""), BAD), ("a bad field", get(method="HEAD", fields="X A: b\r\n"), BAD),
        ("another version", get(method="HEAD", version="HTTP/3.0"), "505!"), ("two targets", get("/hello /hello", method="HEAD"), BAD),
        ("a long target", get("/" + "x" * 9000, method="HEAD"), "414!"),
        ("a long field", get(method="HEAD", fields=f"X: {'v' * 9000}\r\n"), "431!"),
        ("a bad length", get(method="HEAD", fields="Content-Length: x\r\n"), BAD)):
    CASES.append(Case(f"HEAD, {name}", MUST, "RFC 9110 9.3.2", send, expect))
for cut in (1, 3, 4, 9, 14, 18, 19, 20, 21, 25, 33, 34, 35):
    CASES.append(Case(f"waits after {cut} bytes", MUST, "RFC 9112 2.2", [get()[:cut], QUIET, get()[cut:]], OK))

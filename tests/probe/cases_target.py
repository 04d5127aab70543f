"""The request target: RFC 9112 3.2, RFC 9110 4.2 and 7.1, RFC 3986; and Host: RFC 9112 3.2, RFC 9110 7.2."""

from case import BAD, Case, HOST, MUST, OK, SHOULD, framed, get, post

# Forms of the target.
FORMS = [
    ("absolute form", MUST, "RFC 9112 3.2.2", get("http://q.test/hello"), OK),
    ("absolute form, another Host", MUST, "RFC 9112 3.2.2", get("http://q.test/hello", host="Host: other.test\r\n"), OK),
    ("absolute form with a port", MUST, "RFC 9112 3.2.2", get("http://q.test:8080/hello"), OK),
    ("absolute form with an empty port", SHOULD, "RFC 3986 3.2.3", get("http://q.test:/hello"), OK),
    ("absolute form with a query", MUST, "RFC 9112 3.2.2", get("http://q.test/hello?a=b"), OK),
    ("absolute form, scheme in capitals", MUST, "RFC 9110 4.2.3, RFC 3986 3.1", get("HTTP://q.test/hello"), OK),
    ("absolute form, host in capitals", MUST, "RFC 9110 4.2.3", get("http://Q.TEST/hello"), OK),
    ("absolute form, POST", MUST, "RFC 9112 3.2.2", post("hello", target="http://q.test/run/echo"), OK),
    ("absolute form without Host", MUST, "RFC 9112 3.2", get("http://q.test/hello", host=""), BAD),
    ("absolute form without a path", MUST, "RFC 9112 3.2.1", get("http://q.test"), OK),
    ("absolute form, query without a path", SHOULD, "RFC 9110 4.2.3", get("http://q.test?a=1"), OK),
    ("absolute form, userinfo", SHOULD, "RFC 9110 4.2.4", get("http://u:p@q.test/hello"), BAD),
    ("absolute form, user", SHOULD, "RFC 9110 4.2.4", get("http://u@q.test/hello"), BAD),
    ("absolute form, empty user", SHOULD, "RFC 9110 4.2.4", get("http://@q.test/hello"), BAD),
    ("absolute form, no host", MUST, "RFC 9110 4.2.1", get("http:///hello"), BAD),
    ("absolute form, port alone", MUST, "RFC 9110 4.2.1", get("http://:80/hello"), BAD),
    ("absolute form, port no number", MUST, "RFC 3986 3.2.3", get("http://q.test:port/hello"), BAD),
    ("absolute form, port too large", SHOULD, "RFC 3986 3.2.3", get("http://q.test:98777/hello"), BAD),
    ("absolute form, two ports", MUST, "RFC 3986 3.2.3", get("http://q.test:80:80/hello"), BAD),
    ("absolute form, space in the host", MUST, "RFC 3986 3.2.2", get("http://q test/hello"), BAD),
    ("absolute form, IPv6", MUST, "RFC 3986 3.2.2", get("http://[::1]/hello"), OK),
    ("absolute form, bracket left open", MUST, "RFC 3986 3.2.2", get("http://[::1/hello"), BAD),
    ("absolute form, fragment", SHOULD, "RFC 9110 7.1", get("http://q.test/hello#f"), BAD),
    ("absolute form, one slash", SHOULD, "RFC 9110 4.2.1", get("http:/q.test/hello"), BAD),
    ("absolute form, no slashes", SHOULD, "RFC 9110 4.2.1", get("http:q.test"), BAD),
    ("absolute form, no scheme", SHOULD, "RFC 9112 3.2", get("q.test/hello"), BAD),
    ("absolute form, another scheme", SHOULD, "RFC 9110 7.4", get("ftp://q.test/hello"), "400!|421+|421!|404+"),
    ("absolute form, file", SHOULD, "RFC 9110 7.4", get("file:///etc/passwd"), "400!|421!|421+|404+"),
    ("absolute form, javascript", SHOULD, "RFC 9112 3.2", get("javascript:alert(1)"), BAD),
    ("absolute form, bad Host beside it", SHOULD, "RFC 9112 3.2", get("http://q.test/hello", host="Host: a b\r\n"), BAD),
    ("absolute form, two Hosts", MUST, "RFC 9112 3.2", get("http://q.test/hello", host=HOST + HOST), BAD),
    ("absolute form, HTTP/1.0", MUST, "RFC 9112 3.2.2", get("http://q.test/hello", version="HTTP/1.0"), "200!"),
    ("GET *", MUST, "RFC 9112 3.2.4", get("*"), BAD),
    ("POST *", MUST, "RFC 9112 3.2.4", post(target="*"), BAD),
    ("HEAD *", MUST, "RFC 9112 3.2.4", get("*", method="HEAD"), BAD),
    ("OPTIONS *", MUST, "RFC 9110 9.3.7", get("*", method="OPTIONS"), "200/204+"),
    ("OPTIONS * HTTP/1.0", SHOULD, "RFC 9110 9.3.7", get("*", method="OPTIONS", version="HTTP/1.0"), "200/204!"),
    ("OPTIONS * with content", SHOULD, "RFC 9110 9.3.7", post("hello", target="*", method="OPTIONS"), "200/204+"),
    ("OPTIONS */x", MUST, "RFC 9112 3.2.4", get("*/x", method="OPTIONS"), BAD),
    ("OPTIONS **", MUST, "RFC 9112 3.2.4", get("**", method="OPTIONS"), BAD),
    ("OPTIONS *?a", MUST, "RFC 9112 3.2.4", get("*?a", method="OPTIONS"), BAD),
    ("OPTIONS absolute form, no path", SHOULD, "RFC 9112 3.2.4", get("http://q.test", method="OPTIONS"), "200/204+"),
    ("query without a path", MUST, "RFC 9112 3.2.1", get("?a=b"), BAD),
    ("no slash in front", MUST, "RFC 9112 3.2.1", get("hello"), BAD),
    ("no slash in front, two segments", MUST, "RFC 9112 3.2.1", get("run/echo"), BAD),
    ("authority form, GET", MUST, "RFC 9112 3.2.3", get("q.test:80"), BAD),
    ("authority form, POST", MUST, "RFC 9112 3.2.3", post(target="q.test:80"), BAD),
    ("dot in front", MUST, "RFC 9112 3.2.1", get("./hello"), BAD),
    ("two dots in front", MUST, "RFC 9112 3.2.1", get("../hello"), BAD),
    ("backslash in front", MUST, "RFC 9112 3.2.1", get("\\hello"), BAD),
    ("encoded slash in front", MUST, "RFC 9112 3.2.1", get("%2Fhello"), BAD),
    ("semicolon in front", MUST, "RFC 9112 3.2.1", get(";/hello"), BAD),
]

CONNECT = [
    ("CONNECT", SHOULD, "RFC 9110 9.3.6", get("q.test:443", method="CONNECT"), "501!|405!"),
    ("CONNECT with a tunnel's bytes", SHOULD, "RFC 9110 9.3.6", get("q.test:443", method="CONNECT") + "\x16\x03\x01", "501!|405!"),
    ("CONNECT with Host's port", SHOULD, "RFC 9110 9.3.6", get("q.test:443", method="CONNECT", host="Host: q.test:443\r\n"), "501!|405!"),
    ("CONNECT [::1]:443", SHOULD, "RFC 9110 9.3.6", get("[::1]:443", method="CONNECT"), "501!|405!"),
    ("CONNECT /", SHOULD, "RFC 9112 3.2.3", get("/", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT /hello", SHOULD, "RFC 9112 3.2.3", get("/hello", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT without a port", SHOULD, "RFC 9110 9.3.6", get("q.test", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, empty port", SHOULD, "RFC 9110 9.3.6", get("q.test:", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, port no number", SHOULD, "RFC 9110 9.3.6", get("q.test:https", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, port 0", SHOULD, "RFC 9110 9.3.6", get("q.test:0", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, port 65536", SHOULD, "RFC 9110 9.3.6", get("q.test:65536", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, userinfo", SHOULD, "RFC 9110 9.3.6", get("u@q.test:443", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, absolute form", SHOULD, "RFC 9110 9.3.6", get("http://q.test:443/", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT *", SHOULD, "RFC 9112 3.2.4", get("*", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT with a body", SHOULD, "RFC 9110 9.3.6", post("hello", target="q.test:443", method="CONNECT"), "400!|501!|405!"),
    ("CONNECT, chunked", SHOULD, "RFC 9110 9.3.6",
     framed("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", "q.test:443", "CONNECT"), "400!|501!|405!"),
    ("CONNECT without Host", MUST, "RFC 9112 3.2", get("q.test:443", method="CONNECT", host=""), "400!"),
    ("CONNECT, then a hidden request", MUST, "RFC 9110 9.3.6", get("q.test:443", method="CONNECT") + get(), "501!|405!"),
]

# Paths that are right: they name something, or nothing, but are no error of syntax.
RIGHT = ["/hello?", "/hello?a", "/hello?a=b&c=d", "/hello?a=%20b", "/hello??", "/hello?a=b?c", "/hello?/a/b", "/hello?a=b=c", "/hello?&&&",
         "/hello?a=1&a=2", "/hello?%", "/hello?a+b"]
FOUND = ["/%68ello", "/hell%6f", "/hell%6F", "/%68%65%6c%6c%6f"]
MISSING = ["/no-such-thing", "/hello/", "/hello/x", "/Hello", "/HELLO", "/a%20b", "/a%2Fb", "/hello%2F", "/%2Fhello",
           "/a;b=c", "/hello;v=1", "/a:b", "/a@b", "/a~b", "/a!$&'()*+,;=b", "/a,b", "/%E2%82%AC", "/%C3%A9",
           "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p",
           "/%252e%252e/hello", "/hello%253F", "/-._~", "/...", "/.../hello", "/.hidden", "/a..b", "/hello.", "/hello..", "/hello%3Fa=b",
           "/hello%23f", "/x" + "/x" * 200, "/favicon.ico", "/robots.txt", "/.git/config", "/.env", "/index.html", "/hello.php"]
# Paths that are no URIs, or that an API has no use for.
WRONG = [
    ("/hello#f", SHOULD, "RFC 9110 7.1"), ("/#", SHOULD, "RFC 9110 7.1"), ("/hello?a#b", SHOULD, "RFC 9110 7.1"),
    ("/a\x01b", MUST, "RFC 3986 2"), ("/a\x1fb", MUST, "RFC 3986 2"), ("/a\x7fb", MUST, "RFC 3986 2"), ("/a\0b", MUST, "RFC 3986 2"),
    ("/a\x80b", SHOULD, "RFC 3986 2"), ("/a\xffb", SHOULD, "RFC 3986 2"), ("/\xc3\xa9", SHOULD, "RFC 3986 2"),
    ("/hello?\xc3\xa9", SHOULD, "RFC 3986 2"),
    ("/a\tb", MUST, "RFC 3986 2"), ("/a\rb", MUST, "RFC 3986 2"), ("/a\x0bb", MUST, "RFC 3986 2"), ("/hello?a\x01", MUST, "RFC 3986 2"),
    ("/hello?a\0", MUST, "RFC 3986 2"), ("/hello?a\x7f", MUST, "RFC 3986 2"),
    ("/%", SHOULD, "RFC 3986 2.1"), ("/%1", SHOULD, "RFC 3986 2.1"), ("/%zz", SHOULD, "RFC 3986 2.1"), ("/a%2", SHOULD, "RFC 3986 2.1"),
    ("/a%2gb", SHOULD, "RFC 3986 2.1"), ("/a%u0041", SHOULD, "RFC 3986 2.1"), ("/%%20", SHOULD, "RFC 3986 2.1"),
    ("/a%-1", SHOULD, "RFC 3986 2.1"),
    ("/a%00b", SHOULD, "RFC 3986 2.1; strict"), ("/%00", SHOULD, "RFC 3986 2.1; strict"), ("/a%0ab", SHOULD, "RFC 3986 2.1; strict"),
    ("/a%0d%0aX:%20y", SHOULD, "RFC 3986 2.1; strict"),
    ("/hello%2f..%2fhello", SHOULD, "RFC 3986 6.2.2.3; strict"), ("/a/../hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/../hello", SHOULD, "RFC 3986 6.2.2.3; strict"), ("/./hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/hello/..", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/hello/.", SHOULD, "RFC 3986 6.2.2.3; strict"), ("/a/%2e%2e/hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/%2e%2e/hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/%2E/hello", SHOULD, "RFC 3986 6.2.2.3; strict"), ("/.%2e/hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/..;/hello", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/../../../../etc/passwd", SHOULD, "RFC 3986 6.2.2.3; strict"), ("/%2e%2e%2f%2e%2e%2fetc/passwd", SHOULD, "RFC 3986 6.2.2.3; strict"),
    ("/..", SHOULD, "RFC 3986 6.2.2.3; strict"),
]
# No characters of URIs (RFC 3986 appendix A), which some clients send nevertheless.
LENIENT = ['/a"b', "/a<b", "/a>b", "/a\\b", "/a^b", "/a`b", "/a{b", "/a|b", "/a}b", "/..\\hello"]

HOSTS = [
    ("none", MUST, "", BAD), ("two", MUST, HOST + "Host: other.test\r\n", BAD), ("the same twice", MUST, HOST + HOST, BAD),
    ("twice, other case of the name", MUST, HOST + "hOST: q.test\r\n", BAD), ("three", MUST, HOST * 3, BAD),
    ("two, apart", MUST, HOST + "X-A: b\r\n" + "Host: other.test\r\n", BAD), ("two, the second empty", MUST, HOST + "Host:\r\n", BAD),
    ("two, the first empty", MUST, "Host:\r\n" + HOST, BAD), ("empty", SHOULD, "Host:\r\n", BAD), ("spaces", SHOULD, "Host:   \r\n", BAD),
    ("name with a space before the colon", MUST, "Host : q.test\r\n", BAD), ("folded", MUST, "Host:\r\n q.test\r\n", BAD),
    ("absent, Hosts there", MUST, "Hosts: q.test\r\n", BAD), ("absent, X-Forwarded-Host there", MUST, "X-Forwarded-Host: q.test\r\n", BAD),
]
HOST_RIGHT = ["q.test", "Q.TEST", "q.test.", "q.test:80", "q.test:8080", "q.test:", "q.test:0", "127.0.0.1", "127.0.0.1:80", "[::1]",
              "[::1]:80", "localhost",
              "[2001:db8::1]:443", "xn--bcher-kva.test", "a-b.test", "a_b.test", "1.test", "q.test:65535", "\tq.test", "q.test \t",
              "  q.test"]
HOST_WRONG = ["a, b", "a b", "a/b", "u@q.test", "u:p@q.test", "a?x", "a#x", "..a", "a..b", ".a", ".", "[::1]' UNION", "::1", "[::1",
              "[::1].", "x[::1]", "::1]",
              "[]", "[::1]x", "[::1]:", "q.test:asd", "q.test:-1", "q.test:98777", "q.test:65536", "a:80:80", ":80", "http://q.test",
              "q.test/", "//q.test",
              "q\\test", "q<test", "q>test", 'q"test', "q{test", "q}test", "q|test", "q^test", "q`test", "q\x80test", "q\x7ftest",
              "q\0test", "q\x01test", "q\rtest",
              "q,test", "@", "q.test:8 0", "q.test: 80", "q.test :80", "q.test:+80", "q.test:0x50", "[::1%25lo]", "[v1.a]", "[::g]",
              "[1.2.3.4]", "%", "q%zztest",
              "q.test, q.test", "q.test;x", "*"]
LENIENT_HOST = {"[::1]:": "200+|400!", "[::1%25lo]": "200+|400!", "[v1.a]": "200+|400!", "q,test": "200+|400!", "*": "200+|400!",
                "q.test;x": "200+|400!"}
SHOULD_HOST = {"q.test:98777", "q.test:65536", "..a", "a..b", ".a", ".", "[::g]", "[1.2.3.4]", ":80", "[]", "a, b", "q.test, q.test"}

CASES = [Case(*row) for row in FORMS + CONNECT]
CASES += [Case(f"target {t[:40]}", SHOULD, "RFC 3986 3.4", get(t), "200+|400+|400!" if t == "/hello?%" else OK) for t in RIGHT]
CASES += [Case(f"target {t[:40]}", SHOULD, "RFC 3986 6.2.2.2", get(t), OK) for t in FOUND]
CASES += [Case(f"target {t[:40]}", SHOULD, "RFC 3986 3.3", get(t), "404+") for t in MISSING]
CASES += [Case(f"target {t!r}", level, cite, get(t), "400!|400+") for t, level, cite in WRONG]
CASES += [Case(f"target {t!r}", SHOULD, "RFC 3986 A", get(t), "400!|400+|404+") for t in LENIENT]
CASES += [
    Case("target //evil.test/hello", SHOULD, "RFC 3986 3.3", get("//evil.test/hello"), "404+", lacks=("Location",)),
    Case("target //hello", SHOULD, "RFC 3986 3.3", get("//hello"), "404+", lacks=("Location",)),
    Case("target /run//echo", SHOULD, "RFC 3986 3.3", get("/run//echo"), "404+", lacks=("Location",)),
    Case("target /%c0%ae%c0%ae/hello", SHOULD, "RFC 3629 3", get("/%c0%ae%c0%ae/hello"), "400!|400+|404+"),
    Case("query of a thousand pairs", SHOULD, "RFC 9112 3", get("/hello?" + "&".join(f"a{i}=b" for i in range(1000))), "200+|400+|400!"),
    Case("query of 7000 bytes", SHOULD, "RFC 9112 3", get("/hello?a=" + "b" * 7000), OK),
]
CASES += [Case(f"Host: {name}", level, "RFC 9112 3.2", get(host=host), expect) for name, level, host, expect in HOSTS]
CASES += [Case(f"Host {h!r}", MUST, "RFC 9110 7.2, RFC 3986 3.2.2", get(host=f"Host: {h}\r\n"), OK) for h in HOST_RIGHT]
CASES += [Case(f"Host {h!r}", SHOULD if h in SHOULD_HOST or h in LENIENT_HOST else MUST, "RFC 9112 3.2, RFC 3986 3.2.2",
               get(host=f"Host: {h}\r\n"),
               LENIENT_HOST.get(h, BAD)) for h in HOST_WRONG]
CASES += [
    Case("Host of 3000 letters", SHOULD, "RFC 9112 3.2", get(host=f"Host: {'h' * 3000}\r\n"), "200+|400!|431!|421+"),
    Case("Host: none, HTTP/1.0", MUST, "RFC 9112 3.2", get(host="", version="HTTP/1.0"), "200!"),
    Case("Host: two, HTTP/1.0", MUST, "RFC 9112 3.2", get(host=HOST + HOST, version="HTTP/1.0"), BAD),
    Case("Host: bad, HTTP/1.0", MUST, "RFC 9112 3.2", get(host="Host: a b\r\n", version="HTTP/1.0"), BAD),
    Case("Host: last of the fields", MUST, "RFC 9112 3.2", get(host="X-A: b\r\nX-C: d\r\n" + HOST), OK),
    Case("Host: name in small letters, no space", MUST, "RFC 9110 5.1", get(host="host:q.test\r\n"), OK),
    Case("Host: name in mixed case, TAB", MUST, "RFC 9110 5.1", get(host="hoSt:\tq.test\r\n"), OK),
    Case("Host: none, POST", MUST, "RFC 9112 3.2", post("hello", host=""), BAD),
    Case("Host: none, OPTIONS *", MUST, "RFC 9112 3.2", get("*", method="OPTIONS", host=""), BAD),
    Case("Host: none, HEAD", MUST, "RFC 9112 3.2", get(method="HEAD", host=""), BAD),
    Case("Host: none, unknown method", MUST, "RFC 9112 3.2", get(method="FOO", host=""), "400!|501!"),
    Case("Host: none, absent path", MUST, "RFC 9112 3.2", get("/nothing", host=""), BAD),
    Case("Host: two, absent path", MUST, "RFC 9112 3.2", get("/nothing", host=HOST * 2), BAD),
]

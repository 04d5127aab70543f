"""What stands around requests: CORS (Fetch), proxies' fields and the PROXY protocol, names served, time-outs."""

from case import AWAIT, BAD, Case, FIN, MUST, OK, QUIET, SHOULD, chunked, framed, get, post

ORIGIN = "Origin: https://console.test\r\n"
PREFLIGHT = "Access-Control-Request-Method: POST\r\n"
ALLOWED = {"Access-Control-Allow-Origin": "https://console\\.test"}
ANY_CORS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Credentials")
TRUSTED = "127.0.0.9"
V2 = "\r\n\r\n\0\r\nQUIT\n"
CLIENT = "\xc0\0\x02\x42\xc0\0\x02\x02\xdc\x04\x01\xbb"  # 192.0.2.66:56324 to 192.0.2.2:443
WHO = get("/whoami")
SEEN, UNSEEN = "403+", "200+"  # the network 192.0.2.0/24 is denied there


def v2(command="\x21", family="\x11", length=None, payload=CLIENT):
    size = len(payload) if length is None else length
    return V2 + command + family + chr(size >> 8) + chr(size & 255) + payload


CORS = [
    ("preflight", get("/run/echo", ORIGIN + PREFLIGHT, method="OPTIONS"), "200/204+",
     {**ALLOWED, "Access-Control-Allow-Methods": ".*POST.*"}, ()),
    ("preflight with fields", get("/run/echo", ORIGIN + PREFLIGHT + "Access-Control-Request-Headers: content-type\r\n", method="OPTIONS"),
     "200/204+", {**ALLOWED, "Access-Control-Allow-Headers": "(?i).*content-type.*"}, ()),
    ("preflight of another origin", get("/run/echo", "Origin: https://evil.test\r\n" + PREFLIGHT, method="OPTIONS"), "200/204/403+", {},
     ANY_CORS),
    ("preflight of null", get("/run/echo", "Origin: null\r\n" + PREFLIGHT, method="OPTIONS"), "200/204/403+", {}, ANY_CORS),
    ("preflight of an origin that begins the same",
     get("/run/echo", "Origin: https://console.test.evil.test\r\n" + PREFLIGHT, method="OPTIONS"), "200/204/403+", {}, ANY_CORS),
    ("preflight of an origin that ends the same", get("/run/echo", "Origin: https://evilconsole.test\r\n" + PREFLIGHT, method="OPTIONS"),
     "200/204/403+", {}, ANY_CORS),
    ("preflight by another scheme", get("/run/echo", "Origin: http://console.test\r\n" + PREFLIGHT, method="OPTIONS"), "200/204/403+", {},
     ANY_CORS),
    ("preflight from another port", get("/run/echo", "Origin: https://console.test:444\r\n" + PREFLIGHT, method="OPTIONS"), "200/204/403+",
     {}, ANY_CORS),
    ("preflight for what is not there", get("/nothing", ORIGIN + PREFLIGHT, method="OPTIONS"), "200/204+|404+", {}, ()),
    ("GET of an allowed origin", get(fields=ORIGIN), OK, {**ALLOWED, "Vary": ".*Origin.*"}, ()),
    ("GET of another origin", get(fields="Origin: https://evil.test\r\n"), OK, {"Vary": ".*Origin.*"}, ANY_CORS),
    ("GET without an origin", get(), OK, {}, ANY_CORS),
    ("POST of an allowed origin", post("hello", ORIGIN), OK, ALLOWED, ()),
    ("404 of an allowed origin", get("/nothing", ORIGIN), "404+", ALLOWED, ()),
    ("OPTIONS of an allowed origin that is no preflight", get(fields=ORIGIN, method="OPTIONS"), "200/204+", ALLOWED, ()),
    ("two origins", get(fields=ORIGIN + "Origin: https://evil.test\r\n"), "200+|400+|400!", {}, ("Access-Control-Allow-Credentials",)),
]
CASES = [Case(f"CORS: {name}", SHOULD, "Fetch 3.2", send, expect, has=has, lacks=lacks, needs="own", at="cors") for name, send, expect, has,
         lacks in CORS]

FORWARDED = [  # field, from whom, whether 192.0.2.66 is taken for the client
    ("X-Forwarded-For: 192.0.2.66", "", UNSEEN), ("X-Forwarded-For: 192.0.2.66", TRUSTED, SEEN),
    ("X-Forwarded-For: 6.6.6.6, 192.0.2.66", TRUSTED, SEEN), ("X-Forwarded-For: 192.0.2.66, 203.0.113.9", TRUSTED, UNSEEN),
    ("X-Forwarded-For: 192.0.2.66, 127.0.0.9", TRUSTED, SEEN), ("X-Forwarded-For: 192.0.2.66:4711", TRUSTED, SEEN),
    ("X-Forwarded-For: 192.0.2.66, garbage", TRUSTED, UNSEEN), ("X-Forwarded-For: garbage, 192.0.2.66", TRUSTED, SEEN),
    ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.66", TRUSTED, SEEN),
    ("X-Forwarded-For: 192.0.2.66\r\nX-Forwarded-For: 6.6.6.6", TRUSTED, UNSEEN),
    ("X-Forwarded-For: [2001:db8::1]:80", TRUSTED, UNSEEN), ("X-Forwarded-For: 2001:db8::1", TRUSTED, UNSEEN),
    ("X-Forwarded-For: ::ffff:192.0.2.66", TRUSTED, "403+|200+"), ("X-Forwarded-For:", TRUSTED, UNSEEN),
    ("X-Forwarded-For: unknown", TRUSTED, UNSEEN), ("X-Forwarded-For: 192.0.2.066", TRUSTED, UNSEEN),
    ("X-Forwarded-For: 192.0.2.66x", TRUSTED, UNSEEN), ("X-Forwarded-For: 192.0.2", TRUSTED, UNSEEN),
    ("X_Forwarded_For: 192.0.2.66", TRUSTED, UNSEEN), ("X-Real-IP: 192.0.2.66", TRUSTED, UNSEEN),
    ("Forwarded: for=192.0.2.66", TRUSTED, UNSEEN), ("True-Client-IP: 192.0.2.66", TRUSTED, UNSEEN),
    ("Client-IP: 192.0.2.66", TRUSTED, UNSEEN),
    ("X-Forwarded-For: 192.0.2.66\r\nConnection: X-Forwarded-For", TRUSTED, SEEN), ("x-forwarded-for:192.0.2.66", TRUSTED, SEEN),
    ("X-Forwarded-For: " + "6.6.6.6, " * 100 + "192.0.2.66", TRUSTED, SEEN),
    ("X-Forwarded-For: ,,192.0.2.66,,", TRUSTED, "403+|200+"),
]
CASES += [Case(f"{f[:60]!r} from {s or 'anybody'}", MUST if e == UNSEEN else SHOULD, "operations.md: Behind a load balancer",
               get("/whoami", f + "\r\n"), e, needs="own", source=s) for f, s, e in FORWARDED]
RFC7239 = [
    ("for=192.0.2.66", SEEN), ('for="192.0.2.66"', SEEN), ('for="192.0.2.66:80"', SEEN), ("For=192.0.2.66;proto=https;host=q.test", SEEN),
    ('for="[2001:db8::1]:4711";proto=https, for=192.0.2.66', SEEN), ("for=192.0.2.66, for=203.0.113.9", UNSEEN),
    ("for=192.0.2.66, for=unknown", UNSEEN), ("for=_hidden, for=192.0.2.66", SEEN),
    ("proto=https;by=1.1.1.1;for=192.0.2.66", SEEN), ("for=192.0.2.66;for=6.6.6.6", "403+|200+"), ("garbage", UNSEEN), ("for", UNSEEN),
    ('for="192.0.2.66', UNSEEN), ("for = 192.0.2.66", "403+|200+"), ("for=192.0.2.66, ", "403+|200+"), ("", UNSEEN),
    ('for="_192.0.2.66"', UNSEEN),
]
CASES += [Case(f"Forwarded: {f}", SHOULD, "RFC 7239 4, 6", get("/whoami", f"Forwarded: {f}\r\n"), e, needs="own", at="forwarded",
               source=TRUSTED) for f, e in RFC7239]
CASES += [
    Case("X-Forwarded-For where Forwarded counts", SHOULD, "operations.md: Behind a load balancer",
         get("/whoami", "X-Forwarded-For: 192.0.2.66\r\n"), UNSEEN, needs="own", at="forwarded", source=TRUSTED),
    Case("Forwarded from anybody", MUST, "operations.md: Behind a load balancer", get("/whoami", "Forwarded: for=192.0.2.66\r\n"), UNSEEN,
         needs="own", at="forwarded"),
]

PROXY_RIGHT = [
    ("v1 TCP4", "PROXY TCP4 192.0.2.66 192.0.2.2 56324 443\r\n", SEEN),
    ("v1 TCP4, someone else", "PROXY TCP4 203.0.113.9 192.0.2.2 56324 443\r\n", UNSEEN),
    ("v1 TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n", UNSEEN), ("v1 UNKNOWN", "PROXY UNKNOWN\r\n", UNSEEN),
    ("v1 UNKNOWN with more", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", UNSEEN),
    ("v1 port 0", "PROXY TCP4 192.0.2.66 192.0.2.2 0 0\r\n", SEEN),
    ("v1 the longest", "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
     UNSEEN),
    ("v2 TCP4", v2(), SEEN), ("v2 TCP6", v2(family="\x21", payload=" \x01\r\xb8" + "\0" * 28 + "\xdc\x04\x01\xbb"), UNSEEN),
    ("v2 LOCAL", v2("\x20", "\0", payload=""), UNSEEN), ("v2 LOCAL with a payload", v2("\x20", "\x11"), UNSEEN),
    ("v2 UNSPEC", v2("\x21", "\0", payload=""), UNSEEN),
    ("v2 UNSPEC with a payload", v2("\x21", "\0", payload="x" * 20), "200+|!"),
    ("v2 with a TLV", v2(payload=CLIENT + "\x01\0\x02h1"), SEEN), ("v2 with NOOP", v2(payload=CLIENT + "\x04\0\x10" + "\0" * 16), SEEN),
    ("v2 with AUTHORITY", v2(payload=CLIENT + "\x02\0\x06q.test"), SEEN),
    ("v2 Unix socket", v2(family="\x31", payload="\0" * 216), UNSEEN), ("v2 UDP", v2(family="\x12"), "403+|200+|!"),
]
PROXY_WRONG = [
    ("none", ""), ("v1 LF", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\n"),
    ("v1 two spaces", "PROXY  TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"),
    ("v1 leading zero in a port", "PROXY TCP4 192.0.2.1 192.0.2.2 056324 443\r\n"),
    ("v1 leading zero in an address", "PROXY TCP4 192.0.2.01 192.0.2.2 56324 443\r\n"),
    ("v1 port 65536", "PROXY TCP4 192.0.2.1 192.0.2.2 65536 443\r\n"),
    ("v1 TCP4 with IPv6", "PROXY TCP4 2001:db8::1 2001:db8::2 56324 443\r\n"),
    ("v1 TCP6 with IPv4", "PROXY TCP6 192.0.2.1 192.0.2.2 56324 443\r\n"),
    ("v1 small letters", "proxy TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"), ("v1 no ports", "PROXY TCP4 192.0.2.1 192.0.2.2\r\n"),
    ("v1 too many words", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443 x\r\n"), ("v1 UDP4", "PROXY UDP4 192.0.2.1 192.0.2.2 56324 443\r\n"),
    ("v1 endless", "PROXY UNKNOWN " + "x" * 200), ("v1 108 bytes", "PROXY UNKNOWN " + "x" * 93 + "\r\n"),
    ("v1 space in front", " PROXY UNKNOWN\r\n"), ("v1 empty line in front", "\r\nPROXY UNKNOWN\r\n"),
    ("v1 space at the end", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443 \r\n"),
    ("v1 negative port", "PROXY TCP4 192.0.2.1 192.0.2.2 -1 443\r\n"), ("v1 hex port", "PROXY TCP4 192.0.2.1 192.0.2.2 0x10 443\r\n"),
    ("v1 TABs", "PROXY\tTCP4\t192.0.2.1\t192.0.2.2\t56324\t443\r\n"), ("v1 name alone", "PROXY\r\n"),
    ("v2 version 1", v2("\x11")), ("v2 version 3", v2("\x31")), ("v2 command 2", v2("\x22")), ("v2 command 15", v2("\x2f")),
    ("v2 family 4", v2(family="\x41")), ("v2 transport 3", v2(family="\x13")), ("v2 too short for TCP4", v2(payload=CLIENT[:11])),
    ("v2 too short for TCP6", v2(family="\x21")),
    ("v2 CRC32C wrong", v2(payload=CLIENT + "\x03\0\x04\x01\x02\x03\x04")),
    ("v2 TLV longer than the rest", v2(payload=CLIENT + "\x01\0\x09h1")), ("v2 signature wrong", v2().replace("QUIT", "QUIP")),
    ("v2 twice", v2() * 2), ("v1 twice", "PROXY UNKNOWN\r\n" * 2),
    ("v2 65535 bytes", v2(payload=CLIENT + "\x04\xff\xf0" + "\0" * 65520)[:16 + 65535]),
    ("TLS", "\x16\x03\x01\x00\x05hello"), ("v1 half, then the client's end", None),
]
SECOND = ("v1 twice", "v2 twice")
CASES += [Case(f"PROXY {n}", MUST, "proxy-protocol 2.1, 2.2", p + WHO, e, needs="own", at="proxy", source=TRUSTED, whole_only=False,
               alone=True) for n, p, e in PROXY_RIGHT]
CASES += [Case(f"PROXY {n}", MUST, "proxy-protocol 2.1, 2.2", [p + WHO] if p is not None else ["PROXY TCP4 192.0", FIN],
               "400!|!" if n in SECOND else "!", needs="own", at="proxy", source=TRUSTED) for n, p in PROXY_WRONG]
CASES += [
    Case("PROXY v1 from a stranger", SHOULD, "proxy-protocol 2", ["PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" + WHO], "!", needs="own",
         at="proxy"),
    Case("PROXY v2 from a stranger", SHOULD, "proxy-protocol 2", [v2() + WHO], "!", needs="own", at="proxy"),
    Case("PROXY v1, then a pipeline", MUST, "proxy-protocol 2.1", "PROXY UNKNOWN\r\n" + get() * 3, "200 200 200+", needs="own", at="proxy",
         source=TRUSTED, alone=True),
    Case("PROXY v1, then malformed", MUST, "proxy-protocol 2.1", "PROXY UNKNOWN\r\n" + get(fields="X A: b\r\n"), BAD, needs="own",
         at="proxy", source=TRUSTED, alone=True),
]

NAMES = [  # where only q.test, *.w.test and [2001:db8::1] are served
    ("q.test", OK), ("Q.Test", OK), ("q.test.", OK), ("q.test:8080", OK), ("a.w.test", OK), ("a.b.w.test", OK), ("w.test", "421+|421!"),
         ("other.test", "421+|421!"), ("xq.test", "421+|421!"), ("q.test.evil.test", "421+|421!"), ("127.0.0.1", "421+|421!"),
         ("[2001:db8::1]", OK), ("[2001:DB8::1]:80", OK), ("[::1]", "421+|421!"),
]
CASES += [Case(f"Host {h} where names are given", SHOULD, "RFC 9110 7.4, 15.5.20", get(host=f"Host: {h}\r\n"), e, needs="own",
               at="names") for h, e in NAMES]
CASES += [
    Case("health under any name", SHOULD, "RFC 9110 7.4", get("/livez", host="Host: 10.0.0.1\r\n"), OK, needs="own", at="names"),
    Case("absolute form decides on the name", MUST, "RFC 9112 3.2.2", get("http://other.test/hello"), "421+|421!", needs="own", at="names"),
    Case("absolute form, Host of another name", MUST, "RFC 9112 3.2.2", get("http://q.test/hello", host="Host: other.test\r\n"), OK,
         needs="own", at="names"),
    Case("name not served, with content", MUST, "RFC 9112 9.3", post("hello", host="Host: other.test\r\n"), "421+|421!", needs="own",
         at="names"),
    Case("one name, then another", MUST, "RFC 9110 3.3", get() + get(host="Host: other.test\r\n") + get(), "200 421 200+|200 421!",
         needs="own", at="names"),
]
# Where time-outs are a second or two. A server may not cut before; that it does afterwards is seen by the end.
CASES += [
    Case("slow: nothing comes", SHOULD, "RFC 9112 9.5", [""], "!", needs="own", at="slow", whole_only=True, alone=True),
    Case("slow: head begun", SHOULD, "RFC 9110 15.5.9", get()[:20], "408!", needs="own", at="slow", whole_only=True, alone=True),
    Case("slow: a byte", SHOULD, "RFC 9110 15.5.9", "G", "408!", needs="own", at="slow", whole_only=True, alone=True),
    Case("slow: all but the last byte of the head", SHOULD, "RFC 9110 15.5.9", get()[:-1], "408!", needs="own", at="slow", whole_only=True,
         alone=True),
    Case("slow: an empty line", SHOULD, "RFC 9112 2.2", "\r\n", "408!|!", needs="own", at="slow", whole_only=True, alone=True),
    Case("slow: content begun", SHOULD, "RFC 9110 15.5.9", framed("Content-Length: 10\r\n", "hello"), "408!", needs="own", at="slow",
         whole_only=True, alone=True),
    Case("slow: no content", SHOULD, "RFC 9110 15.5.9", framed("Content-Length: 10\r\n", ""), "408!", needs="own", at="slow",
         whole_only=True, alone=True),
    Case("slow: no last chunk", SHOULD, "RFC 9110 15.5.9", chunked("5\r\nhello\r\n"), "408!", needs="own", at="slow", whole_only=True,
         alone=True),
    Case("slow: Expect without content", SHOULD, "RFC 9110 15.5.9", framed("Content-Length: 10\r\nExpect: 100-continue\r\n", ""),
         "100 408!", needs="own", at="slow", whole_only=True, alone=True),
    Case("slow: idle after an answer", SHOULD, "RFC 9112 9.5", [get(), AWAIT], "200!", needs="own", at="slow", whole_only=True,
         unsaid=True),
    Case("slow: second head begun", SHOULD, "RFC 9110 15.5.9", get() + get()[:10], "200 408!", needs="own", at="slow", whole_only=True,
         alone=True),
]

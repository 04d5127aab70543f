"""What stands above HTTP/1.1 and is asked by plain requests: health, Idempotency-Key, Prefer (RFC 7240), JSON (RFC 8259), problems (RFC 9457)."""

from case import AWAIT, Case, MUST, OK, SHOULD, get, post

ENVELOPE = '{"type":"probe.none","args":[]}'
JOBS = "/ojs/v1/jobs"
NO_JOB = "/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000"
JSON = "Content-Type: application/json\r\n"
PROBLEM = {"Content-Type": r"application/(problem\+|openjobspec\+)?json.*"}
REPLAYED = {"Idempotency-Replayed": r"\?1"}

CASES = [
    Case("livez", SHOULD, "operations.md", get("/livez"), OK),
    Case("readyz", SHOULD, "operations.md", get("/readyz"), OK),
    Case("livez, HEAD", MUST, "RFC 9110 9.3.2", get("/livez", method="HEAD"), OK),
    Case("livez, HTTP/1.0 without Host", SHOULD, "operations.md", "GET /livez HTTP/1.0\r\n\r\n", "200!", alone=True),
    Case("readyz, HTTP/1.0 without Host", SHOULD, "operations.md", "GET /readyz HTTP/1.0\r\n\r\n", "200!", alone=True),
    Case("HAProxy's check", SHOULD, "operations.md", "OPTIONS / HTTP/1.0\r\n\r\n", "200/204!", alone=True),
    Case("a check by HEAD", SHOULD, "operations.md", "HEAD / HTTP/1.0\r\n\r\n", "200!", alone=True),
    Case("health is not cached", SHOULD, "RFC 9111 5.2.2", get("/readyz"), OK, has={"Cache-Control": ".*no-(store|cache).*"}),
    Case("metrics", SHOULD, "Prometheus text format", get("/metrics"), OK, has={"Content-Type": "text/plain; version=0.0.4.*"},
         whole_only=True, alone=True),
    Case("no such job", MUST, "RFC 9110 15.5.5", get(NO_JOB), "404+", has=PROBLEM),
    Case("no such job, DELETE", MUST, "RFC 9110 15.5.5", get(NO_JOB, method="DELETE"), "404+|204+"),
    Case("no job's id", MUST, "RFC 9110 15.5.5", get("/ojs/v1/jobs/x"), "404+|400+", has=PROBLEM),
    Case("a job is private", SHOULD, "RFC 9111 5.2.2.7", get("@JOB@"), OK, has={"ETag": '"[^"]+"', "Cache-Control": "private, no-cache"}),
    Case("Location is relative", SHOULD, "RFC 9110 10.2.2", post(ENVELOPE, JSON, target=JOBS), "201+|202+",
         has={"Location": "/ojs/v1/jobs/[0-9a-f-]{36}"}),
    Case("list of jobs", MUST, "RFC 9110 15.3.1", get(JOBS), OK),
    Case("list of jobs, HEAD", MUST, "RFC 9110 9.3.2", get(JOBS, method="HEAD"), OK),
]
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
CASES += [Case(f"not sniffed: {name}", SHOULD, "Fetch 3.6", send, expect, has=NOSNIFF) for name, send, expect in (
    ("a result", get("@RESULT@"), OK), ("a call's result", post("hello", "Content-Type: text/html\r\n"), OK),
    ("404", get("/nothing"), "404+"),
    ("a syntax error", get(fields="X A: b\r\n"), "400!"), ("a job's 404", get(NO_JOB), "404+"),
    ("JSON that is none", post("{", JSON, target=JOBS), "400+|400!"),
    ("a problem as XML", get(NO_JOB, "Accept: application/xml\r\n"), "404+"), ("405", post("", target="/livez"), "405+"))]
KEYS_WRONG = ["", '"', '"a', 'a"', '""', "a b", "k" * 300, '"' + "k" * 300 + '"', '"a" b', '"a", "b"', '"\xe9"', "\xe9", "a;b", "?1",
              ":YQ==:"]
LENIENT_KEYS = ("a;b", "?1", ":YQ==:")
CASES += [Case(f"Idempotency-Key {k[:20]!r}", SHOULD, "operations.md: Requests that may be sent again",
               post("hello", f"Idempotency-Key: {k}\r\n"),
               "400+|400!|200+" if k in LENIENT_KEYS else "400+|400!") for k in KEYS_WRONG]


def keyed(key, body="hello", target="/run/echo"):
    return post(body, f"Idempotency-Key: {key}\r\n", target=target)


AGAIN = [
    ("again", [keyed('"probe-1"'), AWAIT, keyed('"probe-1"')], "200 200+", {"body": "hello", "has": REPLAYED}),
    ("again, without quotes", [keyed('"probe-2"'), AWAIT, keyed("probe-2")], "200 200+", {"body": "hello", "has": REPLAYED}),
    ("another content", [keyed('"probe-3"'), AWAIT, keyed('"probe-3"', "other")], "200 422+", {}),
    ("another key", [keyed('"probe-4"'), AWAIT, keyed('"probe-5"')], "200 200+", {"body": "hello", "lacks": ("Idempotency-Replayed",)}),
    ("keys have case", [keyed('"probe-6"'), AWAIT, keyed('"Probe-6"')], "200 200+", {"lacks": ("Idempotency-Replayed",)}),
    ("two lines", [post("hello", 'Idempotency-Key: "probe-7"\r\nIdempotency-Key: "probe-8"\r\n')], "400+|400!", {}),
    ("on GET", [get(fields='Idempotency-Key: "probe-9"\r\n'), AWAIT, get(fields='Idempotency-Key: "probe-9"\r\n')], "200 200+",
     {"lacks": ("Idempotency-Replayed",)}),
    ("a refusal is not kept", [keyed('"probe-10"', "", "/run/echo?nope=1"), AWAIT, keyed('"probe-10"')], "400 200+", {"body": "hello"}),
    ("a job", [keyed('"probe-11"', ENVELOPE, JOBS), AWAIT, keyed('"probe-11"', ENVELOPE, JOBS)], "201 200/201+", {"has": REPLAYED}),
    ("another job", [keyed('"probe-12"', ENVELOPE, JOBS), AWAIT, keyed('"probe-12"', ENVELOPE.replace("none", "other"), JOBS)],
     "201 422+|201 409+", {}),
]
CASES += [Case(f"Idempotency-Key: {name}", MUST, "operations.md: Requests that may be sent again", send, expect, whole_only=True, **more)
          for name, send, expect, more in AGAIN]

CASES += [Case(f"Prefer: {p}", MUST, "RFC 7240 2", post("hello", f"Prefer: {p}\r\n"), OK, body="hello")
          for p in ("", "foo", "foo=bar; baz", "return=minimal", "handling=lenient", "wait=abc", "wait", "wait=-1", "wait=1.5", ";;", "=",
                    "x" * 1000, "foo, , bar")]
CASES += [
    Case("Prefer: wait", MUST, "RFC 7240 4.3", post("hello", "Prefer: wait=5\r\n"), OK, body="hello"),
    Case("Prefer: wait of a thousand years", MUST, "RFC 7240 4.3", post("hello", "Prefer: wait=31536000000\r\n"), OK, body="hello"),
    Case("Prefer: wait twice", SHOULD, "RFC 7240 2", post("hello", "Prefer: wait=1\r\nPrefer: wait=2\r\n"), "400+|400!|200+"),
    Case("Prefer: respond-async", SHOULD, "RFC 7240 4.1", post("hello", "Prefer: respond-async\r\n"), "202+",
         has={"Location": "/.+", "Preference-Applied": "respond-async"}),
    Case("Prefer: Respond-Async", MUST, "RFC 7240 2: names have no case", post("hello", "PREFER: Respond-Async\r\n"), "202+"),
    Case("Prefer: respond-async among others", MUST, "RFC 7240 2", post("hello", "Prefer: foo, respond-async, bar\r\n"), "202+"),
    Case("Prefer: respond-async on the second line", MUST, "RFC 7240 2", post("hello", "Prefer: foo\r\nPrefer: respond-async\r\n"), "202+"),
    Case("202 says when to look again", SHOULD, "RFC 9110 10.2.3", post("hello", "Prefer: respond-async\r\n"), "202+",
         has={"Retry-After": r"\d+"}),
    Case("a result that is not there yet says when to look again", SHOULD, "RFC 9110 10.2.3", get("@WAITING@/result"), "404+",
         has={"Retry-After": r"\d+"}),
    Case("a job that is over does not", SHOULD, "RFC 9110 10.2.3", get("@JOB@"), OK, lacks=("Retry-After",)),
    Case("a job that waits says when to look again", SHOULD, "RFC 9110 10.2.3", get("@WAITING@"), OK, has={"Retry-After": r"\d+"}),
]
TEXTS_WRONG = ["", " ", "{", "}", "[]", "null", "1", '"x"', ENVELOPE + "x", ENVELOPE + ENVELOPE, "\xef\xbb\xbf" + ENVELOPE,
               "{'type':'a','args':[]}",
               '{"type":"a","args":[],}', '{"type":"a","type":"b","args":[]}', '{"type":"a","args":[NaN]}', '{"type":"a","args":[01]}',
               '{"type":"a","args":[Infinity]}', '{"type":"a","args":["\xff"]}', '{"type":"a","args":["\x01"]}',
               '{"type":"a","args":["\\x"]}',
               '{"type":"a","args":["\\ud800"]}', '{"type":"a","args":' + "[" * 200 + "]" * 200 + "}", '{"type":"a","args":[1e]}',
               '{"type":"\\u0000","args":[]}',
               '{"type":"a" "args":[]}', '{"type":"","args":[]}', '{"type":7,"args":[]}', '{"args":[]}', '{"type":"a","args":{}}',
               "// c\n" + ENVELOPE,
               '{"type":"a","args":[1]', '{"type":"a","args":["a]}', "\0" + ENVELOPE, ENVELOPE + "\0", '{"type":"a","args":[\xc0\xaf]}',
               '{"type":"a","args":["\xc0\xaf"]}',
               '{"type":"a","args":["\xed\xa0\x80"]}', '{"type":"a","args":[+1]}', '{"type":"a","args":[.5]}', '{"type":"a","args":[tru]}',
               '{"type":"a b","args":[]}']
LENIENT_TEXTS = ('{"type":"a","args":["\\ud800"]}',)
CASES += [Case(f"JSON {t[:40]!r}", MUST, "RFC 8259 2 to 8", post(t, JSON, target=JOBS),
               "400/422+|400/422!" + ("|201+" if t in LENIENT_TEXTS else ""))
          for t in TEXTS_WRONG]
TEXTS_RIGHT = [ENVELOPE, f" \r\n\t{ENVELOPE}\n ", '{"args":[],"type":"probe.none"}',
               '{"type":"probe.none","args":["\\u20ac","\xe2\x82\xac","\\/",1e3,-0,null,true]}',
               '{"type":"probe.none","args":["\\ud83d\\ude00"]}', '{"ty\\u0070e":"probe.none","args":[]}',
               '{"type":"probe.none","args":[[[[{"a":{"b":[]}}]]]]}']
CASES += [Case(f"JSON {t[:40]!r}", MUST, "RFC 8259 2 to 8", post(t, JSON, target=JOBS), "201+") for t in TEXTS_RIGHT]
TYPES = [("application/json", "201+"), ("application/json; charset=utf-8", "201+"), ("APPLICATION/JSON", "201+"),
         ("application/openjobspec+json", "201+"),
         ("application/json;charset=\"utf-8\"", "201+"), ("text/plain", "415+|400+|415!|400!"),
         ("application/jsonx", "415+|400+|415!|400!"), ("json", "415+|400+|415!|400!"),
         ("application/xml", "415+|400+|415!|400!"), ("multipart/form-data; boundary=x", "415+|400+|415!|400!"),
         ("application/x-www-form-urlencoded", "415+|400+|415!|400!")]
CASES += [Case(f"Content-Type {t}", MUST if e == "201+" else SHOULD, "RFC 9110 8.3, 15.5.16",
               post(ENVELOPE, f"Content-Type: {t}\r\n", target=JOBS), e) for t, e in TYPES]
PATHS = ["/", "/livez", "/readyz", "/openapi.json", "/ojs/manifest", "/ojs/v1/health", "/ojs/v1/queues", "/ojs/v1/dead-letter",
         "/ojs/v1/cron", "/ojs/v1/events", "/ojs/v1/admin/jobs"]
CASES += [Case(f"GET {p}", MUST, "RFC 9110 9.3.1", get(p), OK) for p in PATHS]
CASES += [Case(f"HEAD {p}", MUST, "RFC 9110 9.3.2", get(p, method="HEAD"), OK) for p in PATHS]
CASES += [Case(f"OPTIONS {p}", SHOULD, "RFC 9110 9.3.7", get(p, method="OPTIONS"), "200/204+",
               has={"Allow": r".*\bGET\b.*\bOPTIONS\b.*"}) for p in PATHS]
CASES += [Case(f"PATCH {p}", MUST, "RFC 9110 15.5.6", post("", target=p, method="PATCH"), "405+",
               has={"Allow": r".*\bGET\b.*"}) for p in PATHS]
for case in CASES:
    case.needs = "own"

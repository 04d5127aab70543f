"""What answers say: methods and fields (RFC 9110 9, 15), conditions (13), ranges (14), negotiation (12)."""

from case import BAD, Case, MUST, OK, SHOULD, get, post

ALLOW_GET = r"(?=.*\bGET\b)(?=.*\bHEAD\b).*"

CASES = [
    Case("GET", MUST, "RFC 9110 9.3.1", get(), OK, body="hello", has={"Content-Length": "5", "Content-Type": "text/plain.*"}),
    Case("HEAD", MUST, "RFC 9110 9.3.2", get(method="HEAD"), OK, has={"Content-Length": "5", "Content-Type": "text/plain.*"}),
    Case("HEAD, 404", MUST, "RFC 9110 9.3.2", get("/nothing", method="HEAD"), "404+"),
    Case("HEAD of a document", MUST, "RFC 9110 9.3.2", get("@DOC@", method="HEAD"), OK, has={"ETag": ".*"}, needs="etag"),
    Case("HEAD where only POST is", MUST, "RFC 9110 15.5.6", get("/run/echo", method="HEAD"), "405+", has={"Allow": r".*\bPOST\b.*"},
         needs="405"),
    Case("GET where only POST is", MUST, "RFC 9110 15.5.6", get("/run/echo"), "405+", has={"Allow": r".*\bPOST\b.*"}, needs="405"),
    Case("OPTIONS", SHOULD, "RFC 9110 9.3.7", get(method="OPTIONS"), "200/204+", has={"Allow": ALLOW_GET}),
    Case("OPTIONS where POST is", SHOULD, "RFC 9110 9.3.7", get("/run/echo", method="OPTIONS"), "200/204+", has={"Allow": r".*\bPOST\b.*"}),
    Case("OPTIONS where nothing is", SHOULD, "RFC 9110 9.3.7", get("/nothing", method="OPTIONS"), "404+|200/204+"),
    Case("OPTIONS *", SHOULD, "RFC 9110 9.3.7", get("*", method="OPTIONS"), "200/204+", has={"Allow": r".*\bGET\b.*"}),
    Case("OPTIONS, Max-Forwards 0", SHOULD, "RFC 9110 7.6.2", get(method="OPTIONS", fields="Max-Forwards: 0\r\n"), "200/204+"),
    Case("TRACE", SHOULD, "RFC 9110 9.3.8", get(method="TRACE", fields="X-Secret: s\r\n"), "405+|405!|501!|501+"),
    Case("TRACE, nothing there", SHOULD, "RFC 9110 9.3.8", get("/nothing", method="TRACE"), "404/405/501+|405/501!"),
    Case("TRACE, Max-Forwards 0", SHOULD, "RFC 9110 9.3.8", get(method="TRACE", fields="Max-Forwards: 0\r\n"), "405+|405!|501!|501+"),
    Case("POST, 404", MUST, "RFC 9110 15.5.5", post("hello", target="/nothing"), "404/405+|404/405!"),
    Case("results may not be sniffed", SHOULD, "Fetch 3.6", get("@RESULT@"), OK, has={"X-Content-Type-Options": "nosniff"},
         needs="range own"),
    Case("no version in Server", SHOULD, "RFC 9110 10.2.4", get(), OK, lacks=("X-Powered-By",)),
    Case("404 is a problem document", SHOULD, "RFC 9457", get("/nothing"), "404+", has={"Content-Type": "application/problem\\+json.*"},
         needs="own"),
    Case("400 is a problem document", SHOULD, "RFC 9457", get(fields="X A: b\r\n"), BAD,
         has={"Content-Type": "application/problem\\+json.*"}, needs="own"),
    Case("431 is a problem document", SHOULD, "RFC 9457", get(fields=f"X: {'v' * 9000}\r\n"), "431!",
         has={"Content-Type": "application/problem\\+json.*"}, needs="own"),
    Case("414 is a problem document", SHOULD, "RFC 9457", get("/" + "x" * 9000), "414!",
         has={"Content-Type": "application/problem\\+json.*"}, needs="own"),
    Case("501 is a problem document", SHOULD, "RFC 9457", get(method="FOO"), "501!|501+",
         has={"Content-Type": "application/problem\\+json.*"}, needs="own"),
    Case("problem as XML", SHOULD, "RFC 9457", get("/nothing", "Accept: application/xml, */*;q=0\r\n"), "404+",
         has={"Content-Type": "application/problem\\+xml.*"}, needs="own"),
    Case("problem to who takes neither", SHOULD, "RFC 9110 12.5.1", get("/nothing", "Accept: image/png\r\n"), "404+|406+", needs="own"),
    Case("204 has no content", MUST, "RFC 9110 8.6", get("/empty"), "204+", lacks=("Content-Length", "Transfer-Encoding", "Content-Type"),
         needs="own"),
    Case("a request has an id", SHOULD, "Open Job Spec, HTTP binding", get("/ojs/v1/queues"), OK, has={"X-Request-Id": ".+"}, needs="own"),
    Case("request body packed", SHOULD, "RFC 9110 12.5.3, 15.5.16", post("hello", "Content-Encoding: br\r\n", target="/ojs/v1/jobs"),
         "415+|415!", has={"Accept-Encoding": ".*"}, needs="own"),
    Case("request body of another type", SHOULD, "RFC 9110 15.5.16", post("hello", "Content-Type: image/png\r\n", target="/ojs/v1/jobs"),
         "415+|415!|400+|400!", has={"Accept": ".*json.*"}, needs="own"),
    Case("query parameter unknown", SHOULD, "operations.md: parameters", post("hello", target="/run/echo?nope=1"), "400+|400!",
         needs="own"),
    Case("query parameter twice", SHOULD, "operations.md: parameters", post("", target="/run/sleep?ms=1&ms=2"), "400+|400!", needs="own"),
    Case("typed parameter in the path", MUST, "operations.md: routes", get("/number/7"), OK, needs="own"),
]
CASES += [Case(f"typed parameter {v!r}", SHOULD, "operations.md: routes", get(f"/number/{v}"), "404+", needs="own") for v in
          ("+1", "-0", "%201", "1e3", "0x1", "1.0", "", "a", "1%2F2", "99999999999999999999", "%31x")]
CASES += [Case(f"{m} is not allowed", MUST, "RFC 9110 15.5.6", post("", target="/hello", method=m), "405+|405!", has={"Allow": ALLOW_GET},
               needs="405") for m in ("POST", "PUT", "DELETE", "PATCH")]
CASES += [Case(f"{m} is not allowed on a document", MUST, "RFC 9110 15.5.6", post("", target="@DOC@", method=m), "405+|405!",
               has={"Allow": ALLOW_GET}, needs="own") for m in ("POST", "PUT", "DELETE", "PATCH")]

# Conditions, on a document with an entity tag. {T} is the tag, {W} the same as a weak one.
CONDITIONS = [
    ("If-None-Match: {T}", "304+"), ("If-None-Match: {W}", "304+"), ("If-None-Match: *", "304+"), ('If-None-Match: "x"', OK),
    ('If-None-Match: "x", {T}', "304+"), ('If-None-Match: {T}, "x"', "304+"), ('If-None-Match: "x","y" , {T}', "304+"),
    ('If-None-Match: W/"x", {W}', "304+"),
    ("If-None-Match: abc", OK), ("If-None-Match:", OK), ('If-None-Match: "x"\r\nIf-None-Match: {T}', "304+|400+|400!"),
    ('If-None-Match: ,, {T} ,', "304+"), ('If-None-Match: "a,b", {T}', "304+"), ('If-None-Match: "', OK),
    ("If-None-Match: {T}\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "304+"),
    ('If-None-Match: "x"\r\nIf-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT', OK),
    ("If-Match: {T}", OK), ('If-Match: "x"', "412+"), ("If-Match: *", OK), ('If-Match: "x", {T}', OK), ("If-Match: {W}", "412+"),
    ('If-Match: "x"\r\nIf-Match: {T}', "200+|400+|400!"), ('If-Match: "x"\r\nIf-None-Match: {T}', "412+"),
    ("If-Match: {T}\r\nIf-None-Match: {T}", "304+"), ('If-Match: W/"x"', "412+"),
    ('If-Match: "x"\r\nIf-Unmodified-Since: Fri, 31 Dec 2100 23:59:59 GMT', "412+"),
    ("If-Match: {T}\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", OK),
]
DATES_IGNORED = ["yesterday", "", "0", "-1", "1700000000", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
                 "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 2094 08:49:37 GMT",
                 "2094-11-06T08:49:37Z", "06 Nov 2094 08:49:37 GMT", "Sun, 06 Nov 2094 25:49:37 GMT",
                 "Sun, 6 Nov 2094 08:49:37 GMT", "Sun, 06 Nov 2094 08:49:37 GMT, Sun, 06 Nov 2094 08:49:37 GMT",
                 "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                 "Sun Nov  6 08:49:37 1994"]
for line, expect in CONDITIONS:
    fields = line.replace("{T}", "@DOC_TAG@").replace("{W}", "W/@DOC_TAG@") + "\r\n"
    name = line.replace("\r\n", ", ")
    CASES.append(Case(name, MUST, "RFC 9110 13.1.1, 13.1.2, 13.2.2", get("@DOC@", fields), expect, needs="etag",
                      has={"ETag": ".+"} if expect in (OK, "304+") else {}))
    if "If-Match" not in line:
        CASES.append(Case("HEAD, " + name, MUST, "RFC 9110 13.1.2", get("@DOC@", fields, method="HEAD"), expect, needs="etag"))
CASES += [Case(f"If-Modified-Since: {d}", MUST, "RFC 9110 13.1.3", get("@DOC@", f"If-Modified-Since: {d}\r\n"), OK,
               needs="etag") for d in DATES_IGNORED]
CASES += [Case(f"If-Unmodified-Since: {d}", SHOULD, "RFC 9110 13.1.4", get("@DOC@", f"If-Unmodified-Since: {d}\r\n"), OK,
               needs="etag") for d in DATES_IGNORED[:5]]
CASES += [
    Case("If-Modified-Since on POST", MUST, "RFC 9110 13.1.3", post("hello", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT\r\n"), OK,
         body="hello"),
    Case("If-None-Match on what is not there", MUST, "RFC 9110 13.2.1", get("/nothing", "If-None-Match: *\r\n"), "404+"),
    Case("If-Match on what is not there", MUST, "RFC 9110 13.2.1", get("/nothing", "If-Match: *\r\n"), "404+|412+"),
    Case("If-Modified-Since far in the future", SHOULD, "RFC 9110 13.1.3",
         get("@DOC@", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT\r\n"),
         "200+|304+", needs="etag"),
]
CASES += [
    Case("If-Match where there is no tag", MUST, "RFC 9110 13.1.1", get(fields='If-Match: "x"\r\n'), "412+", needs="own"),
    Case("If-Match: * where there is no tag", MUST, "RFC 9110 13.1.1", get(fields="If-Match: *\r\n"), OK, body="hello"),
    Case("If-None-Match: * where there is no tag", MUST, "RFC 9110 13.1.2", get(fields="If-None-Match: *\r\n"), "304+", needs="own"),
    Case("If-None-Match where there is no tag", MUST, "RFC 9110 13.1.2", get(fields='If-None-Match: "x"\r\n'), OK, body="hello"),
    Case("If-Match on OPTIONS", MUST, "RFC 9110 13.2.1", get(method="OPTIONS", fields='If-Match: "x"\r\n'), "200/204+"),
    Case("If-Match where the method is not allowed", MUST, "RFC 9110 13.2.1", post("", 'If-Match: "x"\r\n', target="/hello"), "405+|405!",
         needs="405"),
]
# Ranges of a thousand bytes: 01234567890123...
WHOLE = "0123456789" * 100
RANGES = [
    ("bytes=0-99", 0, 99), ("bytes=0-0", 0, 0), ("bytes=500-", 500, 999), ("bytes=-5", 995, 999), ("bytes=999-", 999, 999),
    ("bytes=0-", 0, 999), ("bytes=-1000", 0, 999), ("bytes=-5000", 0, 999), ("bytes=990-2000", 990, 999), ("BYTES=0-9", 0, 9),
    ("bytes=7-7", 7, 7), ("bytes=0-999", 0, 999), ("bytes=0-99999999999999999999999", 0, 999), ("bytes=00-09", 0, 9),
    ("bytes=-99999999999999999999999", 0, 999),
]
RANGES_IGNORED = ["bytes=abc", "bytes", "bytes=", "bytes=-", "bytes=5-2", "items=0-9", "=0-9", "0-9", "bytes 0-9", "bytes=0-9-20",
                  "bytes=0x0-0x9", "bytes=a-b", "bytes=+0-9", "bytes=0,9", "seconds=1-2", "bytes=--5", "bytes=1.0-2", "", "bytes=0-9;",
                  "bytes==0-9"]
SEVERAL = ["bytes=0-9,20-29", "bytes=0-9, 5-14", "bytes=0-0,-1", "bytes=0-9,0-9,0-9", "bytes=" + ",".join(["0-"] * 100),
           "bytes=0-9,2000-3000", "bytes=0-99,100-199"]
for value, first, last in RANGES:
    CASES.append(Case(f"Range: {value[:40]}", MUST, "RFC 9110 14.1.2, 15.3.7", get("@RESULT@", f"Range: {value}\r\n"), "206+",
                      needs="range",
                      has={"Content-Range": f"bytes {first}-{last}/1000", "Content-Length": str(last - first + 1)},
                      body=WHOLE[first:last + 1]))
CASES += [Case(f"Range: {v}", SHOULD, "RFC 9110 14.2", get("@RESULT@", f"Range: {v}\r\n"),
               "200+|416+" if v in ("bytes=-", "bytes=", "bytes=5-2", "bytes=abc", "bytes=a-b", "bytes=--5", "bytes=+0-9",
                                    "bytes==0-9") else OK, body=WHOLE, needs="range") for v in RANGES_IGNORED]
CASES += [Case(f"Range: {v[:30]}", SHOULD, "RFC 9110 14.2", get("@RESULT@", f"Range: {v}\r\n"), "200+|206+|416+",
               needs="range") for v in SEVERAL]
CASES += [Case(f"Range: {v}", MUST, "RFC 9110 15.5.17", get("@RESULT@", f"Range: {v}\r\n"), "416+", needs="range",
               has={"Content-Range": r"bytes \*/1000"}) for v in ("bytes=1000-", "bytes=1000-1001", "bytes=5000-6000",
                                                                  "bytes=99999999999999999999999-", "bytes=-0")]
IF_RANGE = [("@RESULT_TAG@", "206+"), ('"x"', "200+"), ("W/@RESULT_TAG@", "200+"), ("Sun, 06 Nov 1994 08:49:37 GMT", "200+"),
            ("garbage", "200+"),
            ("*", "200+"), ('@RESULT_TAG@, "x"', "200+"), ("Fri, 31 Dec 2100 23:59:59 GMT", "200+")]
CASES += [Case(f"If-Range: {v}", MUST, "RFC 9110 13.1.5", get("@RESULT@", f"Range: bytes=0-9\r\nIf-Range: {v}\r\n"), e, needs="range",
               body=WHOLE[:10] if e == "206+" else WHOLE) for v, e in IF_RANGE]
CASES += [
    Case("If-Range without Range", MUST, "RFC 9110 13.1.5", get("@RESULT@", 'If-Range: "x"\r\n'), OK, body=WHOLE, needs="range"),
    Case("HEAD with Range", MUST, "RFC 9110 14.2", get("@RESULT@", "Range: bytes=0-9\r\n", method="HEAD"), OK, needs="range",
         has={"Content-Length": "1000"}),
    Case("POST with Range", MUST, "RFC 9110 14.2", post("hello", "Range: bytes=0-1\r\n"), OK, body="hello"),
    Case("Range where nothing is", MUST, "RFC 9110 14.2", get("/nothing", "Range: bytes=0-1\r\n"), "404+"),
    Case("Accept-Ranges", SHOULD, "RFC 9110 14.3", get("@RESULT@"), OK, has={"Accept-Ranges": "bytes", "ETag": ".+"}, needs="range",
         body=WHOLE),
    Case("Range and If-None-Match", MUST, "RFC 9110 13.2.2", get("@RESULT@", "Range: bytes=0-9\r\nIf-None-Match: @RESULT_TAG@\r\n"), "304+",
         needs="range"),
    Case("Range and If-Match", MUST, "RFC 9110 13.2.2", get("@RESULT@", 'Range: bytes=0-9\r\nIf-Match: "x"\r\n'), "412+", needs="range"),
    Case("Range that fits and If-Match", MUST, "RFC 9110 13.2.2", get("@RESULT@", "Range: bytes=0-9\r\nIf-Match: @RESULT_TAG@\r\n"), "206+",
         needs="range", body=WHOLE[:10]),
    Case("416 keeps the connection", SHOULD, "RFC 9112 9.3", get("@RESULT@", "Range: bytes=1000-\r\n") + get("@RESULT@"), "416 200+",
         needs="range", body=WHOLE),
]
# Negotiation, on a document that is JSON or XML and is packed.
JSON, XML = {"Content-Type": "application/(openjobspec\\+)?json.*"}, {"Content-Type": "application/xml.*"}
ACCEPT = [
    ("", OK, JSON), ("*/*", OK, JSON), ("application/json", OK, JSON), ("application/*", OK, JSON), ("application/xml", OK, XML),
    ("application/xml;q=0.9, application/json;q=0.9", OK, JSON), ("application/xml;q=0.9, application/json;q=0.8", OK, XML),
    ("application/xml, */*;q=0", OK, XML), ("text/html, */*;q=0.1", OK, JSON), ("image/png", "406+", {}),
    ("application/json;q=0", "406+", {}), ("application/json;q=0, application/xml", OK, XML), ("*/*;q=0", "406+", {}),
    ("APPLICATION/XML", OK, XML), ("application/json;q=0.001, application/xml;q=0", OK, JSON),
    ("application/xml;q=1.000", OK, XML), ("application/json ; q=0.2 , application/xml ; q=0.3", OK, XML),
    ("*/*;q=0.5, application/xml", OK, XML), ("application/*;q=0.5, application/json;q=0.4", OK, {}),
    ("application/json, application/json;q=0", "200+|406+", {}), (",,application/xml,,", OK, XML),
    ("garbage", "200+|400+|406+", {}), ("application/xml;q=2", "200+|400+|406+", {}), ("application/xml;q=x", "200+|400+|406+", {}),
    ("*", "200+|406+|400+", {}), ("*/json", "200+|406+|400+", {}), ("application/xml;charset=utf-8;q=0.5", "200+|406+", {}),
]
PACKING = [
    ("gzip", OK, "gzip"), ("gzip;q=1.0", OK, "gzip"), ("deflate, gzip;q=0.5, *;q=0", OK, "gzip"), ("*", "200+", None), ("GZIP", OK, "gzip"),
    ("br", OK, ""), ("gzip;q=0", OK, ""), ("", OK, ""), ("identity", OK, ""), ("*;q=0, identity", OK, ""), ("gzip;q=0, *", OK, ""),
    ("x-gzip", OK, None), ("identity;q=0", "406+|200+", None),
    ("identity;q=0, gzip", OK, "gzip"), ("*;q=0", "406+|200+", None), ("gzip;q=0, identity;q=0", "406+", ""),
    ("identity;q=0.5, gzip;q=0.4", OK, None), ("gzip;q=0.000", OK, ""), ("gzip;q=bad", OK, None), ("gzipx", OK, ""), ("xgzip", OK, ""),
    (" gzip ", OK, "gzip"), ("br;q=1.0,gzip;q=0.8,*;q=0.1", OK, "gzip"), ("gzip,,", OK, "gzip"),
]
CASES += [Case(f"Accept: {a}", SHOULD, "RFC 9110 12.5.1", get("/ojs/v1/queues", f"Accept: {a}\r\n"), e, has=h, needs="own") for a, e,
          h in ACCEPT]
for a, e, coding in PACKING:
    CASES.append(Case(f"Accept-Encoding: {a}", SHOULD if coding is None else MUST, "RFC 9110 12.5.3",
                      get("@DOC@", f"Accept-Encoding: {a}\r\n"), e, needs="own",
                      has={"Content-Encoding": coding, "Vary": ".*Accept-Encoding.*"} if coding else {},
                      lacks=("Content-Encoding",) if coding == "" else ()))
CASES += [
    Case("Accept where there is but one form", SHOULD, "RFC 9110 12.5.1", get(fields="Accept: image/png\r\n"), "200+|406+"),
    Case("health answers whoever asks", SHOULD, "operations.md", get("/livez", "Accept: image/png\r\n"), OK, needs="own"),
    Case("HEAD packed", MUST, "RFC 9110 9.3.2", get("@DOC@", "Accept-Encoding: gzip\r\n", method="HEAD"), OK, needs="own",
         has={"Content-Encoding": "gzip"}),
    Case("packed has a tag of its own", MUST, "RFC 9110 8.8.3.3", get("@DOC@", "Accept-Encoding: gzip\r\nIf-None-Match: @DOC_TAG@\r\n"),
         "200+|304+", needs="own"),
]

"""How long content is: RFC 9112 6, RFC 9110 8.6."""

from case import BAD, Case, FIN, HOST, MUST, OK, QUIET, SHOULD, chunked, framed, get, post

ENDED = "0\r\n\r\n"
HELLO = "5\r\nhello\r\n" + ENDED
SMUGGLED = f"GET /smuggled HTTP/1.1\r\n{HOST}\r\n"

LENGTHS_WRONG = ["", " ", "+5", "-0", "-1", "-5", "0x5", "0X5", "0o5", "05h", "1_0", "5 5", "5,5", "5, 5", "5,", ",5", "5, 10", "0, 5",
                 "5;5", "5.0", "5.", ".5", "5e0", "1Z", "Z1",
                 "five", "\"5\"", "'5'", "(5)", "5\t5", "\xd9\xa5", "\xb2", "\x0b5", "5\x0b", "\x0c5", "5\x0c", "\x855", "5\xa0", "5\0",
                 "\x005", "5\x01", "5\r", "5\r5", "%35", "5#", "5/5", "5 bytes", "NaN", "inf",
                 "18446744073709551615", "18446744073709551616", "18446744073709551621", "9223372036854775808",
                 "99999999999999999999999999", "9" * 40, "9" * 400, "1" + "0" * 300, "--5", "+-5", "5-", "5+", "=5", "5 ,5", "0 5", "5:5",
                 "[5]", "{5}", "*", "5*"]
TOO_LARGE = {"9223372036854775808": "400!|413!", "18446744073709551615": "400!|413!"}
LENGTHS_RIGHT = ["5", "5 ", "5\t", "\t5", "   5", " \t 5 \t ", "05", "005", "0000000000005"]
ZEROS = {"05", "005", "0000000000005"}

CODINGS = [  # value of Transfer-Encoding, what it may get; the content is chunked
    ("chunked, gzip", MUST, BAD), ("gzip", MUST, "400!|501!"), ("identity", SHOULD, "400!|501!"), ("", SHOULD, "400!|501!"),
    ("deflate", MUST, "400!|501!"), ("compress", MUST, "400!|501!"),
    ("gzip, chunked", SHOULD, "501!"), ("deflate, chunked", SHOULD, "501!"), ("gzip,deflate,chunked", SHOULD, "501!"),
    ("br, chunked", SHOULD, "501!"), ("foo, chunked", SHOULD, "501!"),
    ("x-foo;a=b, chunked", SHOULD, "501!"), ("chunked, chunked", MUST, BAD), ("chunked,chunked", MUST, BAD),
    ("chunked, identity", MUST, "400!|501!"), ("identity, chunked", SHOULD, "400!|501!"), ("chunked, foo", MUST, BAD + "|501!"),
    ("xchunked", MUST, "400!|501!"), ("x-chunked-fake", MUST, "400!|501!"), ("chunkedx", MUST, "400!|501!"),
    ("chunkedchunked", MUST, "400!|501!"), ('"chunked"', MUST, "400!|501!"), ("'chunked'", MUST, "400!|501!"),
    ("chunked;q=1", SHOULD, "400!|501!"), ("chunked;a", SHOULD, "400!|501!"), ("chunk", MUST, "400!|501!"),
    ("=?UTF-8?B?Y2h1bmtlZA==?=", MUST, "400!|501!"), ("chunked chunked", MUST, "400!|501!"), ("chu nked", MUST, "400!|501!"),
    ("\x0bchunked", MUST, "400!|501!"), ("\x0cchunked", MUST, "400!|501!"), ("chunked\x0b", MUST, "400!|501!"),
    ("chunked\0", MUST, "400!|501!"), ("\0chunked", MUST, "400!|501!"), ("\xffchunked\xff", MUST, "400!|501!"),
    ("chunked\xa0", MUST, "400!|501!"),
    ("\x85chunked", MUST, "400!|501!"), ("ch\xfcnked", MUST, "400!|501!"), ("chun\rked", MUST, BAD), ("\rchunked", MUST, BAD),
    ("chunked\r", MUST, BAD), (",chunked", SHOULD, "400!|501!|200+"), ("chunked,", SHOULD, "400!|501!|200+"),
    (", chunked ,", SHOULD, "400!|501!|200+"),
    (",", SHOULD, "400!|501!"), ("chunked /*", MUST, "400!|501!"), ("chunked:", MUST, "400!|501!"), (":chunked", MUST, "400!|501!"),
    ("chunked;", MUST, "400!|501!"), ("c", MUST, "400!|501!"), ("chunked%00", MUST, "400!|501!"), ("%63hunked", MUST, "400!|501!"),
    ("chunked\\", MUST, "400!|501!"), ("(chunked)", MUST, "400!|501!"), ("[chunked]", MUST, "400!|501!"), ("{chunked}", MUST, "400!|501!"),
    ("@chunked", MUST, "400!|501!"), ("none", MUST, "400!|501!"), ("5", MUST, "400!|501!"), ("trailers", MUST, "400!|501!"),
]

PAIRS = [  # fields that say it twice, and content that fits one of them
    ("Content-Length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", HELLO),
    ("chunked, then Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", HELLO),
    ("both, other cases of the names", "content-length: 5\r\nTRANSFER-ENCODING: Chunked\r\n", HELLO),
    ("both, Content-Length 0", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", HELLO),
    ("both, lengths agree", f"Content-Length: {len(HELLO)}\r\nTransfer-Encoding: chunked\r\n", HELLO),
    ("both, far apart", "Content-Length: 5\r\n" + "X-A: b\r\n" * 20 + "Transfer-Encoding: chunked\r\n", HELLO),
    ("Content-Length and identity", "Content-Length: 5\r\nTransfer-Encoding: identity\r\n", "hello"),
    ("Content-Length and gzip", "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n", "hello"),
    ("Content-Length and an empty coding", "Content-Length: 5\r\nTransfer-Encoding:\r\n", "hello"),
    ("Content-Length and xchunked", "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", "hello"),
    ("Content-Length and gzip, chunked", "Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n", HELLO),
    ("CL.TE with a hidden request", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", ENDED + "G"),
    ("CL.TE with a whole hidden request", f"Content-Length: {5 + len(SMUGGLED)}\r\nTransfer-Encoding: chunked\r\n", ENDED + SMUGGLED),
    ("TE.CL with a hidden request", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n{ENDED}"),
    ("two lengths that differ", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
    ("two lengths that are equal", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
    ("two lengths, one empty", "Content-Length: 5\r\nContent-Length:\r\n", "hello"),
    ("two lengths, the first 0", f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n", SMUGGLED),
    ("two lengths, other case", "Content-Length: 5\r\ncontent-length: 0\r\n", "hello"),
    ("three lengths", "Content-Length: 5\r\n" * 3, "hello"),
    ("two lines of chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", HELLO),
    ("chunked and identity on two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", HELLO),
    ("identity and chunked on two lines", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", HELLO),
    ("chunked and x on two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", HELLO),
    ("chunked and an empty line of it", "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", HELLO),
]
MAY_BE_501 = ("identity", "gzip", "xchunked", "coding", "two lines", " x ", "an empty")

CASES = [Case(f"Content-Length {v[:30]!r}", MUST, "RFC 9112 6.3, RFC 9110 8.6", framed(f"Content-Length: {v}\r\n", "hello"),
              TOO_LARGE.get(v, BAD)) for v in LENGTHS_WRONG]
CASES += [Case(f"Content-Length {v!r}", SHOULD if v in ZEROS else MUST, "RFC 9110 8.6, 5.5", framed(f"Content-Length: {v}\r\n", "hello"),
               OK + ("|400!" if v in ZEROS else ""), body="hello") for v in LENGTHS_RIGHT]
CASES += [Case(f"Transfer-Encoding {v!r}", level, "RFC 9112 6.1, 6.3", framed(f"Transfer-Encoding: {v}\r\n", HELLO), expect,
               body="hello") for v, level, expect in CODINGS]
CASES += [Case(name, MUST, "RFC 9112 6.1, 6.3", framed(fields, body),
               BAD + ("|501!" if any(w in name for w in MAY_BE_501) else "")) for name, fields, body in PAIRS]
CASES += [Case(f"{name}, GET", MUST, "RFC 9112 6.1, 6.3", framed(fields, body, "/hello", "GET"), BAD) for name, fields,
          body in PAIRS[:5] + PAIRS[11:16]]
CASES += [Case(f"Transfer-Encoding {v!r} alone", MUST, "RFC 9112 7", framed(f"{n}: {v}\r\n", HELLO), OK, body="hello")
          for n, v in (("Transfer-Encoding", "Chunked"), ("Transfer-Encoding", "CHUNKED"), ("TRANSFER-ENCODING", "chunked"),
                       ("transfer-encoding", " chunked\t"), ("Transfer-Encoding", "\tchunked"), ("tRANSFER-eNCODING", "cHUNKED "))]
CASES += [
    Case("HTTP/1.0, chunked", MUST, "RFC 9112 6.1", chunked(HELLO, version="HTTP/1.0"), BAD, alone=True),
    Case("HTTP/1.0, chunked, kept alive", MUST, "RFC 9112 6.1", chunked(HELLO, "Connection: keep-alive\r\n", version="HTTP/1.0"), BAD),
    Case("HTTP/1.0, gzip", MUST, "RFC 9112 6.1", framed("Transfer-Encoding: gzip\r\n", "hello", version="HTTP/1.0"), "400!|501!",
         alone=True),
    Case("HTTP/1.0, both", MUST, "RFC 9112 6.1", framed("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", HELLO, version="HTTP/1.0"),
         BAD, alone=True),
    Case("HTTP/1.0, POST", MUST, "RFC 9112 6.3", post("hello", version="HTTP/1.0"), "200!", body="hello", alone=True),
    Case("HTTP/1.0, POST without a length", SHOULD, "RFC 9112 6.3", framed("", "", version="HTTP/1.0"), "200!|400!|411!", alone=True),
    Case("HTTP/1.0, GET with content", SHOULD, "RFC 9112 6.3", post("hello", target="/hello", method="GET", version="HTTP/1.0"),
         "400!|200!", alone=True),
    Case("POST without a length", MUST, "RFC 9112 6.3", framed("", ""), "200+|400+|411+|400!|411!"),
    Case("POST, Content-Length 0", MUST, "RFC 9112 6.3", post(""), "200+"),
    Case("POST, Content-Length 00", SHOULD, "RFC 9110 8.6", framed("Content-Length: 00\r\n", ""), "200+|400!"),
    Case("POST, Content-Length 0, then X", MUST, "RFC 9112 6.3", post("") + f"X\r\n{HOST}\r\n", "200 400!"),
    Case("more content than announced", MUST, "RFC 9112 6.3", framed("Content-Length: 3\r\n", "hello\r\n\r\n"), "200 400!|200 501!",
         body="hel"),
    Case("content, then CRLF", SHOULD, "RFC 9112 2.2", post("hello") + "\r\n", OK, body="hello"),
    Case("content, then LF", SHOULD, "RFC 9112 2.2", post("hello") + "\n" + get(), "200 400!"),
    Case("content in two pieces", MUST, "RFC 9112 6.2", [post("hello")[:-2], QUIET, "lo"], OK, body="hello"),
    Case("content behind the head", MUST, "RFC 9112 6.2", [post("hello")[:-5], QUIET, "hello"], OK, body="hello"),
    Case("less content, then the client's end", MUST, "RFC 9112 6.3, 8", [framed("Content-Length: 10\r\n", "hello"), FIN], "!|400!|408!"),
    Case("no content, then the client's end", MUST, "RFC 9112 6.3, 8", [framed("Content-Length: 10\r\n", ""), FIN], "!|400!|408!"),
    Case("less content, then silence", MUST, "RFC 9112 6.3", [framed("Content-Length: 10\r\n", "hello"), QUIET], "~"),
    Case("content of all bytes", MUST, "RFC 9112 6", post("".join(map(chr, range(256)))), OK, body="".join(map(chr, range(256)))),
    Case("content that looks like a request", MUST, "RFC 9112 6", post(SMUGGLED), OK, body=SMUGGLED),
    Case("content that looks like a chunk", MUST, "RFC 9112 6", post(HELLO), OK, body=HELLO),
    Case("content of 100,000 bytes", MUST, "RFC 9112 6", post("x" * 100000), OK, body="x" * 100000),
    Case("Content-Length of 1 TB", MUST, "RFC 9110 15.5.14", framed("Content-Length: 1000000000000\r\n", ""), "413!", alone=True),
    Case("Content-Length of 1 TB, some of it", MUST, "RFC 9110 15.5.14", framed("Content-Length: 1000000000000\r\n", "x" * 1000), "413!",
         alone=True),
    Case("Content-Length of 1 TB, Expect", MUST, "RFC 9110 10.1.1", framed("Content-Length: 1000000000000\r\nExpect: 100-continue\r\n", ""),
         "413!", alone=True),
    Case("Content-Length of 10^18", MUST, "RFC 9110 15.5.14", framed("Content-Length: 1000000000000000000\r\n", ""), "413!|400!",
         alone=True),
]
# Content where none is expected: it is read and ignored, the next request is the next request.
for method in ("GET", "HEAD", "OPTIONS"):
    CASES += [
        Case(f"{method} with content", SHOULD, "RFC 9110 9.3.1", post("hello", target="/hello", method=method), "200/204+|400!"),
        Case(f"{method} with a request as content", MUST, "RFC 9112 6", post(SMUGGLED, target="/hello", method=method), "200/204+|400!"),
        Case(f"{method} with chunked content", SHOULD, "RFC 9110 9.3.1", framed("Transfer-Encoding: chunked\r\n", HELLO, "/hello", method),
             "200/204+|400!"),
        Case(f"{method} with Content-Length 0", MUST, "RFC 9110 8.6", post("", target="/hello", method=method), "200/204+"),
    ]
for method in ("DELETE", "PUT", "PATCH", "POST"):
    CASES += [
        Case(f"{method} where it is not allowed, with content", MUST, "RFC 9110 15.5.6, RFC 9112 9.3",
             post(SMUGGLED, target="/hello", method=method), "405/501+|405/501!"),
        Case(f"{method} where nothing is, with content", MUST, "RFC 9112 9.3", post(SMUGGLED, target="/nothing", method=method),
             "404/405/501+|404/405/501!"),
    ]
CASES += [
    Case("GET where nothing is, with content", MUST, "RFC 9112 9.3", post(SMUGGLED, target="/nothing", method="GET"), "404+|404!|400!"),
    Case("POST where nothing is, chunked", MUST, "RFC 9112 9.3", framed("Transfer-Encoding: chunked\r\n", HELLO, "/nothing"),
         "404/405+|404/405!"),
    Case("unknown method with content", MUST, "RFC 9112 9.3", post(SMUGGLED, method="FOO"), "501/405+|501/405!"),
    Case("TRACE with content", MUST, "RFC 9110 9.3.8", post("hello", target="/hello", method="TRACE"), "405+|405!|501!|400!"),
    Case("POST where nothing is, 200 KB of content", MUST, "RFC 9112 9.6", post("x" * 200000, target="/nothing"), "404/405+|404/405!"),
    Case("POST where it is not allowed, 200 KB of content", MUST, "RFC 9112 9.6", post("x" * 200000, target="/hello"), "405+|405!"),
    Case("POST where nothing is, content to come", MUST, "RFC 9112 9.3", framed("Content-Length: 100000\r\n", "", "/nothing"),
         "404/405!|404/405", alone=True, whole_only=True),
]

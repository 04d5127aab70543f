"""Chunked content: RFC 9112 7."""

from case import BAD, Case, FIN, HOST, MUST, OK, QUIET, SHOULD, chunked

END = "0\r\n\r\n"
SMUGGLED = f"GET /smuggled HTTP/1.1\r\n{HOST}\r\n"

SIZES_RIGHT = [("5", "hello"), ("05", "hello"), ("000005", "hello"), ("00000000000005", "hello"), ("a", "0123456789"), ("A", "0123456789"),
               ("0A", "0123456789"), ("1f", "x" * 31), ("1F", "x" * 31), ("fF", "x" * 255)]
SIZES_WRONG = ["0x5", "0X5", "+5", "-5", "-1", "5_", "1_0", " 5", "\t5", "5 ", "5\t", "5  ", "", " ", "Z", "g", "5g", "5these-bytes", "5,",
               "5.0", "5;", "\"5\"", "'5'", "%35", "5h", "h5", "5\0", "\x005", "5\x01", "5\x0b", "\x0b5", "5\xa0", "\x855", "5\r", "5\r5",
               "5 5",
               "FFFFFFFFFFFFFFFF0", "10000000000000005", "100000000000000000000005", "F" * 40, "8000000000000000", "FFFFFFFFFFFFFFFF",
               "-FFFFFFFFFFFFFFFB", "5,5", "5:5", "(5)", "0o5", "5h0", "\xb5", "5&", "5=", "5/5", "5#c"]
HUGE = {"8000000000000000": "400!|413!", "FFFFFFFFFFFFFFFF": "400!|413!"}
LF_ENDS = [
    ("LF after a size", "5\nhello\r\n" + END), ("LF after the data", "5\r\nhello\n" + END),
    ("LF after the last size", "5\r\nhello\r\n0\n\r\n"), ("LF ends it", "5\r\nhello\r\n0\r\n\n"), ("LFs everywhere", "5\nhello\n0\n\n"),
    ("LF in the trailers", "5\r\nhello\r\n0\r\nX-A: b\n\r\n"), ("LF after an extension", "5;a=b\nhello\r\n" + END),
    ("LF within an extension", "5;a\nb\r\nhello\r\n" + END), ("LF after a semicolon", "5;\nxx\r\nhello\r\n" + END),
]
CR_ENDS = [
    ("CR after a size", "5\rhello\r\n" + END), ("CR after the data", "5\r\nhello\r" + END),
    ("CR CR LF after a size", "5\r\r\nhello\r\n" + END), ("CR CR LF after the data", "5\r\nhello\r\r\n" + END),
    ("CR X after a size", "5\rXhello\r\n" + END),
    ("CR after the last size", "5\r\nhello\r\n0\r\r\n"), ("CR X ends it", "5\r\nhello\r\n0\r\n\rX"),
    ("CR CR ends an extension", "5;a=b\r\rXhello\r\n" + END), ("CR within an extension", "5;a\rb\r\nhello\r\n" + END),
    ("CR CR before an extension", "5\r\r;a\r\nhello\r\n" + END),
    ("LF CR after a size", "5\n\rhello\r\n" + END), ("CR in a trailer", "5\r\nhello\r\n0\r\nX-A: b\rc\r\n\r\n"),
]
DATA_WRONG = [
    ("nothing after the data", "5\r\nhello0\r\n\r\n"), ("data longer than its size", "4\r\nhello\r\n" + END),
    ("data much longer", "4\r\nSEE-THIS\r\n" + END), ("data shorter than its size", "6\r\nhello\r\n" + END),
    ("SP after the data", "5\r\nhello \r\n" + END), ("NUL after the data", "5\r\nhello\0\r\n" + END),
    ("two bytes that are no CRLF", "5\r\nhelloXX" + END), ("an empty line between chunks", "5\r\nhello\r\n\r\n" + END),
    ("no size at all", "hello"), ("an empty line first", "\r\n5\r\nhello\r\n" + END),
    ("last chunk followed by XX", "5\r\nhello\r\n0\r\nXX\r\n\r\n"), ("last chunk without CRLF", "5\r\nhello\r\n0X"),
    ("size that swallows the end", "50\r\nhello\r\n" + END + "x" * 80),
]
EXTENSIONS_RIGHT = ["a", "ext=value", 'e="a\\"b"', "a;b=c", "a=b;c=d;e", 'a="b;c"', 'a=""', "a=1", f"a={'b' * 1000}", "!#$%&'*+-.^_`|~=1",
                    'a="b\tc"', 'a="\xe9"']
EXTENSIONS_BWS = [" ;a", "; a", ";a ", ";a =b", ";a= b", "\t;a", " ; a = b "]
EXTENSIONS_WRONG = [";", ";;", ";a;", ";bad[=x", ";=b", ";a=", ';a="b', ';a="b"c', ";a=b=c", ";a\x01=b", ";a=\x7f", ";a=\0", ";a\x0b",
                    ";a,b", ";a b", ";a=(b)", ';"a"=b', ";a=b,c", ";\xe9", ";a=\xff"]
LENIENT_EXTENSIONS = {";;", ";a;", ";=b", ";a=", ';a="b', ';a="b"c', ";a=b=c", ";a,b", ";a b", ";a=(b)", ';"a"=b', ";a=b,c", ";\xe9",
                      ";a=\xff", ";bad[=x", ";"}

TRAILERS_RIGHT = [("one", "X-Checksum: a\r\n"), ("three", "X-A: b\r\nX-C: d\r\nX-E: f\r\n"), ("empty value", "X-A:\r\n"),
                  ("obs-text", "X-A: \xe9\r\n"), ("Server-Timing", "Server-Timing: a;dur=1\r\n")]
TRAILERS_NO_EFFECT = ["Host: evil.test", "Authorization: Basic YTpi", "Content-Type: text/html", "Idempotency-Key: x",
                      "X-Forwarded-For: 192.0.2.1", "Connection: close", "Expect: 100-continue", "Content-Encoding: br", "Range: bytes=0-0",
                      "Cookie: a=b", "Upgrade: websocket",
                      "If-None-Match: *", "Accept: text/x-nothing", "Keep-Alive: timeout=0", "Prefer: respond-async", "Trailer: X",
                      "TE: gzip", "Cache-Control: no-store", "Date: x"]
TRAILERS_FRAMING = ["Content-Length: 5", "Content-Length: 999", "Content-Length: x", "Transfer-Encoding: chunked",
                    "Transfer-Encoding: gzip", "content-length: 0"]
TRAILERS_WRONG = [("SP before the colon", "X-A : b\r\n"), ("folded", "X-A: b\r\n c\r\n"), ("SP in front", " X-A: b\r\n"),
                  ("no colon", "X-A\r\n"), ("empty name", ": b\r\n"), ("bracket in the name", "X[A: b\r\n"),
                  ("NUL in the name", "X\0A: b\r\n"), ("NUL in the value", "X-A: b\0c\r\n"), ("a request", SMUGGLED),
                  ("DEL in the value", "X-A: \x7f\r\n"), ("0x80 in the name", "X\x80: b\r\n"), ("SP alone", " \r\n")]

CASES = [Case(f"size {s!r}", MUST, "RFC 9112 7.1", chunked(f"{s}\r\n{data}\r\n{END}"), OK, body=data) for s, data in SIZES_RIGHT]
CASES += [Case(f"size {s[:30]!r}", MUST if s not in (" ", "5 ", "5\t", "5  ", "5;") else SHOULD, "RFC 9112 7.1",
               chunked(f"{s}\r\nhello\r\n{END}"), HUGE.get(s, BAD)) for s in SIZES_WRONG]
CASES += [Case(f"last size {s!r}", MUST, "RFC 9112 7.1", chunked(f"5\r\nhello\r\n{s}\r\n\r\n"), OK, body="hello") for s in ("00", "000000",
                                                                                                                            "0;a=b")]
CASES += [Case(f"last size {s!r}", MUST, "RFC 9112 7.1", chunked(f"5\r\nhello\r\n{s}\r\n\r\n"), BAD) for s in ("0x0", "-0", "+0", "", "0\0",
                                                                                                               "O", "0 0", "0,", "0.0")]
CASES += [Case(f"chunk: {name}", SHOULD, "RFC 9112 7.1, 2.2, erratum 7633", chunked(body), BAD) for name, body in LF_ENDS]
CASES += [Case(f"chunk: {name}", MUST, "RFC 9112 7.1, 2.2", chunked(body), BAD) for name, body in CR_ENDS]
CASES += [Case(f"chunk: {name}", MUST, "RFC 9112 7.1", chunked(body), BAD, alone="swallows" in name or "longer" in name) for name,
          body in DATA_WRONG]
CASES += [Case(f"extension {e[:30]!r}", MUST, "RFC 9112 7.1.1", chunked(f"5;{e}\r\nhello\r\n{END}"), OK,
               body="hello") for e in EXTENSIONS_RIGHT]
CASES += [Case(f"extension {e!r}", SHOULD, "RFC 9112 7.1.1: bad whitespace", chunked(f"5{e}\r\nhello\r\n{END}"), "400!|200+",
               body="hello") for e in EXTENSIONS_BWS]
CASES += [Case(f"extension {e!r}", SHOULD if e in LENIENT_EXTENSIONS else MUST, "RFC 9112 7.1.1", chunked(f"5{e}\r\nhello\r\n{END}"),
               BAD) for e in EXTENSIONS_WRONG]
CASES += [Case(f"trailer: {name}", MUST, "RFC 9112 7.1.2", chunked(f"5\r\nhello\r\n0\r\n{t}\r\n"), OK, body="hello") for name,
          t in TRAILERS_RIGHT]
CASES += [Case(f"trailer {t}", MUST, "RFC 9110 6.5.1", chunked(f"5\r\nhello\r\n0\r\n{t}\r\n\r\n"), OK, body="hello",
               lacks=("Idempotency-Replayed",)) for t in TRAILERS_NO_EFFECT]
CASES += [Case(f"trailer {t}", MUST, "RFC 9110 6.5.1", chunked(f"5\r\nhello\r\n0\r\n{t}\r\n\r\n"), "200+|400!",
               body="hello") for t in TRAILERS_FRAMING]
CASES += [Case(f"trailer: {name}", MUST if "colon" in name else SHOULD, "RFC 9112 5.1, 7.1.2", chunked(f"5\r\nhello\r\n0\r\n{t}\r\n"),
               BAD) for name, t in TRAILERS_WRONG]
CASES += [
    Case("chunked: nothing", MUST, "RFC 9112 7.1", chunked(END), OK),
    Case("chunked: two chunks", MUST, "RFC 9112 7.1", chunked("3\r\nhel\r\n2\r\nlo\r\n" + END), OK, body="hello"),
    Case("chunked: a chunk for each byte", MUST, "RFC 9112 7.1", chunked("".join(f"1\r\n{c}\r\n" for c in "hello world") + END), OK,
         body="hello world"),
    Case("chunked: content of CRLFs", MUST, "RFC 9112 7.1", chunked("8\r\n\r\n0\r\n\r\n\r\n\r\n" + END), BAD),
    Case("chunked: content that looks like the end", MUST, "RFC 9112 7.1", chunked("7\r\n\r\n0\r\n\r\n\r\n" + END), OK,
         body="\r\n0\r\n\r\n"),
    Case("chunked: content that looks like a request", MUST, "RFC 9112 7.1", chunked(f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n{END}"), OK,
         body=SMUGGLED),
    Case("chunked: all bytes", MUST, "RFC 9112 7.1", chunked("100\r\n" + "".join(map(chr, range(256))) + "\r\n" + END), OK,
         body="".join(map(chr, range(256)))),
    Case("chunked: 100,000 bytes", MUST, "RFC 9112 7.1", chunked(f"{100000:x}\r\n{'x' * 100000}\r\n{END}"), OK, body="x" * 100000),
    Case("chunked: 10,000 chunks of 10 bytes", SHOULD, "RFC 9112 7.1.1", chunked("a\r\n0123456789\r\n" * 10000 + END), OK, whole_only=True),
    Case("chunked: 500,000 chunks of a byte", SHOULD, "RFC 9112 7.1.1", chunked("1\r\nx\r\n" * 500000 + END), "400!|413!", whole_only=True,
         alone=True),
    Case("extension of 10 KB", MUST, "RFC 9112 7.1.1", chunked(f"5;a={'b' * 10000}\r\nhello\r\n{END}"), "400!|413!|431!"),
    Case("extension of 64 KB", MUST, "RFC 9112 7.1.1", chunked(f"5;a={'b' * 65536}\r\nhello\r\n{END}"), "400!|413!|431!", whole_only=True),
    Case("endless extension", MUST, "RFC 9112 7.1.1", chunked(f"5;a={'b' * 300000}"), "400!|413!|431!", whole_only=True, alone=True),
    Case("extensions of 1 KB, a hundred of them", MUST, "RFC 9112 7.1.1", chunked(f"1;a={'b' * 1000}\r\nx\r\n" * 100 + END),
         "400!|413!|431!", whole_only=True, alone=True),
    Case("size of a thousand zeros", SHOULD, "RFC 9112 7.1", chunked(f"{'0' * 1000}5\r\nhello\r\n{END}"), "400!|200+", body="hello"),
    Case("endless size", SHOULD, "RFC 9112 7.1", chunked("0" * 200000), "400!|413!|431!", whole_only=True, alone=True),
    Case("trailer line of 9000 bytes", MUST, "RFC 9110 5.4", chunked(f"5\r\nhello\r\n0\r\nX-A: {'v' * 9000}\r\n\r\n"), "431!|400!"),
    Case("5000 trailers", MUST, "RFC 9110 5.4", chunked("5\r\nhello\r\n0\r\n" + "".join(f"X-{i}: v\r\n" for i in range(5000)) + "\r\n"),
         "431!|400!", whole_only=True, alone=True),
    Case("endless trailers", MUST, "RFC 9110 5.4", chunked("5\r\nhello\r\n0\r\n" + "X-A: v\r\n" * 20000), "431!|400!", whole_only=True,
         alone=True),
    Case("chunk of 1 TB, not come yet", SHOULD, "RFC 9112 7.1", chunked("e8d4a51000\r\n" + "x" * 1000), "~", alone=True),
    Case("chunked: no last chunk, then the client's end", MUST, "RFC 9112 8", [chunked("5\r\nhello\r\n"), FIN], "!|400!|408!"),
    Case("chunked: no last CRLF, then the client's end", MUST, "RFC 9112 8", [chunked("5\r\nhello\r\n0\r\n"), FIN], "!|400!|408!"),
    Case("chunked: cut in the data, then the client's end", MUST, "RFC 9112 8", [chunked("5\r\nhel"), FIN], "!|400!|408!"),
    Case("chunked: cut in a size, then the client's end", MUST, "RFC 9112 8", [chunked("5"), FIN], "!|400!|408!"),
    Case("chunked: no last chunk, then silence", MUST, "RFC 9112 7.1", [chunked("5\r\nhello\r\n"), QUIET], "~"),
    Case("chunked: no last CRLF, then silence", MUST, "RFC 9112 7.1", [chunked("5\r\nhello\r\n0\r\n"), QUIET], "~"),
    Case("chunked: pauses everywhere", MUST, "RFC 9112 7.1",
         [chunked("5"), QUIET, "\r", QUIET, "\nhel", QUIET, "lo\r", QUIET, "\n0", QUIET, "\r\n\r", QUIET, "\n"], OK, body="hello"),
]

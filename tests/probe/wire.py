"""Answers as they come from a socket: read strictly, and held against what RFC 9110 and 9112 ask of every answer."""

import email.utils
import re
import select
import socket
import time
from dataclasses import dataclass, field

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
IMF_DATE = (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
            r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60) GMT")
# Fields that are no lists: one line at most.
SINGLE = ("age", "content-length", "content-location", "content-range", "content-type", "date", "etag", "expires", "last-modified", "location",
          "retry-after", "server", "access-control-allow-origin", "x-content-type-options", "x-frame-options")
NEEDED = {401: "WWW-Authenticate", 405: "Allow", 407: "Proxy-Authenticate", 416: "Content-Range", 426: "Upgrade"}
DATE_SLACK_S = 30  # a crowded machine


class Ended(Exception):
    """The server has closed its side in good order, between two answers."""


class Broken(Exception):
    """What came is no HTTP, or it ended in the middle, or by a reset."""


class Silence(Exception):
    """Nothing came for as long as one is willing to wait."""


@dataclass
class Answer:
    version: str
    status: int
    fields: list
    body: bytes = b""
    trailers: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name):
        """All lines of the field; None if it has none."""
        values = self.values(name)
        return ", ".join(values) if values else None

    def says_close(self):
        return "close" in [word.strip().lower() for word in (self.value("Connection") or "").split(",")]


class Stream:
    """One connection, from the client's side."""

    def __init__(self, address, source, patience_s):
        self.patience_s = patience_s
        self.socket = socket.create_connection(address, patience_s, (source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = b""

    def close(self):
        self.socket.close()

    def send(self, data, piece=None):
        """A server that has closed may refuse the rest: what it has said by then is looked at."""
        try:
            if piece is None:
                self.socket.sendall(data)
                return
            for i in range(0, len(data), piece):
                self.socket.sendall(data[i:i + piece])
                if self.has_input():  # no need to go on once it has answered; a server that must wait for all has not
                    self.socket.sendall(data[i + piece:])
                    return
        except OSError:
            pass

    def fin(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def has_input(self, wait_s=0):
        return bool(select.select([self.socket], [], [], wait_s)[0])

    def more(self):
        """False at the end of the stream."""
        try:
            data = self.socket.recv(262144)
        except socket.timeout as e:
            raise Silence from e
        except OSError as e:
            raise Broken(f"reset ({e.strerror})") from e
        self.input += data
        return bool(data)

    def until(self, mark):
        while mark not in self.input:
            if not self.more():
                if not self.input:
                    raise Ended
                raise Broken(f"ended in the middle: {self.input[:60]!r}")
        text, self.input = self.input.split(mark, 1)
        return text

    def exactly(self, count):
        while len(self.input) < count:
            if not self.more():
                raise Broken(f"ended {count - len(self.input)} bytes too early")
        data, self.input = self.input[:count], self.input[count:]
        return data

    def rest(self):
        while self.more():
            pass
        data, self.input = self.input, b""
        return data

    def answer(self, is_head=False, is_http10=False):
        head = self.until(b"\r\n\r\n").decode("latin-1")
        answer = read_head(head)
        self.read_body(answer, is_head)
        answer.faults += look_over(answer, is_head, is_http10)
        return answer

    def read_body(self, answer, is_head):
        length = answer.value("Content-Length")
        coding = answer.value("Transfer-Encoding")
        if answer.status < 200 or answer.status in (204, 304) or is_head:
            return
        if coding is not None:
            if coding.lower() != "chunked":
                raise Broken(f"Transfer-Encoding: {coding}")
            self.read_chunks(answer)
        elif length is not None:
            if not re.fullmatch(r"\d{1,18}", length):
                raise Broken(f"Content-Length: {length}")
            answer.body = self.exactly(int(length))
        else:
            answer.body = self.rest()

    def read_chunks(self, answer):
        while True:
            line = self.until(b"\r\n").decode("latin-1")
            if not re.fullmatch(r"[0-9A-Fa-f]{1,15}(;.*)?", line):
                raise Broken(f"chunk size {line!r}")
            size = int(line.split(";")[0], 16)
            if size == 0:
                break
            answer.body += self.exactly(size)
            if self.exactly(2) != b"\r\n":
                raise Broken("no CRLF after a chunk")
        while line := self.until(b"\r\n").decode("latin-1"):
            answer.trailers.append(line)


def read_head(text):
    line, *lines = text.split("\r\n")
    found = re.fullmatch(r"(HTTP/1\.[01]) ([1-5]\d\d) ([\t\x20-\x7e\x80-\xff]*)", line)
    if not found:
        raise Broken(f"status line {line[:60]!r}")
    answer = Answer(found[1], int(found[2]), [])
    for each in lines:
        found = re.fullmatch(rf"({TOKEN}):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*", each)
        if not found:
            raise Broken(f"field line {each[:60]!r}")
        answer.fields.append((found[1], found[2]))
    return answer


def look_over(answer, is_head, is_http10):
    """What is wrong with it, whatever it answers."""
    faults = []
    status = answer.status
    names = [name.lower() for name, _ in answer.fields]
    faults += [f"two lines of {name}" for name in SINGLE if names.count(name) > 1]
    if "content-length" in names and "transfer-encoding" in names:
        faults.append("Content-Length with Transfer-Encoding (RFC 9112 6.2)")
    if status < 200 or status == 204:
        faults += [f"{name} in a {status} (RFC 9110 8.6, RFC 9112 6.1)" for name in ("content-length", "transfer-encoding") if name in names]
    if is_http10 and ("transfer-encoding" in names or status < 200):
        faults.append("HTTP/1.0 is answered with what it does not know (RFC 9112 6.1, RFC 9110 15.2)")
    if 200 <= status < 500:
        faults += look_at_date(answer)
    if status in NEEDED and answer.value(NEEDED[status]) is None:
        faults.append(f"{status} without {NEEDED[status]}")
    if status == 206 and answer.value("Content-Range") is None and "multipart/byteranges" not in (answer.value("Content-Type") or ""):
        faults.append("206 without Content-Range (RFC 9110 15.3.7)")
    kind = answer.value("Content-Type")
    if kind is not None and not re.fullmatch(rf"{TOKEN}/{TOKEN}([ \t]*;[ \t]*{TOKEN}=({TOKEN}|\"[^\"]*\"))*", kind):
        faults.append(f"Content-Type: {kind} (RFC 9110 8.3.1)")
    if answer.body and kind is None and not is_head:
        faults.append("content without Content-Type (RFC 9110 8.3)")
    tag = answer.value("ETag")
    if tag is not None and not re.fullmatch(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"', tag):
        faults.append(f"ETag: {tag} (RFC 9110 8.8.3)")
    for name in ("Allow", "Vary"):
        value = answer.value(name)
        if value is not None and value and not re.fullmatch(rf"{TOKEN}([ \t]*,[ \t]*{TOKEN})*", value):
            faults.append(f"{name}: {value}")
    return faults


def look_at_date(answer):
    date = answer.value("Date")
    if date is None:
        return ["no Date (RFC 9110 6.6.1)"]
    if not re.fullmatch(IMF_DATE, date):
        return [f"Date: {date} (RFC 9110 5.6.7)"]
    if abs(email.utils.parsedate_to_datetime(date).timestamp() - time.time()) > DATE_SLACK_S:
        return [f"Date: {date} is not now"]
    return []

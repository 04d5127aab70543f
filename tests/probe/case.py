"""What a case is: bytes to send, and the answers that the texts allow.

An expectation is a sequence of statuses, "|" between those that are equally right:

    200+        one answer, and the connection serves another request after it
    400!        one answer, Connection: close, and then nothing but the end
    2xx         one answer; what becomes of the connection is left open
    100 2xx+    an interim answer, then another
    200 400!    the answers of two requests, in order
    405/501!    either status
    !           no answer, only the end
    ~           nothing at all: the server waits for more
"""

import re
from dataclasses import dataclass, field

MUST, SHOULD = "must", "should"
AWAIT, FIN, QUIET = "<await>", "<fin>", "<quiet>"  # steps: read an answer; no more will be sent; nothing may come meanwhile

HOST = "Host: q.test\r\n"
ALIVE = f"GET /alive HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n"  # asked to see whether a connection is of use still
OK = "200+"
BAD = "400!"


@dataclass
class Ending:
    statuses: list
    end: str  # "+", "!", "" or "~"

    @staticmethod
    def parse(text):
        text = text.strip()
        if text in "!~":
            return Ending([], text)
        end = text[-1] if text[-1] in "+!" else ""
        return Ending([set(word.split("/")) for word in text.rstrip("+!").split()], end)

    def begins(self, got):
        """Whether these statuses are its first."""
        return len(got) <= len(self.statuses) and all(
            str(status) in allowed or f"{status // 100}xx" in allowed for status, allowed in zip(got, self.statuses))


@dataclass
class Case:
    name: str
    level: str
    cite: str
    send: object  # text or bytes (one byte for a character), or a list of these and steps
    expect: str
    body: object = None  # of the last answer: exactly these bytes
    has: dict = field(default_factory=dict)  # fields that the last answer must have: a pattern of the whole value
    lacks: tuple = ()  # fields that it must not have
    heads: tuple = ()  # which of the requests are HEAD
    whole_only: bool = False  # not again byte by byte: megabytes, or a matter of segments
    alone: bool = False  # not again with a request right behind it: it is not complete, or says how it ends
    unsaid: bool = False  # the end comes later, for a reason of its own: no answer has to announce it
    needs: str = ""  # what a server must have been configured for
    at: str = "main"  # which of its listeners
    source: str = ""  # from this address
    group: str = ""

    def endings(self):
        return [Ending.parse(text) for text in self.expect.split("|")]

    def steps(self):
        return self.send if isinstance(self.send, list) else [self.send]

    def is_plain(self):
        """One send without steps."""
        return not isinstance(self.send, list)

    def is_head(self, number):
        if self.heads:
            return number in self.heads
        return number == 0 and octets(self.steps()[0]).lstrip(b"\r\n").startswith(b"HEAD ")

    def is_http10(self):
        return re.match(rb"[^\r\n]* HTTP/1\.0\r", octets(self.steps()[0])) is not None


def octets(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def get(target="/hello", fields="", method="GET", version="HTTP/1.1", host=HOST):
    return f"{method} {target} {version}\r\n{host}{fields}\r\n"


def post(body="", fields="", target="/run/echo", method="POST", version="HTTP/1.1", host=HOST):
    """With a Content-Length of the body's."""
    return f"{method} {target} {version}\r\n{host}Content-Length: {len(body)}\r\n{fields}\r\n{body}"


def framed(fields, body, target="/run/echo", method="POST", version="HTTP/1.1", host=HOST):
    """With no other framing than these fields."""
    return f"{method} {target} {version}\r\n{host}{fields}\r\n{body}"


def chunked(body, fields="", version="HTTP/1.1"):
    return framed(f"Transfer-Encoding: chunked\r\n{fields}", body, version=version)

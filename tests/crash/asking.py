"""Requests to the server, one after the other or many at once, with as little work for the client as can be: http.client takes several times as
long, and the answer to one is there before the next is asked."""

import json
import re
import socket

from servers import PATIENCE_S

AT_ONCE = 16  # requests on a connection: as many as the server takes up before it has answered
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Connection:
    """Asks; OSError when the server is gone."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = b""

    def send(self, asks):
        """Each is a method, a path and perhaps a body and a key."""
        self.socket.sendall(b"".join(request(*ask) for ask in asks))

    def more(self):
        came = self.socket.recv(1 << 16)
        if not came:
            raise ConnectionResetError
        self.held += came

    def answer(self):
        """The next one's status and document."""
        while (end := self.held.find(b"\r\n\r\n")) < 0:
            self.more()
        head = self.held[:end]
        length = end + 4 + int(LENGTH.search(head)[1])
        while len(self.held) < length:
            self.more()
        body, self.held = self.held[end + 4:length], self.held[length:]
        return int(head[9:12]), json.loads(body or b"null")

    def ask(self, *ask):
        self.send([ask])
        return self.answer()


class Connections:
    """Ask much at once: the server has several requests in hand, and one write to the disk is for many."""

    def __init__(self, port):
        self.all = [Connection(port) for _ in range(4)]

    def ask_all(self, asks):
        """The answers, in that order. What follows from one another does not go together."""
        answers = [None] * len(asks)
        for start in range(0, len(asks), len(self.all) * AT_ONCE):
            shares = [range(start + i, min(start + len(self.all) * AT_ONCE, len(asks)), len(self.all)) for i in range(len(self.all))]
            for connection, share in zip(self.all, shares):
                connection.send([asks[i] for i in share])
            for connection, share in zip(self.all, shares):
                for i in share:
                    answers[i] = connection.answer()
        return answers

    def close(self):
        for connection in self.all:
            connection.socket.close()


def request(method, path, body=None, key=None):
    text = b"" if body is None else json.dumps(body).encode()
    words = f"Idempotency-Key: {key}\r\n" if key else ""
    if body is not None:
        words += f"Content-Type: application/openjobspec+json\r\nContent-Length: {len(text)}\r\n"
    return f"{method} /ojs/v1{path} HTTP/1.1\r\nHost: crash.test\r\n{words}\r\n".encode() + text

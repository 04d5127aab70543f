"""What tests in Python share: where things are, and how programs are started and waited for. Who is not of this folder finds it by

    sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120
READY = re.compile(r"listening on 127\.0\.0\.1:(\d+)")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def need(program):
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not path:
        sys.exit(f"{program} is missing")
    return path


def await_port(port, process, log=None):
    """Until the process, which writes that log, listens."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{process.args[0]} does not listen on {port}: {log.read_text() if log else ''}")
            time.sleep(0.02)


class Quernd:
    """A server from its start, when it says on which port of 127.0.0.1 it listens (port: the first), to its end. What it says is in lines."""

    def __init__(self, argv, **how):
        self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, **how)
        self.lines, self.port = [], None
        for line in self.process.stderr:
            self.lines.append(line)
            found = READY.search(line)
            if found:
                self.port = int(found[1])
                break
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if self.port is None:
            raise RuntimeError(f"the server did not start; it ended with {self.end(signal.SIGKILL)}:\n{self.said()}")

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line)

    def said(self, n=0):
        """The last lines; 0: all."""
        return "".join(self.lines[-n:])

    def end(self, how=signal.SIGTERM):
        """By that signal. Its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        self.process.stderr.close()
        return code

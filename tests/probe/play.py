"""One case against one server: what is sent, what must come back."""

import re

from case import ALIVE, AWAIT, FIN, QUIET, octets
from wire import Broken, Ended, Silence, Stream

WHOLE, BYTES, FOLLOWED = "whole", "bytes", "followed"  # in one send; byte by byte; with another request in the same segment
QUIET_S = 0.2
SMALL = 6000  # bytes; more are sent in pieces of 97


def modes(case):
    yield WHOLE
    if not case.whole_only:
        yield BYTES
    if case.is_plain() and not case.alone:
        yield FOLLOWED


def play(case, mode, address, patience_s):
    """None, or what was wrong."""
    try:
        stream = Stream(address, case.source, patience_s)
    except OSError as e:
        return f"no connection: {e}"
    try:
        return Play(case, mode, stream).run()
    finally:
        stream.close()


class Play:
    def __init__(self, case, mode, stream):
        self.case, self.mode, self.stream = case, mode, stream
        self.answers = []
        self.finals = 0
        self.fault = None

    def run(self):
        try:
            self.fault = self.steps()
            if self.fault is None:
                self.fault = self.judge()
        except Silence:
            return self.told("silence")
        except Ended:
            return self.told("the end came too early")
        except Broken as e:
            return self.told(str(e))
        return self.fault

    def told(self, text):
        return f"{text} after {[answer.status for answer in self.answers]}"

    def steps(self):
        for step in self.case.steps():
            if step is AWAIT:
                self.read()
            elif step is FIN:
                self.stream.fin()
            elif step is QUIET:
                if self.stream.has_input(QUIET_S):
                    return self.told("something came where the server had to wait")
            else:
                self.put(octets(step))
        return None

    def put(self, data):
        if self.mode == FOLLOWED:
            data += octets(ALIVE)
        piece = None
        if self.mode == BYTES:
            piece = 1 if len(data) < SMALL else 97
        self.stream.send(data, piece)

    def read(self):
        answer = self.stream.answer(self.case.is_head(self.finals), self.case.is_http10())
        self.answers.append(answer)
        if answer.status >= 200:
            self.finals += 1

    def judge(self):
        """Reads on as long as what came is the beginning of an ending."""
        endings = self.case.endings()
        while True:
            got = [answer.status for answer in self.answers]
            whole = [e for e in endings if e.begins(got) and len(got) == len(e.statuses)]
            longer = [e for e in endings if e.begins(got) and len(got) < len(e.statuses)]
            if whole and not (longer and self.goes_on(whole)):
                return self.finish(self.chosen(whole))
            if not whole and not longer:
                return f"answers {got}, expected {self.case.expect}"
            try:
                self.read()
            except Ended:
                if any(e.end == "!" for e in whole):
                    return self.finish(next(e for e in whole if e.end == "!"), ended=True)
                raise

    def chosen(self, whole):
        """Where the connection may end or go on, it is to do what it says."""
        closes = bool(self.answers) and self.answers[-1].says_close()
        return next((e for e in whole if (e.end == "!") == closes), whole[0])

    def goes_on(self, whole):
        """Both a shorter and a longer ending are allowed: an answer that says close is the last."""
        return not (self.answers and self.answers[-1].says_close()) or any(e.statuses == [] for e in whole)

    def finish(self, ending, ended=False):
        if ending.end == "~":
            return "something came where the server had to wait" if self.stream.has_input(QUIET_S) else None
        return self.look_closer(ending) or (None if ended else self.end(ending))

    def end(self, ending):
        last = self.answers[-1] if self.answers else None
        if ending.end == "!" or (ending.end == "" and (last is None or last.says_close() or self.case.is_http10())):
            return self.await_end()
        if self.mode != FOLLOWED:
            self.stream.send(octets(ALIVE))
        try:
            answer = self.stream.answer()
        except Ended:
            return None if ending.end == "" else self.told("closed, though it had to serve on")
        if answer.status != 200 or answer.body.strip() != b"alive":
            return f"after {[a.status for a in self.answers]} another request got {answer.status} {answer.body[:40]!r}"
        return self.await_end()

    def await_end(self):
        rest = self.stream.rest()
        return f"after {[a.status for a in self.answers]} there was more: {rest[:40]!r}" if rest else None

    def look_closer(self, ending):
        case = self.case
        faults = [fault for answer in self.answers for fault in answer.faults]
        if faults:
            return f"{self.answers[-1].status}: {'; '.join(faults)}"
        if not self.answers:
            return None
        last = self.answers[-1]
        if ending.end == "!" and not last.says_close() and not case.is_http10() and not case.unsaid and FIN not in case.steps():
            return f"{last.status} closes without Connection: close (RFC 9112 9.6)"
        if case.body is not None and last.status < 300 and last.body != octets(case.body):
            return f"{last.status} with content {last.body[:60]!r}, expected {octets(case.body)[:60]!r}"
        for name, pattern in case.has.items():
            value = last.value(name)
            if value is None or not re.fullmatch(pattern, value):
                return f"{last.status} with {name}: {value}, expected {pattern}"
        for name in case.lacks:
            if last.value(name) is not None:
                return f"{last.status} with {name}: {last.value(name)}"
        return None

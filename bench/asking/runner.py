"""Interleaved slices: servers run side by side and are loaded one at a time, A B B A, started anew between blocks; a slice that the
fixed rules discard takes its whole pair with it."""
import contextlib
import http.client
import subprocess
import time

from . import load

PAIRS, PAIRS_QUICK = 10, 5
SECONDS, SECONDS_QUICK = 5.0, 1.0
WARMUP, WARMUP_QUICK = 2.0, 0.3
BLOCKS_MIN = 4            # so that there are 3 restarts between them
DISCARDS_PER_PAIR = 1     # more of them than pairs: the machine is too noisy to ask


class TooNoisy(Exception):
    """Too many slices were discarded; the text says why."""


class Side:
    """What is measured: how its server starts (sides with the same start share a server; None: the slice starts what it needs) and one
    slice of it, a function of the session and the server that returns figures by name, "command" among them."""

    def __init__(self, name, start, measure):
        self.name = name
        self.start = start
        self.measure = measure


def order(n, pair):
    """The order of n sides in this pair: forwards, then backwards."""
    forwards = list(range(n))
    return forwards[::-1] if pair % 2 else forwards


def block_lengths(pairs, blocks_min=BLOCKS_MIN):
    """How many pairs each block has: all alike and even where that leaves blocks enough."""
    length = max(1, pairs // blocks_min)
    if length > 1:
        length -= length % 2
    full, rest = divmod(pairs, length)
    return [length] * full + ([rest] if rest else [])


class Session:
    """One question being asked: how long and how often; what was discarded; which commands ran."""

    def __init__(self, quick=False, pairs=None, seconds=None, say=print):
        self.quick = quick
        self.pairs = pairs or (PAIRS_QUICK if quick else PAIRS)
        self.seconds = seconds or (SECONDS_QUICK if quick else SECONDS)
        self.warmup = WARMUP_QUICK if quick else WARMUP
        self.say = say
        self.discards = []
        self.discards_per_pair = DISCARDS_PER_PAIR
        self.commands = {}
        self.restarts = 0
        self.others_max = load.OTHERS_MAX
        self.others = []    # by slice, what part of a CPU was used by something else
        self.disturbed = 0  # slices during which something else ran; kept by quick runs only

    def amount(self, full, quick):
        """Of requests, where a slice is counted instead of timed."""
        return quick if self.quick else full

    def interleave(self, sides, blocks_min=BLOCKS_MIN):
        """Figures by side: a list of what each kept pair said."""
        kept = {s.name: [] for s in sides}
        done = 0
        for length in block_lengths(self.pairs, blocks_min):
            with contextlib.ExitStack() as stack:
                servers = self._start(sides, stack)
                for pair in range(done, done + length):
                    for name, figures in self._pair(sides, servers, pair).items():
                        kept[name].append(figures)
            done += length
            self.say(f"    {done} of {self.pairs} pairs, {len(self.discards)} discarded")
        return kept

    def _start(self, sides, stack):
        servers = {}
        for side in sides:
            if side.start and side.start not in servers:
                servers[side.start] = stack.enter_context(side.start())
        self.restarts += 1
        return servers

    def steady(self, function):
        """A single run before the pairs, once more each time that a rule discards it."""
        while True:
            try:
                return function()
            except load.BadSlice as why:
                self._discard("before the pairs", why)

    def by_itself(self, function):
        """One measurement that starts what it needs: done again each time that a rule discards it."""
        def once():
            with load.Alone([]) as alone:
                figures = self._guarded(function)
            self.others.append(alone.share)
            if alone.share > self.others_max:
                self._disturbed(alone.share)
            return figures
        return self.steady(once)

    def _pair(self, sides, servers, pair):
        """Measures it until no rule discards any of its slices."""
        while True:
            figures = {}
            try:
                for i in order(len(sides), pair):
                    side = sides[i]
                    figures[side.name] = self._slice(side, servers)
                return figures
            except load.BadSlice as why:
                self._discard(side.name, why)

    def _slice(self, side, servers):
        server = servers.get(side.start)
        with load.Alone(servers.values()) as alone:
            figures = self._measure(side, server)
        if server:
            self.others.append(alone.share)
        if server and alone.share > self.others_max:
            self._disturbed(alone.share)
        command = figures.pop("command", "")
        self.commands.setdefault(side.name, {"server": " ".join(server.command) if server else "", "load": command})
        return figures

    def _measure(self, side, server):
        return self._guarded(lambda: side.measure(self, server))

    @staticmethod
    def _guarded(function):
        """What goes wrong in one slice discards it, and ends no question."""
        try:
            return function()
        except (OSError, http.client.HTTPException, subprocess.SubprocessError) as why:
            raise load.BadSlice(f"{type(why).__name__}: {why}") from why

    def _disturbed(self, share):
        """A quick run goes on, since its figures are not for believing."""
        self.disturbed += 1
        if not self.quick:
            raise load.Disturbed(f"something else used {share:.0%} of a CPU")

    def _discard(self, name, why):
        self.discards.append({"side": name, "why": str(why), "at": time.strftime("%H:%M:%S", time.gmtime())})
        if len(self.discards) > self.pairs * self.discards_per_pair:
            raise TooNoisy(f"{len(self.discards)} slices were discarded, the last of {name}: {why}")


def column(figures, name):
    """One figure of every pair."""
    return [f[name] for f in figures]

"""What the kernel says of processes and of this machine."""
import os
import platform
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def cpu_ns(pids):
    """Run time of all threads of these processes, exact to the scheduler."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as f:
                total += int(f.read().split()[0])
    return total


def rss_bytes(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/statm", encoding="ascii") as f:
            total += int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return total


def slab_objects(table):
    """Bytes of the objects in use in a /proc/slabinfo: each with its share of its slab, so that slabs which are kept though they are
    empty do not count."""
    total = 0
    for line in table.splitlines()[2:]:
        words = line.split()
        active, per_slab, pages = int(words[1]), int(words[4]), int(words[5])
        total += active * pages * os.sysconf("SC_PAGE_SIZE") // per_slab
    return total


def slab_bytes():
    """Of all slabs; /proc/slabinfo is root's."""
    with open("/proc/slabinfo", encoding="ascii") as f:
        return slab_objects(f.read())


def steal_ticks():
    """Stolen, and all: ticks of all CPUs since the start."""
    with open("/proc/stat", encoding="ascii") as f:
        ticks = [int(x) for x in f.readline().split()[1:9]]
    return ticks[7], sum(ticks)


def busy_seconds():
    """Of all CPUs since the start, idle and stolen time left out."""
    with open("/proc/stat", encoding="ascii") as f:
        user, nice, system, _, _, irq, softirq = (int(x) for x in f.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()
    except OSError:
        return ""


def _release_flags():
    """The compiler and the server's flags, as the Makefile has them."""
    with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as f:
        flags = [line.split("=", 1)[1].strip() for line in f if line.startswith(("FLAGS_release", "LTO_release"))]
    return " ".join([_output("gcc", "--version").splitlines()[0], *flags])


def facts():
    """Where and of what a figure was taken."""
    cpu = ""
    with open("/proc/cpuinfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    return {"commit": _output("git", "rev-parse", "--short", "HEAD") + ("+" if _output("git", "status", "--porcelain", "-uno") else ""),
            "kernel": platform.release(), "cpu": cpu, "cpus": os.cpu_count(), "command_line": _output("cat", "/proc/cmdline")[:300],
            "flags": _release_flags(), "files": _output("sh", "-c", "ulimit -Hn"), "date": _output("date", "-u", "+%Y-%m-%d %H:%M UTC")}

"""What the kernel says of processes and of this machine."""
import os
import platform
import subprocess


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


def slab_bytes():
    with open("/proc/meminfo", encoding="ascii") as f:
        for line in f:
            if line.startswith("Slab:"):
                return int(line.split()[1]) * 1024
    return 0


def steal_ticks():
    with open("/proc/stat", encoding="ascii") as f:
        return int(f.readline().split()[8])


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


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
            "files": _output("sh", "-c", "ulimit -Hn"), "date": _output("date", "-u", "+%Y-%m-%d %H:%M UTC")}

#!/usr/bin/env python3
"""Restarts that no client notices: sockets from a service manager, and a new program that takes the old one's place.

    QUERN_BUILD=build/release tests/wire/restarts.py [TEST...]"""

import http.client
import json
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from manager import HOLDING, Client, Manager, RestartCase, await_end, end, get, listener  # noqa: E402  pylint: disable=wrong-import-position
from servers import PATIENCE_S  # noqa: E402  pylint: disable=wrong-import-position


class Activation(RestartCase):
    def test_the_sockets_of_a_manager_outlive_the_server(self):
        socket_ = listener()
        port = socket_.getsockname()[1]
        m = Manager("--listen", f"127.0.0.1:{port}", "--data", "data", "--shards", "3", sockets=[socket_])
        first = m.start()
        m.hear("READY=1")
        self.assertEqual(get(port), 200)
        self.assertEqual(end(first), 0)
        self.assertIn("STOPPING=1", m.hear("STOPPING=1"))
        waiting = []
        t = threading.Thread(target=lambda: waiting.append(get(port)))  # nobody is there: it waits in the queue
        t.start()
        second = m.start()
        t.join(PATIENCE_S)
        self.assertEqual(waiting, [200])
        for _ in range(20):
            self.assertEqual(get(port), 200)
        self.assertEqual(end(second), 0)
        m.close()

    def test_each_socket_finds_its_entry(self):
        plain, other = listener(), listener()
        ports = [s.getsockname()[1] for s in (plain, other)]
        config = {"listen": [f"127.0.0.1:{ports[0]}", "127.0.0.1:0", {"address": f"127.0.0.1:{ports[1]}", "proxy": True}],
                  "trusted_proxies": ["127.0.0.1"]}
        m = Manager("--ephemeral", sockets=[other, plain], config=config)
        server = m.start()
        m.hear("READY=1")
        self.assertEqual(get(ports[0]), 200)
        with socket.create_connection(("127.0.0.1", ports[1])) as c:
            c.sendall(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /livez HTTP/1.1\r\nHost: q\r\n\r\n")
            self.assertTrue(c.recv(100).startswith(b"HTTP/1.1 200"))
        own = int(m.text().split("listening on 127.0.0.1:")[2].split()[0])
        self.assertNotIn(own, ports)
        self.assertEqual(get(own), 200)
        self.assertEqual(end(server), 0)
        m.close()

    def test_what_is_no_socket_of_ours_ends_the_start(self):
        stray, udp = listener(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for sockets, passed, words in (([stray], None, "which is not in 'listen'"), ([udp], None, "no listening TCP socket"),
                                       ([stray], 4000, "LISTEN_FDS is no number of sockets"), ([stray], 30, "no listening TCP socket")):
            m = Manager("--ephemeral", "--listen", "127.0.0.1:1", sockets=[s.dup() for s in sockets])
            server = m.start(passed)
            self.assertEqual(server.wait(PATIENCE_S), 2)
            self.assertIn(words, m.text())
            self.assertEqual(m.text().count("\n"), 1, m.text())
            m.close()
        stray.close()
        udp.close()

    def test_sockets_that_were_meant_for_another_are_not_taken(self):
        m = Manager("--ephemeral", "--listen", "127.0.0.1:0", LISTEN_FDS="1", LISTEN_PID="1")
        server = m.start()
        m.hear("READY=1")
        self.assertEqual(get(m.port()), 200)
        self.assertEqual(end(server), 0)
        m.close()


class TakeOver(RestartCase):
    def take_over(self, m, process_pid):
        """SIGUSR2, and the new one's pid once it serves. Calls that are held end once the old one waits for nothing else."""
        os.kill(process_pid, signal.SIGUSR2)
        pid = self.successor(m)
        m.release()
        m.hear("READY=1")
        await_end(process_pid)
        return pid

    @staticmethod
    def successor(m):
        """The new one's pid, once it waits for the old one's end."""
        pid = int([line for line in m.hear("MAINPID=") if line.startswith("MAINPID=")][-1].split("=")[1])
        m.pids.append(pid)
        return pid

    def busy(self, config=None):
        """A server with a call under way: its manager, its process, its port, the thread that calls, and the answers that it gets."""
        m = Manager("--listen", "127.0.0.1:0", "--data", "data", *HOLDING, config=config)
        process = m.start()
        m.hear("READY=1")
        port, answers = m.port(), []
        t = threading.Thread(target=lambda: answers.append(self.post(port, "/run/test.held")))
        t.start()
        self.await_call(port)
        return m, process, port, t, answers

    def test_nobody_notices(self):
        for shards in ("1", "4"):
            m = Manager("--listen", "127.0.0.1:0", "--data", "data", "--shards", shards)
            process = m.start()
            m.hear("READY=1")
            port = m.port()
            clients = [Client(port, keeps) for keeps in (False, False, True, True)]
            for c in clients:
                c.start()
            pid = process.pid
            for _ in range(3):
                before = [c.done for c in clients]
                pid = self.take_over(m, pid)
                self.assertEqual(m.port(), port)
                until = time.monotonic() + PATIENCE_S
                while any(c.done < n + 20 for c, n in zip(clients, before)):
                    self.assertLess(time.monotonic(), until)
                    time.sleep(0.01)
            for c in clients:
                c.stop.set()
            for c in clients:
                c.join(PATIENCE_S)
                # A connection that is kept may have been closed while it stood idle: a client tries such a request again. Shards drain one
                # after the other: who comes again may meet one that has yet to, so that is once for each of them, at most.
                wrong = [w for w in c.wrong if not (c.keeps and w.startswith(("RemoteDisconnected", "ConnectionReset", "BrokenPipe")))]
                self.assertEqual(wrong, [], m.text())
                self.assertLessEqual(len(c.wrong), 3 * int(shards), c.wrong)
            os.kill(pid, signal.SIGTERM)
            await_end(pid)
            process.wait(PATIENCE_S)
            m.close()

    def test_jobs_and_long_calls_are_kept(self):
        m = Manager("--listen", "127.0.0.1:0", "--data", "data", *HOLDING)
        process = m.start()
        m.hear("READY=1")
        port = m.port()
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        c.request("POST", "/ojs/v1/jobs", json.dumps({"type": "t.remote", "args": [1]}), {"Content-Type": "application/openjobspec+json"})
        job = json.loads(c.getresponse().read())["job"]["id"]
        long_call = []
        t = threading.Thread(target=lambda: long_call.append(self.post(port, "/run/test.held")))
        t.start()
        self.await_call(port)
        pid = self.take_over(m, process.pid)
        t.join(PATIENCE_S)
        self.assertEqual(long_call, [200])
        self.assertEqual(get(port, f"/ojs/v1/jobs/{job}"), 200)
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    def test_cursors_go_on(self):
        """A list that was begun before goes on with its cursor behind: who sees its own jobs only has it encrypted."""
        m = Manager("--listen", "127.0.0.1:0", "--data", "data", config={"accounts": "accounts.json", "jobs_visible_to": "owner"})
        scopes, digest = ["jobs:read", "jobs:write"], "Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU"
        accounts = m.path / "accounts.json"
        accounts.touch(0o600)
        accounts.write_text(json.dumps({"tokens": [{"id": "abcdefghijk0", "owner": "anna", "digest": digest, "scopes": scopes}]}))
        process = m.start()
        m.hear("READY=1")
        port, pid, seen = m.port(), process.pid, []
        headers = {"Content-Type": "application/openjobspec+json",
                   "Authorization": "Bearer qrn_abcdefghijk0_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2Quafw"}

        def ask(method, path, body=None):
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            c.request(method, path, body and json.dumps(body), headers)
            answer = c.getresponse()
            text = answer.read()
            c.close()
            self.assertLess(answer.status, 300, text)
            return json.loads(text)

        made = [ask("POST", "/ojs/v1/jobs", {"type": "t.remote", "args": [i]})["job"]["id"] for i in range(3)]
        page = ask("GET", "/ojs/v1/jobs?limit=1")
        while page["pagination"]["has_more"]:
            seen += [job["id"] for job in page["jobs"]]
            cursor = page["pagination"]["next_cursor"]
            self.assertGreater(int(cursor), 2**32)
            pid = self.take_over(m, pid)
            page = ask("GET", f"/ojs/v1/jobs?limit=1&cursor={cursor}")
        seen += [job["id"] for job in page["jobs"]]
        self.assertEqual(sorted(seen), sorted(made))
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    def await_call(self, port):
        until = time.monotonic() + PATIENCE_S
        while "quern_calls 1\n" not in self.metrics(port):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)

    def test_calls_stay_filtered(self):
        """By one filter, however often the place is taken; and the new one starts processes as the first did."""
        m = Manager("--ephemeral", config={"listen": ["127.0.0.1:0"], "types": {"echo": {"run": "process", "places": 1}}})
        process = m.start()
        m.hear("READY=1")
        port, pid = m.port(), process.pid
        for _ in range(3):
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            self.assertRegex(status, r"Seccomp:\t2\n")
            self.assertRegex(status, r"Seccomp_filters:\t1\n")
            self.assertEqual(self.post(port, "/run/echo"), 200)
            pid = self.take_over(m, pid)
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    def test_a_stop_ends_both(self):
        """Before the new one is ready, and while it waits for the old one."""
        for after_ready in (False, True):
            m, process, port, t, answers = self.busy()
            process.send_signal(signal.SIGUSR2)
            if after_ready:
                os.kill(self.successor(m), signal.SIGTERM)
            else:
                process.send_signal(signal.SIGTERM)
            m.release()
            self.assertEqual(process.wait(PATIENCE_S), 0)
            t.join(PATIENCE_S)
            self.assertEqual(answers, [200], m.text())
            found = re.search(r"server.handover pid=(\d+)", m.text())  # a stop that comes first calls nothing off
            if found:
                await_end(int(found[1]))
            self.assertNotIn("stop_now", m.text())
            with self.assertRaises(OSError):
                get(port, timeout=5)
            m.close()

    def test_a_new_one_that_dies_while_the_old_one_drains_is_told(self):
        m, process, _, t, _ = self.busy()
        process.send_signal(signal.SIGUSR2)
        os.kill(self.successor(m), signal.SIGKILL)
        m.await_text("nobody serves")
        m.release()
        self.assertEqual(process.wait(PATIENCE_S), 1)
        t.join(PATIENCE_S)
        m.close()

    @staticmethod
    def post(port, path):
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        c.request("POST", path, b"")
        return c.getresponse().status

    @staticmethod
    def metrics(port):
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        c.request("GET", "/metrics")
        return c.getresponse().read().decode()

    def test_a_new_one_that_cannot_start_changes_nothing(self):
        m = Manager("--ephemeral", config={"listen": ["127.0.0.1:0"]})
        process = m.start()
        m.hear("READY=1")
        port = m.port()
        (m.path / "quern.json").write_text('{"listen": ["127.0.0.1:0"], "sharts": 3}')
        process.send_signal(signal.SIGUSR2)
        until = time.monotonic() + PATIENCE_S
        while "server.handover taken=0" not in m.text():
            self.assertLess(time.monotonic(), until, m.text())
            self.assertEqual(get(port), 200)
        self.assertIn("did you mean 'shards'", m.text())
        (m.path / "quern.json").write_text('{"listen": ["127.0.0.1:0"], "shards": 2}')
        pid = self.take_over(m, process.pid)
        self.assertEqual(get(port), 200)
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    def test_fewer_and_more_shards_get_all_sockets(self):
        m = Manager("--ephemeral", config={"listen": ["127.0.0.1:0"], "shards": 4})
        process = m.start()
        m.hear("READY=1")
        port, pid = m.port(), process.pid
        for shards in (1, 3, 8):
            (m.path / "quern.json").write_text(json.dumps({"listen": ["127.0.0.1:0"], "shards": shards}))
            pid = self.take_over(m, pid)
            for _ in range(60):  # the kernel spreads them over all sockets
                self.assertEqual(get(port), 200)
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    # ---- what the first one could do as root, and the next one cannot ----

    def as_nobody(self, config):
        """A server that root starts and that becomes nobody; its files are there for both."""
        m = Manager("--ephemeral", config={"user": "nobody", **config})
        m.path.chmod(0o755)
        (m.path / "notify").chmod(0o777)
        process = m.start()
        m.hear("READY=1")
        return m, process

    def refused(self, m, process, port, words):
        """SIGUSR2 brings no new one, and the old one serves on."""
        before = m.text().count("server.handover taken=0")
        process.send_signal(signal.SIGUSR2)
        until = time.monotonic() + PATIENCE_S
        while m.text().count("server.handover taken=0") == before:
            self.assertLess(time.monotonic(), until, m.text())
            time.sleep(0.01)
        self.assertIn(words, m.text())
        self.assertEqual(get(port), 200)

    def finish(self, m, process, pid):
        os.kill(pid, signal.SIGTERM)
        await_end(pid)
        process.wait(PATIENCE_S)
        m.close()

    @staticmethod
    def low_port():
        """One below 1024 that is free on 127.0.0.1, and is root's; None: there is none."""
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as f:
            first_free = int(f.read())
        for port in range(min(first_free, 1024) - 1, 511, -1):
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port
        return None

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_a_low_port_outlives_the_rights_to_open_it(self):
        port = self.low_port()
        if port is None:
            self.skipTest("no port is root's")
        listen = [f"127.0.0.1:{port}"]
        m, process = self.as_nobody({"listen": listen, "shards": 2})
        pid = process.pid
        for shards in (2, 1, 3):
            (m.path / "quern.json").write_text(json.dumps({"user": "nobody", "listen": listen, "shards": shards}))
            pid = self.take_over(m, pid)
            with open(f"/proc/{pid}/status", encoding="ascii") as f:
                self.assertIn("Uid:\t65534\t65534\t65534\t65534\n", f.read())
            for _ in range(10):
                self.assertEqual(get(port), 200)
        self.finish(m, process, pid)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_another_low_port_cannot_be_opened_any_more(self):
        port, listen = self.low_port(), ["127.0.0.1:0"]
        if port is None:
            self.skipTest("no port is root's")
        m, process = self.as_nobody({"listen": listen})
        (m.path / "quern.json").write_text(json.dumps({"user": "nobody", "listen": listen + [f"127.0.0.1:{port}"]}))
        self.refused(m, process, m.port(), f"cannot listen on 127.0.0.1:{port}: Permission denied")
        (m.path / "quern.json").write_text(json.dumps({"user": "nobody", "listen": listen}))
        self.finish(m, process, self.take_over(m, process.pid))

    @staticmethod
    def groups():
        """A folder that stands for one of control groups, with the group of one place, and the types that want it."""
        folder = tempfile.TemporaryDirectory(prefix="quern-groups-")
        os.chmod(folder.name, 0o755)
        group = Path(folder.name) / "quern-t.cat.0"
        group.mkdir()
        (group.parent / "cgroup.controllers").write_text("memory pids\n")
        for path in (group.parent / "cgroup.subtree_control", group / "memory.max", group / "pids.max", group / "cpu.max", group / "cgroup.procs"):
            path.touch(mode=0o644)
        types = {"t.cat": {"run": "command", "places": 1, "argv": ["/bin/cat"], "group_memory": 33554432, "group_pids": 8}}
        return folder, group, {"listen": ["127.0.0.1:0"], "cgroup": folder.name, "types": types}

    def cat(self, port, group):
        """A command runs, and has gone into its group first."""
        (group / "cgroup.procs").write_text("")
        self.assertEqual(self.post(port, "/run/t.cat"), 200)
        self.assertEqual((group / "cgroup.procs").read_text().lstrip("\0"), "0")  # of a file, other than of a group, this is the next byte

    def test_the_new_one_uses_the_same_groups(self):
        folder, group, config = self.groups()
        m = Manager("--ephemeral", config=config)
        process = m.start()
        m.hear("READY=1")
        port, pid = m.port(), process.pid
        for most in (8, 9):
            self.cat(port, group)
            config["types"]["t.cat"]["group_pids"] = most + 1
            (m.path / "quern.json").write_text(json.dumps(config))
            pid = self.take_over(m, pid)
            self.assertEqual((group / "pids.max").read_text(), str(most + 1))
        self.cat(port, group)
        self.finish(m, process, pid)
        folder.cleanup()

    def assert_limits(self, group, memory, pids):
        self.assertEqual([(group / name).read_text() for name in ("memory.max", "pids.max")], [memory, pids])

    def test_a_new_one_that_fails_late_leaves_the_limits(self):
        """It has made its groups when it finds out that it cannot listen."""
        folder, group, config = self.groups()
        m = Manager("--ephemeral", config=config)
        process = m.start()
        m.hear("READY=1")
        port = m.port()
        self.assert_limits(group, "33554432", "8")
        with listener() as other:
            del config["types"]["t.cat"]["group_memory"]
            config["types"]["t.cat"]["group_pids"] = 9
            config["listen"] = ["127.0.0.1:0", f"127.0.0.1:{other.getsockname()[1]}"]
            (m.path / "quern.json").write_text(json.dumps(config))
            self.refused(m, process, port, "Address already in use")
        self.assert_limits(group, "33554432", "8")
        self.cat(port, group)
        config["listen"] = ["127.0.0.1:0"]
        (m.path / "quern.json").write_text(json.dumps(config))
        pid = self.take_over(m, process.pid)
        self.assert_limits(group, "max", "9")
        self.cat(port, group)
        self.finish(m, process, pid)
        folder.cleanup()

    def test_limits_are_the_old_ones_until_the_old_one_has_ended(self):
        folder, group, config = self.groups()
        m, process, port, t, answers = self.busy(config)
        config["types"]["t.cat"]["group_pids"] = 10
        (m.path / "quern.json").write_text(json.dumps(config))
        process.send_signal(signal.SIGUSR2)
        pid = self.successor(m)
        self.assert_limits(group, "33554432", "8")
        m.release()
        m.hear("READY=1")
        t.join(PATIENCE_S)
        self.assertEqual(answers, [200])
        self.assert_limits(group, "33554432", "10")
        self.cat(port, group)
        self.finish(m, process, pid)
        folder.cleanup()

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_limits_stay_if_the_new_one_is_told_twice_to_end(self):
        """Then it does not wait for the end of the old one, whose they are."""
        folder, group, config = self.groups()
        m, process, _, t, answers = self.busy(config)
        config["types"]["t.cat"]["group_pids"] = 10
        (m.path / "quern.json").write_text(json.dumps(config))
        process.send_signal(signal.SIGUSR2)
        pid = self.successor(m)
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
        await_end(pid)
        self.assertEqual(answers, [])
        self.assert_limits(group, "33554432", "8")
        m.release()
        t.join(PATIENCE_S)
        self.assertEqual(answers, [200])
        self.assertEqual(process.wait(PATIENCE_S), 1)  # nobody serves
        folder.cleanup()

    def test_limits_are_written_by_one_that_has_given_up_the_right_to(self):
        """Root's groups, and a new configuration that names a user: they are open by then."""
        folder, group, config = self.groups()
        m = Manager("--ephemeral", config=config)
        m.path.chmod(0o755)
        (m.path / "notify").chmod(0o777)
        process = m.start()
        m.hear("READY=1")
        port = m.port()
        config["types"]["t.cat"]["group_pids"] = 9
        (m.path / "quern.json").write_text(json.dumps({"user": "nobody", **config}))
        pid = self.take_over(m, process.pid)
        self.assert_limits(group, "33554432", "9")
        self.cat(port, group)
        self.finish(m, process, pid)
        folder.cleanup()

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_groups_that_are_roots_keep_the_old_one(self):
        """It stays in them, with what it has opened before it became another user."""
        folder, group, config = self.groups()
        m, process = self.as_nobody(config)
        port = m.port()
        self.cat(port, group)
        self.refused(m, process, port, "type 't.cat' has limits for a control group, but")
        self.cat(port, group)
        self.finish(m, process, process.pid)
        folder.cleanup()

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_groups_that_are_left_to_the_user(self):
        folder, group, config = self.groups()
        for path in (group.parent, group, *group.parent.glob("*"), *group.glob("*")):
            os.chown(path, 65534, 65534)
        m, process = self.as_nobody(config)
        port = m.port()
        pid = self.take_over(m, process.pid)
        self.cat(port, group)
        self.finish(m, process, pid)
        folder.cleanup()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=1)

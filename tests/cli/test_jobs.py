"""submit, get, wait, cancel, retry, queues, health."""

import json
import re
import signal
import unittest

from support import DONE, JOB, LATE, REFUSED, SERVER, USAGE, Running, ServerCase, Terminal, quern


class SubmitTest(ServerCase):
    def test_everything_that_can_be_said_of_a_job(self):
        job = self.good("submit", "mail.send", "--args", '["ada@example.org", {"n": 1.50}]', "--queue", "mail", "--priority", "-7",
                        "--delay", "1h30m", "--expires", "2d", "--max-attempts", "5", "--dead-letter", "--run-limit", "90s",
                        "--lease", "2m", "--durability", "memory", "--id", "019414d4-8b30-7000-a001-000000000001", "--tag", "a",
                        "--tag", 'b"\\x', "--meta", '{"trace": "é"}', "--unique", '{"keys": ["type"]}').object
        self.assertEqual(job["id"], "019414d4-8b30-7000-a001-000000000001")
        self.assertEqual(job["state"], "scheduled")
        self.assertEqual(job["args"], ["ada@example.org", {"n": 1.5}])
        self.assertEqual((job["queue"], job["priority"], job["max_attempts"]), ("mail", -7, 5))
        self.assertEqual((job["timeout_ms"], job["visibility_timeout_ms"]), (90000, 120000))
        self.assertEqual((job["tags"], job["meta"]), (["a", 'b"\\x'], {"trace": "é"}))
        self.assertEqual(job["retry"], {"max_attempts": 5, "on_exhaustion": "dead_letter"})
        self.assertEqual(job["unique"], {"keys": ["type"]})
        self.bad("submit", "mail.send", "--id", job["id"], code=REFUSED, says=r"exists already \(409\)")

    def test_when_it_may_start(self):
        self.assertEqual(self.good("submit", "x", "--at", "2040-01-31T09:00:00+01:00").object["scheduled_at"], "2040-01-31T09:00:00+01:00")
        self.bad("submit", "x", "--at", "2040-01-31T09:00:00Z", "--delay", "1s", code=USAGE, says="exclude each other")
        self.bad("submit", "x", "--at", "tomorrow", code=USAGE, says="--at must be a time")
        self.bad("submit", "x", "--delay", "0", code=USAGE, says="--delay must be a time above 0")

    def test_pending(self):
        self.assertEqual(self.good("submit", "x", "--pending").object["state"], "pending")

    def test_arguments_from_a_file_and_from_stdin(self):
        args = self.file("args.json", ' [1, "two", 12345678901234567890]\n')
        said = self.good("submit", "far.args", args, "--queue", "args")
        self.assertEqual(said.object["args"], [1, "two", 12345678901234567890])
        self.assertIn("12345678901234567890", said.out)
        self.assertEqual(self.good("submit", "far.args", "-", "--queue", "args", stdin=b'["in"]').object["args"], ["in"])
        self.assertEqual(self.good("submit", "far.args", "--queue", "args").object["args"], [])

    def test_bad_arguments(self):
        self.bad("submit", "x", "--args", '{"a": 1}', code=USAGE, says="--args must be a JSON array")
        self.bad("submit", "x", "--args", "[1,", code=USAGE, says="--args: .* at byte 3")
        self.bad("submit", "x", "-", stdin=b"{}", code=USAGE, says="-: the arguments of a job are a JSON array")
        self.bad("submit", "x", "-", stdin=b"", code=USAGE, says="the arguments of a job are a JSON array")
        self.bad("submit", "x", "-", "--args", "[]", stdin=b"[]", code=USAGE, says="not from two of them")
        self.bad("submit", "x", "--retry", "{}", "--max-attempts", "2", code=USAGE, says="whole policy")
        self.bad("submit", "x", "--durability", "stone", code=USAGE, says="must be one of memory, logged, synced")
        self.bad("submit", "X", code=REFUSED, says=r"'type' must be .*\(400\)")
        self.bad("submit", "x", "--priority", "1000", code=REFUSED, says=r"priority.*\(400\)")

    def test_wait_for_the_end(self):
        job = self.good("submit", "burn", "-p", "ms=5", "--wait").object
        self.assertEqual((job["state"], job["attempt"]), ("completed", 1))
        late = self.quern("submit", "far.away", "--queue", "far", "--wait=100ms")
        self.assertEqual((late.code, late.object["state"]), (LATE, "available"), late)
        self.assertRegex(late.err, r"^quern: job \S+ has not ended: it is available, attempt 0\n$")

    def test_a_job_is_one_line_whatever_its_result_is(self):
        said = self.good("submit", "burn", "-p", "ms=1", "--wait")
        self.assertEqual(said.out.count("\n"), 1)
        self.assertEqual(sorted(said.object["result"]), ["cpu_ms", "steps"])

    def test_table(self):
        lines = self.good("submit", "burn", "-p", "ms=1", "--wait", "-o", "table").out.splitlines()
        self.assertEqual(lines[0].split(), ["ID", "STATE", "TYPE", "QUEUE", "ATTEMPT", "NOTE"])
        self.assertEqual(lines[1].split()[1:], ["completed", "burn", "default", "1", "-"])
        self.assertEqual(len(lines), 2)


class JobsTest(ServerCase):
    def test_get_several(self):
        ids = [self.submit("x.get") for _ in range(3)]
        self.assertEqual([job["id"] for job in self.good("get", *ids).objects], ids)
        self.assertEqual(self.good("get", *ids, "-q").out.split(), ids)
        self.assertEqual(len(self.good("get", *ids, "-o", "table").out.splitlines()), 4)

    def test_get_one_in_detail(self):
        job = self.submit("x.get", "--args", json.dumps(["\x1b[2Jwiped"]))
        out = self.good("get", job, "--format", "table").out
        self.assertRegex(out, rf"(?m)^id +{job}$")
        self.assertRegex(out, r"(?m)^state +available$")
        self.assertNotIn("\x1b", out)

    def test_some_are_not_there(self):
        job, none = self.submit("x.get"), "019414d4-8b30-7000-a001-0000000000ff"
        said = self.quern("get", none, job)
        self.assertEqual((said.code, said.object["id"]), (REFUSED, job), said)
        self.assertEqual(said.err, f"quern: There is no job '{none}' (404)\n")
        self.bad("get", "../queues", code=REFUSED, says="40[04]")

    def test_wait(self):
        ids = [self.submit("sleep", "-p", f"ms={ms}") for ms in (60, 1)]
        self.assertEqual([(j["id"], j["state"]) for j in self.good("wait", *ids).objects], [(i, "completed") for i in ids])

    def test_wait_for_one_that_fails(self):
        job = self.submit("far.fails", "--queue", "fails", "--max-attempts", "1")
        running = Running("wait", job, url=self.server.url)
        self.fail_job(self.fetch("fails"), "broken\x1b[31m")
        said = running.end()
        self.assertEqual((said.code, said.object["state"]), (JOB, "discarded"), said)
        table = self.good("wait", job, "-o", "table", code=JOB).out
        self.assertIn("broken?[31m", table)

    def test_wait_for_one_that_is_cancelled(self):
        job = self.submit("far.cancel", "--queue", "cancel")
        running = Running("wait", job, url=self.server.url)
        self.assertEqual(self.good("cancel", job).object["state"], "cancelled")
        said = running.end()
        self.assertEqual((said.code, said.object["state"]), (JOB, "cancelled"), said)
        self.bad("cancel", job, code=REFUSED, says=r"Cannot cancel a job in state 'cancelled' \(409\)")

    def test_wait_too_long(self):
        job = self.submit("far.away", "--queue", "far")
        said = self.quern("wait", job, "--timeout", "150ms")
        self.assertEqual((said.code, said.object["state"]), (LATE, "available"), said)

    def test_wait_shows_the_job_on_a_terminal_and_ends_at_ctrl_c(self):
        job = self.submit("far.away", "--queue", "far")
        terminal = Terminal("wait", job, url=self.server.url)
        terminal.wait_for(rf"{job}  available, attempt 0  \d")
        self.assertEqual(terminal.end(signal.SIGINT), -signal.SIGINT)
        self.assertTrue(terminal.shown.endswith("\r\x1b[K"), repr(terminal.shown))

    def test_a_table_on_a_terminal(self):
        job = self.submit("x.get")
        terminal = Terminal("get", job, url=self.server.url)
        self.assertEqual(terminal.end(), DONE)
        self.assertRegex(terminal.shown, rf"id +{job}\r\n")

    def test_retry_a_dead_letter(self):
        job = self.submit("far.dead", "--queue", "dead", "--max-attempts", "1", "--dead-letter")
        self.bad("retry", job, code=REFUSED, says=r"\(40[49]\)$")
        self.fail_job(self.fetch("dead"), "broken")
        self.assertEqual(self.good("retry", job).object["state"], "available")

    def test_queues(self):
        self.submit("x.q", "--queue", "q1")
        names = [q["name"] for q in self.good("queues").objects]
        self.assertIn("q1", names)
        self.assertEqual(self.good("queues", "q1").object["counts"]["available"], 1)
        self.assertRegex(self.good("queues", "q1", "-o", "table").out, r"(?m)^QUEUE +STATUS +AVAILABLE.*\nq1 +active +1 ")
        self.bad("queues", "nosuch", code=REFUSED, says="no job has named a queue 'nosuch'")

    def test_many_queues_come_in_pages(self):
        for i in range(230):
            self.post("/jobs", {"type": "x.pages", "args": [], "queue": f"page-{i:03}"})
        names = [q["name"] for q in self.good("queues").objects if q["name"].startswith("page-")]
        self.assertEqual(sorted(names), [f"page-{i:03}" for i in range(230)])
        self.assertEqual(self.good("queues", "page-229").object["name"], "page-229")

    def test_watch(self):
        said = self.good("queues", "--watch=50ms", "--timeout", "300ms", "--json")
        self.assertGreaterEqual(said.out.count('"name":"x'), 0)
        running = Running("health", "--watch=20ms", url=self.server.url)
        self.assertEqual([json.loads(running.line())["status"] for _ in range(3)], ["ok"] * 3)
        self.assertEqual(running.end(signal.SIGTERM).code, -signal.SIGTERM)


class HealthTest(ServerCase):
    server_args = ()

    def test_well(self):
        self.assertEqual(self.good("health").object["status"], "ok")
        self.assertRegex(self.good("health", "-o", "table").out, r"^STATUS +VERSION.*\nok +1\.0 +memory .* yes\n$")

    def test_no_server(self):
        said = quern("health", "--url", "127.0.0.1:1")
        self.assertEqual(said.code, SERVER, said)
        self.assertRegex(said.err, "^quern: no answer from http://127.0.0.1:1: ")


class UsageTest(unittest.TestCase):
    def refused(self, *args, says):
        said = quern(*args)
        self.assertEqual((said.code, said.out), (USAGE, ""), said)
        self.assertRegex(said.err, says)
        self.assertEqual(said.err.count("\n"), 1, said)

    def test_command_line(self):
        self.refused(says="a command is missing")
        self.refused("nosuch", says="there is no command 'nosuch'")
        self.refused("help", "nosuch", says="there is no command 'nosuch'")
        self.refused("get", says="something is missing: quern get ID")
        self.refused("result", "a", "b", says="'b' is too much: quern result ID")
        self.refused("get", "--nosuch=1", "x", says="--nosuch is no option of quern get")
        self.refused("--nosuch", says="--nosuch is no option of quern in front of a command")
        self.refused("get", "x", "-z", says="-z is no option of quern get")
        self.refused("get", "x", "--url", says="--url needs a value: URL")
        self.refused("get", "x", "--json=1", says="--json takes no value")
        self.refused("get", "x", "--timeout", "1s", "--timeout", "2s", says="--timeout is given twice")
        self.refused("get", "x", "--timeout", "soon", says="--timeout must be a time above 0")
        self.refused("get", "x", "--json", "-o", "table", says="exclude each other")
        self.refused("--json", "run", "echo", says="--json has no meaning for quern run")
        self.refused("get", "x", "--url", "ftp://h", says="'ftp://h' is no URL of a server")
        self.refused("get", "x", "--url", "http://h/?q", says="is no URL of a server")
        self.refused("submit", "x", "--priority", "high", says="--priority must be an integer")
        self.refused("submit", "x", "--queue=", says="--queue: its value is empty")

    def test_help_and_version(self):
        for args in (["--help"], ["help"], ["-h"]):
            said = quern(*args)
            self.assertEqual((said.code, said.err), (DONE, ""), said)
            self.assertRegex(said.out, r"(?m)^usage: quern COMMAND")
            self.assertRegex(said.out, r"(?m)^exit codes: 0 done")
        for args in (["help", "submit"], ["submit", "--help"], ["submit", "x", "--wrong", "-h"][:2] + ["-h"]):
            self.assertRegex(quern(*args).out, r"^usage: quern submit TYPE")
        self.assertRegex(quern("--version").out, r"^quern \d+\.\d+\.\d+\n$")

    def test_options_stand_anywhere(self):
        for args in (["--url", "127.0.0.1:1", "health"], ["health", "--url=127.0.0.1:1"], ["health", "-u127.0.0.1:1"],
                     ["-qu", "127.0.0.1:1", "health"], ["-o", "json", "health", "-u", "127.0.0.1:1"]):
            self.assertEqual(quern(*args).code, SERVER, args)
        self.assertEqual(quern("health", url="http://127.0.0.1:1/").code, SERVER)
        self.refused("get", "-u", "127.0.0.1:1", "--", says="something is missing")

    def test_stdout_that_takes_nothing(self):
        import subprocess

        from support import PROGRAM, environment

        with open("/dev/full", "wb") as full:
            said = subprocess.run([PROGRAM, "help"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
        self.assertEqual(said.returncode, USAGE)
        self.assertTrue(re.match(rb"quern: cannot write to stdout", said.stderr), said.stderr)


if __name__ == "__main__":
    unittest.main()

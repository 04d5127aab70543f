"""list, tail, top, workers, dead letters, queues held back."""

import json
import re
import signal
import unittest

from support import DONE, REFUSED, SERVER, USAGE, Fake, Running, ServerCase, Terminal, answer, quern


class EventsTest(ServerCase):
    def test_recent_jobs_have_their_latest_state(self):
        done = self.submit("burn", "-p", "ms=1", "--queue", "l1", "--wait")
        waiting = [self.submit("x.list", "--queue", "l1") for _ in range(3)]
        self.good("cancel", waiting[0])
        found = self.good("list", "--recent", "--queue", "l1").objects
        self.assertEqual([(o["id"], o["state"]) for o in found],
                         [(waiting[0], "cancelled"), (waiting[2], "available"), (waiting[1], "available"), (done, "completed")])
        self.assertEqual(self.good("list", "--recent", "--queue", "l1", "-s", "available", "-q").out.split(), waiting[:0:-1])
        self.assertEqual(self.good("list", "--recent", "--queue", "l1", "-t", "burn", "-q").out.split(), [done])
        self.assertEqual(self.good("list", "--recent", "--queue", "l1", "-n", "2", "-q").out.split(), [waiting[0], waiting[2]])
        self.assertEqual(self.good("list", "--recent", "--queue", "l1", "-n", "0").out, "")
        table = self.good("list", "--recent", "--queue", "l1", "-o", "table").out.splitlines()
        self.assertEqual(table[0].split(), ["ID", "STATE", "TYPE", "QUEUE", "ATTEMPT", "SINCE"])
        self.assertEqual(len(table), 5)

    def test_recent_reads_all_pages(self):
        lines = (json.dumps({"type": "x.pages", "args": [], "queue": "pages"}) + "\n") * 1100
        self.good("submit", "--batch", "-", stdin=lines.encode())
        self.assertEqual(len(set(self.good("list", "--recent", "--queue", "pages", "-n", "5000", "-q").out.split())), 1100)

    def test_list(self):
        done = self.submit("burn", "-p", "ms=1", "--queue", "l2", "--wait")
        waiting = [self.submit("x.list", "--queue", "l2") for _ in range(3)]
        self.assertEqual(sorted(o["id"] for o in self.good("list", "--queue", "l2").objects), sorted([done, *waiting]))
        self.assertEqual(sorted(self.good("list", "--queue", "l2", "-s", "available", "-q").out.split()), sorted(waiting))
        self.assertEqual(self.good("list", "--queue", "l2", "-t", "burn", "-q").out.split(), [done])
        self.assertEqual(len(self.good("list", "--queue", "l2", "-n", "2").objects), 2)
        self.assertEqual(self.good("list", "-n", "0").out, "")
        table = self.good("list", "--queue", "l2", "-o", "table").out.splitlines()
        self.assertEqual(table[0].split()[:4], ["ID", "STATE", "TYPE", "QUEUE"])
        self.assertEqual(len(table), 5)

    def test_tail_shows_what_has_been_and_what_comes(self):
        before = [self.submit("x.tail", "--queue", "tail") for _ in range(3)]
        running = Running("tail", "--queue", "tail", "-n", "2", url=self.server.url)
        self.assertEqual([json.loads(running.line())["data"]["job_id"] for _ in range(2)], before[1:])
        self.submit("x.other", "--queue", "other")
        after = self.submit("x.tail", "--queue", "tail")
        event = json.loads(running.line())
        self.assertEqual((event["type"], event["data"]["job_id"]), ("job.enqueued", after))
        said = running.end(signal.SIGINT)
        self.assertEqual((said.code, said.out, said.err), (-signal.SIGINT, "", ""))

    def test_tail_without_following(self):
        job = self.submit("x.once", "--queue", "once")
        self.assertRegex(self.good("tail", "--no-follow", "--queue", "once", "-o", "table").out,
                         rf"^\S+Z  job\.enqueued +{job}  available  x\.once +once\n$")
        self.assertEqual(self.good("tail", "--no-follow", "-n", "0").out, "")
        self.assertEqual(self.good("tail", "-n", "0", "--timeout", "300ms").out, "")
        self.bad("tail", "-n", "-1", code=USAGE, says="--limit must be from 0")
        self.bad("list", "-n", "many", code=USAGE, says="--limit must be an integer")

    def test_workers(self):
        self.good("run", "burn", "-p", "ms=1")
        found = self.good("workers").object
        self.assertEqual((found["workers"], found["hung"], found["replaced"]), (1, 0, 0))
        self.assertGreaterEqual(found["run"], 1)
        self.assertRegex(self.good("workers", "-o", "table").out, r"^WORKERS +BUSY .*\n +1 +\d")

    def test_top(self):
        self.submit("x.top", "--queue", "top")
        said = self.good("top", "--watch=100ms", "--timeout", "500ms")
        self.assertRegex(said.out, r"(?m)^top +active +1 ")
        self.assertRegex(said.out, r"calls \d+   jobs \d+ since its start\n")
        self.assertRegex(said.out, r"calls \d+\.\d/s   jobs \d+\.\d/s   workers \d+ %")
        self.assertNotIn("\x1b", said.out)

    def test_top_on_a_terminal(self):
        terminal = Terminal("top", "--watch=100ms", url=self.server.url)
        terminal.wait_for(r"WORKERS(?s:.*)\x1b\[H\x1b\[2J(?s:.*)WORKERS")
        self.assertEqual(terminal.end(signal.SIGINT), -signal.SIGINT)

    def test_a_reader_that_goes_away(self):
        self.submit("x.pipe")
        running = Running("top", "--watch=10ms", url=self.server.url)
        running.line()
        running.process.stdout.close()
        self.assertEqual(running.process.wait(30), -signal.SIGPIPE)
        self.assertEqual(running.process.stderr.read(), b"")
        running.process.stderr.close()


class DeadTest(ServerCase):
    def make(self, queue, n=1):
        ids = []
        for _ in range(n):
            ids.append(self.submit("x.dead", "--queue", queue, "--max-attempts", "1", "--dead-letter"))
            self.fail_job(self.fetch(queue), f"broken in {queue}")
        return ids

    def test_list(self):
        ids, others = self.make("d1", 3), self.make("d2")
        self.assertEqual(sorted(o["id"] for o in self.good("dead", "list", "--queue", "d1").objects), sorted(ids))
        self.assertEqual(self.good("dead", "list", "--queue", "d2", "-q").out.split(), others)
        self.assertEqual(len(self.good("dead", "-n", "2").objects), 2)
        self.assertEqual(self.good("dead", "-t", "x.none").out, "")
        self.assertRegex(self.good("dead", "--queue", "d2", "-o", "table").out, rf"(?m)^{others[0]}  discarded  x.dead  d2 +1  broken in d2$")
        self.bad("dead", "-n", "0", code=USAGE, says="--limit must be above 0")

    def test_more_than_a_page(self):
        ids = self.make("d3", 45)
        self.assertEqual(sorted(self.good("dead", "--queue", "d3", "-q").out.split()), sorted(ids))

    def test_retry(self):
        job = self.make("d4")[0]
        self.assertEqual(self.good("dead", "retry", job).object["state"], "available")
        self.assertEqual(self.good("dead", "--queue", "d4").out, "")

    def test_delete(self):
        one, two, three = self.make("d5", 3)
        self.assertEqual(self.good("dead", "delete", one).object, {"deleted": True, "job_id": one})
        self.assertEqual(self.good("dead", "delete", two, "-o", "table").out, f"{two} is deleted\n")
        said = self.good("dead", "delete", one, three, "-q", code=REFUSED)
        self.assertEqual(said.out, three + "\n")


class OtherServersTest(unittest.TestCase):
    """What the real server may not have yet, and odd answers."""

    def test_holding_a_queue_back(self):
        def serve(request, _):
            verb = re.match(rb"POST /ojs/v1/queues/a%2Fb/(pause|resume) ", request)[1]
            return answer(200, {"queue": "a/b", "status": "paused" if verb == b"pause" else "active"})

        with Fake(serve) as fake:
            paused = quern("queues", "pause", "a/b", url=fake.url)
            resumed = quern("queues", "resume", "a/b", "-o", "table", url=fake.url)
        self.assertEqual((paused.code, paused.object["status"]), (DONE, "paused"), paused)
        self.assertEqual((resumed.code, resumed.out), (DONE, "a/b is active\n"), resumed)

    def test_a_queue_called_pause(self):
        with Fake(lambda *_: answer(200, {"queues": [{"name": "pause"}]})) as fake:
            said = quern("queues", "--", "pause", url=fake.url)
        self.assertEqual(said.object, {"name": "pause"})

    def test_a_list_in_pages(self):
        def serve(request, _):
            path = request.split(b" ")[1].decode()
            page = {"jobs": [{"id": f"a{i}", "state": "active"} for i in range(50)], "pagination": {"next_cursor": "50"}}
            return answer(200, page if "cursor" not in path else {"jobs": [{"id": "last"}, 5], "pagination": {}})

        with Fake(serve) as fake:
            said = quern("list", "--queue", "a&b", "-n", "60", "-q", url=fake.url)
            few = quern("list", "-n", "3", "-q", url=fake.url)
        self.assertEqual(said.out.split(), [f"a{i}" for i in range(50)] + ["last"], said)
        self.assertEqual([r.split(b" ")[1] for r in fake.requests], [b"/ojs/v1/jobs?limit=50&queue=a%26b",
                         b"/ojs/v1/jobs?limit=50&queue=a%26b&cursor=50", b"/ojs/v1/jobs?limit=3"])
        self.assertEqual(few.out.split(), ["a0", "a1", "a2"])

    def test_a_server_that_does_not_list_its_jobs(self):
        def serve(request, _):
            if b"/events?" not in request:
                return answer(405, {"error": {"message": "No."}})
            return answer(200, {"events": [{"data": {"job_id": "j", "state": "active"}}], "has_more": False})

        with Fake(serve) as fake:
            said = quern("list", url=fake.url)
        self.assertEqual((said.code, said.object, said.err), (DONE, {"id": "j", "state": "active"}, ""), said)

    def test_a_list_that_is_refused(self):
        with Fake(lambda *_: answer(400, {"error": {"message": "No such state."}})) as fake:
            said = quern("list", "-s", "x", url=fake.url)
        self.assertEqual((said.code, said.out, said.err), (REFUSED, "", "quern: No such state (400)\n"), said)

    def test_schedules(self):
        job = {"name": "n", "cron": "@daily", "timezone": "UTC", "type": "x", "enabled": False, "next_run_at": None, "run_count": 3}

        def serve(request, _):
            if request.startswith(b"GET "):
                return answer(200, {"cron_jobs": [job], "count": 1})
            return answer(201, {"cron_job": job, "deleted": True, "name": "n"})

        with Fake(serve) as fake:
            said = [quern("cron", *words, url=fake.url) for words in (
                ["list"], ["add", "n", "@daily", "x", "--args", "[1]"], ["add", "n", "@daily", "x", "--replace"], ["remove", "n", "m"],
                ["disable", "n"], ["enable", "n"])]
            table = quern("cron", "-o", "table", url=fake.url)
        self.assertEqual([s.code for s in said], [DONE] * 6, said)
        self.assertEqual(said[0].object, job)
        self.assertEqual(said[1].object, job)
        self.assertRegex(table.out, r"^NAME +CRON +ZONE +TYPE +ON +NEXT +LAST +RUNS\nn +@daily +UTC +x +no +- +- +3\n$")
        heads = [(r.split(b" ")[0] + b" " + r.split(b" ")[1]).decode() for r in fake.requests]
        self.assertEqual(heads[1:7], ["POST /ojs/v1/cron", "PUT /ojs/v1/cron/n", "DELETE /ojs/v1/cron/n", "DELETE /ojs/v1/cron/m",
                                      "PATCH /ojs/v1/cron/n", "PATCH /ojs/v1/cron/n"])
        bodies = [r.partition(b"\r\n\r\n")[2].decode() for r in fake.requests]
        self.assertEqual(json.loads(bodies[1]), {"name": "n", "cron": "@daily", "type": "x", "args": [1], "options": {}})
        self.assertEqual(bodies[5:7], ['{"enabled":false}', '{"enabled":true}'])

    def test_figures_of_something_else(self):
        with Fake(lambda *_: answer(200, b"up 1\n", "text/plain")) as fake:
            said = quern("workers", url=fake.url)
        self.assertEqual((said.code, said.out), (SERVER, ""), said)
        self.assertIn("no figures of workers", said.err)

    def test_odd_events(self):
        events = [5, {}, {"data": 7, "type": None}, {"data": {"job_id": 3}}, {"data": {"job_id": "j\x1b", "state": "\n"}, "time": "t"}]
        with Fake(lambda *_: answer(200, {"events": events, "cursor": "", "has_more": True})) as fake:
            tail = quern("tail", "--no-follow", "-o", "table", url=fake.url)
            listed = quern("list", "--recent", "-o", "table", url=fake.url)
        self.assertEqual((tail.code, tail.out.count("\n")), (DONE, 4), tail)
        self.assertNotIn("\x1b", tail.out + listed.out)
        self.assertEqual((listed.code, len(listed.out.splitlines())), (DONE, 3), listed)

    def test_pages_without_end(self):
        with Fake(lambda *_: answer(200, {"events": [], "cursor": "same", "has_more": True})) as fake:
            self.assertEqual(quern("list", "--recent", url=fake.url).code, DONE)
        self.assertEqual(len(fake.requests), 2)


if __name__ == "__main__":
    unittest.main()

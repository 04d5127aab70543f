"""Servers that go wrong: what quern says, how it ends, and that it does end."""

import json
import threading
import unittest

from support import JOB, LATE, REFUSED, SERVER, USAGE, Fake, answer, quern

ID = "019414d4-8b30-7000-a001-000000000001"
JOB_DONE = {"job": {"id": ID, "type": "x", "queue": "q", "state": "completed", "attempt": 1}}


class BadServerTest(unittest.TestCase):
    def ask(self, serve, *args, code, says, out=""):
        """One run against a server that answers so; serve: bytes, or a function."""
        with Fake(serve if callable(serve) else lambda *_: serve) as fake:
            said = quern(*args, url=fake.url)
        self.assertEqual((said.code, said.out), (code, out), said)
        self.assertRegex(said.err, says)
        self.assertEqual(said.err.count("\n"), 1, said)
        return fake

    def test_garbage(self):
        self.ask(b"SSH-2.0-OpenSSH\r\n\r\n", "get", ID, code=SERVER, says="no answer from http://127")
        self.ask(b"\x00" * 100 + b"\n", "get", ID, code=SERVER, says="no answer from")

    def test_closed_at_once(self):
        self.ask(lambda *_: None, "get", ID, code=SERVER, says="no answer from .*: Empty reply")
        self.ask(lambda *_: None, "run", "echo", code=SERVER, says="no answer from")

    def test_cut_bodies(self):
        def cut(request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

        self.ask(cut, "get", ID, code=SERVER, says="the answer was cut off")
        self.ask(cut, "run", "echo", code=SERVER, says="the answer was cut off", out="half of it")

    def test_a_cut_result_makes_no_file(self):
        import tempfile
        from pathlib import Path

        def cut(request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")

        with tempfile.TemporaryDirectory() as folder:
            self.ask(cut, "run", "echo", "-o", f"{folder}/x", code=SERVER, says="no answer from")
            self.assertEqual(list(Path(folder).iterdir()), [])

    def test_no_json(self):
        self.ask(answer(200, b"<html>"), "get", ID, code=SERVER, says="cannot be read: .* at byte 0")
        self.ask(answer(200, b'{"job": {"id"'), "get", ID, code=SERVER, says="cannot be read: .* at byte")
        self.ask(answer(200, b""), "get", ID, code=SERVER, says="cannot be read")
        self.ask(answer(200, [1]), "get", ID, code=SERVER, says="is no JSON object")
        self.ask(answer(200, b"[" * 10000), "get", ID, code=SERVER, says="cannot be read")
        self.ask(answer(200, b'{"job": {"a": 1, "a": 2}}'), "get", ID, code=SERVER, says="cannot be read")

    def test_json_of_another_kind(self):
        self.ask(answer(200, {}), "get", ID, code=SERVER, says="has no 'job' as it should")
        self.ask(answer(200, {"job": 7}), "get", ID, code=SERVER, says="has no 'job' as it should")
        self.ask(answer(200, {"queues": {}}), "queues", code=SERVER, says="has no 'queues' as it should")
        self.ask(answer(200, {"job": {"state": ["completed"]}}), "wait", ID, "--timeout", "300ms", code=LATE, says="has not ended",
                 out='{"state": ["completed"]}\n')

    def test_a_job_with_members_of_other_kinds_is_shown_as_it_is(self):
        odd = {"job": {"id": 5, "state": None, "type": {"a": 1}, "attempt": "many", "progress": "x", "error": "text"}}
        with Fake(lambda *_: answer(200, odd)) as fake:
            said = quern("get", ID, ID, "-o", "table", url=fake.url)
        self.assertEqual(said.code, 0, said)
        self.assertRegex(said.out.splitlines()[1], r'^5 +- +\{"a": 1\} +- +many +-$')

    def test_500(self):
        error = {"error": {"code": "internal_error", "message": "The mill is stuck.\x1b[31m\n2"}}
        self.ask(answer(500, error), "get", ID, code=SERVER, says=r"^quern: The mill is stuck\.\?\[31m\?2 \(500\)\n$")
        self.ask(answer(503, {"detail": "All workers are busy."}), "run", "echo", code=SERVER, says=r"^quern: All workers are busy \(503\)\n$")
        self.ask(answer(500, b"<html>oops"), "get", ID, code=SERVER, says=r"the answer is 500, without a reason \(500\)")
        self.ask(answer(302, b""), "get", ID, code=SERVER, says="the answer is 302")
        self.ask(answer(418, {"error": "text"}), "get", ID, code=REFUSED, says="the answer is 418")

    def test_a_long_error(self):
        self.ask(answer(500, {"error": {"message": "x" * 500000}}), "get", ID, code=SERVER, says="the answer is 500")

    def test_what_a_call_is_told(self):
        failed = answer(422, {"detail": "No picture."}).replace(b"\r\n", b"\r\nQuern-Job-Type: x\r\n", 1)
        self.ask(failed, "run", "x", code=JOB, says=r"No picture \(422\)")
        self.ask(answer(422, {"detail": "Another key."}), "run", "x", code=REFUSED, says=r"Another key \(422\)")
        self.ask(answer(504, {"detail": "Too long."}), "run", "x", code=LATE, says=r"Too long \(504\)")
        self.ask(answer(413, {"detail": "Too large."}), "run", "x", code=REFUSED, says=r"Too large \(413\)")

    def test_a_call_that_becomes_a_job(self):
        def serve(request, _):
            if request.startswith(b"POST /run/x?a=1%262 "):
                return b"HTTP/1.1 202 Accepted\r\nLocation: /ojs/v1/jobs/" + ID.encode() + b"\r\nContent-Length: 2\r\n\r\n{}"
            if request.startswith(b"GET /ojs/v1/jobs/%s/result " % ID.encode()):
                return answer(200, b"flour", "text/plain")
            return answer(200, JOB_DONE)

        with Fake(serve) as fake:
            said = quern("run", "x", "-p", "a=1&2", "--wait=20s", url=fake.url)
        self.assertEqual((said.code, said.out, said.err), (0, "flour", ""), said)
        self.assertIn(b"\r\nPrefer: respond-async, wait=20\r\n", fake.requests[0])
        self.assertEqual(fake.connections, 1)

    def test_silence_and_the_time_of_the_command(self):
        ended = threading.Event()

        def silent(request, _):
            ended.wait(30)

        with Fake(silent) as fake:
            said = quern("get", ID, "--timeout", "200ms", url=fake.url)
            ended.set()
        self.assertEqual((said.code, said.out), (LATE, ""), said)
        self.assertRegex(said.err, "no answer from .* within the time that was set")

    def test_a_server_that_does_not_wait_is_not_asked_without_pause(self):
        waiting = {"job": {"id": ID, "state": "active"}}
        with Fake(lambda *_: answer(200, waiting)) as fake:
            said = quern("wait", ID, "--timeout", "700ms", url=fake.url)
        self.assertEqual((said.code, said.object["state"]), (LATE, "active"), said)
        self.assertLess(len(fake.requests), 8)
        self.assertIn(b"GET /ojs/v1/jobs/%s?wait=1 HTTP/1.1\r\n" % ID.encode(), fake.requests[0])
        self.assertIn(b"\r\nPrefer: wait=1\r\n", fake.requests[0])

    def test_pages_that_go_on(self):
        def serve(request, _):
            cursor = request.partition(b"cursor=")[2].partition(b" ")[0].decode()
            page = {"queues": [{"name": "q" + cursor}], "pagination": {}}
            if cursor != "a%26b":
                page["pagination"]["next_cursor"] = "a&b"
            return answer(200, page)

        with Fake(serve) as fake:
            said = quern("queues", url=fake.url)
        self.assertEqual([q["name"] for q in said.objects], ["q", "qa%26b"], said)

    def test_a_connection_is_kept(self):
        with Fake(lambda *_: answer(200, JOB_DONE)) as fake:
            quern("get", *[ID] * 20, url=fake.url)
        self.assertEqual((fake.connections, len(fake.requests)), (1, 20))

    def test_too_many_bytes_for_a_document(self):
        def serve(request, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            for _ in range(2000):
                connection.sendall(b" " * 65536)

        self.ask(serve, "get", ID, code=SERVER, says="larger than 64 MiB")

    def test_health_of_a_server_in_trouble(self):
        def serve(request, _):
            if b" /readyz " in request:
                return answer(503, b"draining\n", "text/plain")
            return answer(503, {"status": "degraded"})

        with Fake(serve) as fake:
            said = quern("health", url=fake.url)
        self.assertEqual((said.code, said.object), (SERVER, {"status": "degraded"}), said)
        self.assertEqual(said.err, "quern: the server takes no work: draining\n")

    def test_an_id_stays_inside_its_segment(self):
        with Fake(lambda *_: answer(404, {"error": {"message": "No."}})) as fake:
            quern("cancel", "../../run/x?y#z", url=fake.url)
        self.assertTrue(fake.requests[0].startswith(b"DELETE /ojs/v1/jobs/..%2F..%2Frun%2Fx%3Fy%23z HTTP/1.1\r\n"), fake.requests)

    def test_usage_does_not_reach_the_server(self):
        with Fake(lambda *_: answer(200, JOB_DONE)) as fake:
            self.assertEqual(quern("submit", "x", "--args", "nope", url=fake.url).code, USAGE)
        self.assertEqual((fake.connections, json.dumps(fake.requests)), (0, "[]"))


if __name__ == "__main__":
    unittest.main()

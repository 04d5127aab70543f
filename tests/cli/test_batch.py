"""submit --batch: a job for each line."""

import json
import unittest

from support import DONE, REFUSED, SERVER, USAGE, Fake, ServerCase, answer, quern

GOOD = '{"type": "x.batch", "args": [1], "queue": "batch"}'


def ids(n):
    return [f"019414d4-8b30-7000-a001-{i:012}" for i in range(n)]


class BatchTest(ServerCase):
    def test_every_line_is_a_job(self):
        lines = "".join(json.dumps({"type": "x.many", "args": [i], "queue": "many"}) + "\n" for i in range(501))
        said = self.good("submit", "--batch", "-", stdin=lines.encode())
        self.assertEqual([o["line"] for o in said.objects], list(range(1, 502)))
        self.assertEqual({o["state"] for o in said.objects}, {"available"})
        jobs = self.good("get", *[o["id"] for o in said.objects][:30]).objects
        self.assertEqual([job["args"] for job in jobs], [[i] for i in range(30)])
        self.assertEqual(self.good("queues", "many").object["counts"]["available"], 501)

    def test_bad_lines_are_reported_in_their_place(self):
        text = f'{GOOD}\n\nnonsense\n{GOOD}\r\n[1]\n{{"type": "NO", "args": []}}\n  \n{{"type": "x", "args": [], "args": []}}\n{GOOD}'
        said = self.good("submit", "--batch", self.file("lines.ndjson", text), code=REFUSED)
        self.assertEqual([(o["line"], "id" in o) for o in said.objects],
                         [(1, True), (3, False), (4, True), (5, False), (6, False), (8, False), (9, True)])
        errors = [o["error"] for o in said.objects if "error" in o]
        for error, says in zip(errors, ["invalid JSON at byte 1", "no JSON object", "'type' must be", "twice"], strict=True):
            self.assertIn(says, error)
        self.assertEqual(said.err, "quern: 4 of 7 lines were not submitted\n")

    def test_as_a_table_and_as_ids(self):
        path = self.file("two.ndjson", f"{GOOD}\nnonsense\n")
        said = self.good("submit", "--batch", path, "-o", "table", code=REFUSED)
        first, second = said.out.splitlines()
        self.assertRegex(first, r"^ +1  [0-9a-f-]{36}  available$")
        self.assertRegex(second, r"^ +2  - +invalid JSON at byte 1$")
        said = self.good("submit", "--batch", path, "-q", code=REFUSED)
        self.assertRegex(said.out, r"^[0-9a-f-]{36}\n$")
        self.assertEqual(said.err, "quern: line 2: invalid JSON at byte 1\nquern: 1 of 2 lines were not submitted\n")

    def test_an_empty_file(self):
        self.assertEqual(self.good("submit", "--batch", "/dev/null").out, "")

    def test_a_line_that_is_too_long(self):
        said = self.good("submit", "--batch", "-", stdin=b'{"a":"' + b"x" * 3_000_000 + b'"}\n' + GOOD.encode(), code=REFUSED)
        self.assertEqual([o.get("error") for o in said.objects], ["it is longer than 2 MiB", None])

    def test_a_line_that_the_server_finds_too_large(self):
        large = json.dumps({"type": "x", "args": ["y" * 1_500_000]})
        said = self.good("submit", "--batch", "-", stdin=f"{GOOD}\n{large}\n{GOOD}\n".encode(), code=REFUSED)
        self.assertEqual(["id" in o for o in said.objects], [True, False, True])

    def test_usage(self):
        self.bad("submit", code=USAGE, says="something is missing: quern submit TYPE, or --batch FILE")
        self.bad("submit", "x", "--batch", "-", code=USAGE, says="'x' is too much")
        self.bad("submit", "--batch", "-", "--queue", "q", code=USAGE, says="--queue has no meaning with --batch")
        self.bad("submit", "--batch", self.path / "none", code=USAGE, says="cannot open")
        self.bad("submit", "--batch", self.path, code=USAGE, says="it is a folder")


class BatchOfOthersTest(unittest.TestCase):
    """Servers that take many jobs at once, and that do not."""

    def batch(self, serve, lines, *args):
        with Fake(serve) as fake:
            said = quern("submit", "--batch", "-", *args, url=fake.url, stdin=lines.encode())
        paths = [request.split(b" ")[1].decode() for request in fake.requests]
        return said, paths, fake

    def test_many_at_once(self):
        def serve(request, _):
            jobs = json.loads(request.partition(b"\r\n\r\n")[2])["jobs"]
            items = [{"index": i, "status": "created", "job": {"id": job["args"][0], "state": "available"}} for i, job in enumerate(jobs)]
            items[1] = {"index": 1, "status": "failed", "error": {"message": "No."}}
            return answer(207, {"items": items})

        lines = "".join(json.dumps({"type": "x", "args": [i]}) + "\n" + "bad\n" * (k == 0) for k, i in enumerate(ids(5)))
        said, paths, fake = self.batch(serve, lines)
        self.assertEqual((said.code, paths, fake.connections), (REFUSED, ["/ojs/v1/jobs/bulk"], 1), said)
        self.assertEqual([(o["line"], o.get("id", o.get("error"))) for o in said.objects],
                         [(1, ids(5)[0]), (2, "invalid JSON at byte 0"), (3, "No."), (4, ids(5)[2]), (5, ids(5)[3]), (6, ids(5)[4])])

    def test_a_server_that_takes_one_at_a_time(self):
        def serve(request, _):
            if request.startswith(b"POST /ojs/v1/jobs/bulk "):
                return answer(404, {"error": {"message": "Nothing here."}})
            return answer(201, {"job": {"id": "x", "state": "available"}})

        said, paths, fake = self.batch(serve, f"{GOOD}\n" * 450)
        self.assertEqual((said.code, len(said.objects), fake.connections), (DONE, 450, 1), said)
        self.assertEqual(paths, ["/ojs/v1/jobs/bulk"] + ["/ojs/v1/jobs"] * 450)

    def test_a_group_that_is_refused_as_a_whole_is_sent_one_by_one(self):
        def serve(request, _):
            if b"/bulk " in request:
                return answer(413, {"error": {"message": "Too many."}})
            return answer(409, {"error": {"message": "There already."}})

        said, paths, _ = self.batch(serve, f"{GOOD}\n" * 2)
        self.assertEqual((said.code, paths), (REFUSED, ["/ojs/v1/jobs/bulk", "/ojs/v1/jobs", "/ojs/v1/jobs"]), said)
        self.assertEqual([o["error"] for o in said.objects], ["There already"] * 2)

    def test_trouble_ends_it_and_says_what_is_not_known(self):
        said, paths, _ = self.batch(lambda *_: answer(503, {"error": {"message": "Full."}}), f"{GOOD}\n" * 500)
        self.assertEqual((said.code, len(paths)), (SERVER, 1), said)
        self.assertEqual({o["error"] for o in said.objects}, {"whether the server took it is not known"})
        self.assertEqual(len(said.objects), 200)
        self.assertRegex(said.err, r"^quern: Full \(503\)\nquern: line 200 is the last that was looked at\nquern: 200 of 200 lines")

    def test_an_answer_that_tells_of_too_few(self):
        said, _, _ = self.batch(lambda *_: answer(200, {"items": [{"job": {"id": "a", "state": "available"}}]}), f"{GOOD}\n" * 3)
        self.assertEqual(said.code, SERVER, said)
        self.assertEqual([o.get("id") for o in said.objects], ["a", None, None])
        self.assertIn("tells of fewer jobs", said.err)

    def test_answers_of_other_kinds(self):
        for body in (b"<html>", {}, {"items": 5}, {"items": [5, None, "x"]}, {"items": [{}, {"job": 5}, {"job": {}}]}):
            with self.subTest(body):
                said, _, _ = self.batch(lambda *_, body=body: answer(200, body), f"{GOOD}\n" * 3)
                self.assertIn(said.code, (SERVER, REFUSED), said)
                self.assertEqual([("id" in o, "error" in o) for o in said.objects], [(False, True)] * 3, said)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Signed requests against the real server, from a client that shares nothing with it (signing.py).

    QUERN_BUILD=build/release tests/wire/signatures.py [TEST...]"""

import base64
import hmac
import json
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from signing import ROOT, QUERND, PATIENCE_S, SECRET, WORDS, JOB, Keys, Server, digest, Request, CONFIG


class SignedRequests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="quern-signed-")
        cls.keys = Keys(cls.folder.name)
        cls.write("accounts.json", {"keys": cls.keys.listed})
        cls.write("quern.json", CONFIG)
        cls.server = Server(cls.folder.name, "--data", "data")

    @classmethod
    def write(cls, name, value):
        path = Path(cls.folder.name, name)
        path.touch(0o600)
        path.write_text(json.dumps(value), encoding="ascii")

    @classmethod
    def tearDownClass(cls):
        code = cls.server.end(signal.SIGTERM)
        cls.folder.cleanup()
        if code:
            raise AssertionError(f"the server ended with {code}")

    def request(self, **more):
        return Request(self.keys, **more)

    def expect(self, request, status, slug=None):
        reply, text = request.send(self.server)
        self.assertEqual(reply.status, status, f"{request.fields}\n{text!r}")
        if slug:
            self.assertIn(WORDS[slug], text.decode())
        if status == 401:
            self.assertRegex(reply.getheader("Accept-Signature") or reply.getheader("WWW-Authenticate"), "quern|realm")
        return reply

    # ---- what holds ----

    def test_each_algorithm(self):
        self.expect(self.request().signed(), 201)
        for algorithm in Keys.MAKE:
            with self.subTest(algorithm):
                self.expect(self.request(key=algorithm, algorithm=algorithm).signed(), 201)
                self.expect(self.request(key=algorithm, algorithm=algorithm, alg=algorithm).signed(), 201)

    def test_paths_queries_and_hosts_as_they_were_sent(self):
        for path in ("/shop/hammer?a=1&b=%20+", "/shop/h%C3%A4mmer", "/shop/%41%2f%7e?", "/shop/a%2Fb?x=%zz".replace("%zz", "%41")):
            for host in ("q.test", "Q.Test", "q.test:8080"):
                with self.subTest(path + " " + host):
                    request = self.request(method="GET", path=path, body=None)
                    request.fields["Host"] = host
                    request.value = lambda c, r=request: r.fields["Host"].lower() if c == "@authority" else Request.value(r, c)
                    reply, _ = request.signed().send(self.server)
                    self.assertNotEqual(reply.status, 401, path)

    def test_curl_and_openssl(self):
        url = f"http://127.0.0.1:{self.server.port}"
        for method, path, body, said in (("POST", "/ojs/v1/jobs", JOB.decode(), '"job"'), ("GET", "/shop/x?a=b", "", "found"),
                                         ("GET", "/shop/x", "", "found")):
            with self.subTest(method + " " + path):
                argv = [ROOT / "docs/examples/signed.sh", "mac", base64.b64encode(SECRET).decode(), method, url + path]
                done = subprocess.run([*map(str, argv), *([body] if body else [])], stdout=subprocess.PIPE, timeout=PATIENCE_S, check=True)
                self.assertIn(said, done.stdout.decode())

    def test_a_safe_request_needs_no_nonce_and_none_is_needed_beside_an_idempotency_key(self):
        self.expect(self.request(method="GET", path="/shop/x", body=None, nonce=None).signed(), 200)
        self.expect(self.request(nonce=None).signed(), 401, "signature-invalid")
        request = self.request(nonce=None)
        request.fields["Idempotency-Key"] = '"' + secrets.token_hex(8) + '"'
        self.expect(self.copy(request).signed(), 401, "signature-invalid")
        request.components += ["idempotency-key"]
        self.expect(request.signed(), 201)
        reply = self.expect(request, 201)
        self.assertIsNotNone(reply.getheader("Idempotency-Replayed") or reply.getheader("Location"))

    def test_a_route_that_does_not_know_idempotency_keys_needs_a_nonce_all_the_same(self):
        """Nobody else would keep it from being done twice. With a nonce the signature holds; the key lacks a scope for some."""
        fetch = json.dumps({"queues": ["default"], "worker_id": "w"}).encode()
        batch = json.dumps({"jobs": [json.loads(JOB)]}).encode()
        rows = [("POST", "/ojs/v1/workers/fetch", fetch, False), ("POST", "/ojs/v1/queues/default/pause", None, False),
                ("POST", "/ojs/v1/jobs/bulk/cancel", b'{"ids": []}', False), ("DELETE", "/ojs/v1/cron/x", None, False),
                ("POST", "/ojs/v1/jobs", JOB, True), ("POST", "/ojs/v1/jobs/batch", batch, True), ("POST", "/ojs/v1/jobs/bulk", batch, True),
                ("POST", "/run/echo", b"x", True), ("POST", "/again/echo", b"x", True)]
        for method, path, body, knows in rows:
            for nonce in (None, secrets.token_urlsafe(16)):
                with self.subTest(f"{method} {path} {nonce}"):
                    request = self.request(method=method, path=path, body=body, nonce=nonce)
                    request.fields["Idempotency-Key"] = '"' + secrets.token_hex(8) + '"'
                    request.components += ["idempotency-key"]
                    reply, text = request.signed().send(self.server)
                    self.assertEqual(reply.status != 401, knows or nonce is not None, text)
                    if reply.status == 401:
                        self.assertIn(WORDS["signature-invalid"], text.decode())

    @staticmethod
    def copy(request):
        other = Request(request.keys, request.method, request.path, request.body)
        other.fields, other.components, other.params = dict(request.fields), list(request.components), dict(request.params)
        return other

    def test_one_good_one_among_several_suffices(self):
        bad, good = self.request(), self.request()
        good.label = "other"
        bad.signed()
        good.signed()
        fields = dict(good.fields)
        fields["Signature"] = bad.fields["Signature"].replace("=:", "=:AAAA", 1) + ", " + good.fields["Signature"]
        fields["Signature-Input"] = bad.fields["Signature-Input"] + ", " + good.fields["Signature-Input"]
        reply, _ = self.server.ask("POST", "/ojs/v1/jobs", fields, JOB)
        self.assertEqual(reply.status, 401, "of each key one is tried")
        good = self.request(key="turning")
        good.label = "other"
        good.signed()
        fields["Signature"] = bad.fields["Signature"].replace("=:", "=:AAAA", 1) + ", " + good.fields["Signature"]
        fields["Signature-Input"] = bad.fields["Signature-Input"] + ", " + good.fields["Signature-Input"]
        reply, _ = self.server.ask("POST", "/ojs/v1/jobs", fields, JOB)
        self.assertEqual(reply.status, 201)
        third = self.request(tag="another")
        third.label = "proxy"
        third.signed()
        reply, _ = self.server.ask("POST", "/ojs/v1/jobs", list(self.request().signed().fields.items()) +
                                   [(n, third.fields[n]) for n in ("Signature", "Signature-Input")], JOB)
        self.assertEqual(reply.status, 201, "one for somebody else stands beside it, on a line of its own")

    # ---- what does not ----

    def test_unsigned_and_signed_for_others(self):
        reply, _ = self.server.ask("POST", "/ojs/v1/jobs", {"Content-Type": "application/json"}, JOB)
        self.assertEqual(reply.status, 401)
        self.expect(self.request(tag="another").signed(), 401)
        self.expect(self.request(tag=None).signed(), 401)

    def test_what_a_signer_with_the_key_may_not_write(self):
        """The signature fits what is written: only that it is written so is wrong."""
        spellings = {"two blanks": lambda t: t.replace('" "', '"  "', 1), "a blank in front": lambda t: t.replace("(", "( ", 1),
                     "a blank behind a semicolon": lambda t: t.replace(";keyid", "; keyid"),
                     "a zero in front": lambda t: t.replace("created=", "created=0"), "a parameter twice": lambda t: t + ';keyid="mac"',
                     "an unknown parameter": lambda t: t + ";x=1", "a token": lambda t: t + ";alg=hmac-sha256",
                     "of the request": lambda t: t.replace(")", ' "x-a";req)', 1), "of the trailer": lambda t: t.replace(")", ' "x-a";tr)', 1),
                     "no nonce in it": lambda t: re.sub('nonce="[^"]*"', 'nonce=""', t),
                     "too long a nonce": lambda t: re.sub('nonce="', 'nonce="' + "n" * 256, t)}
        for name, spell in spellings.items():
            with self.subTest(name):
                request = self.request()
                request.spell = spell
                self.expect(request.signed(), 401, "signature-invalid")
        request = self.request()
        request.components += ["@method"]
        self.expect(request.signed(), 401, "signature-invalid")

    def test_anything_changed(self):
        changes = {"method": lambda r: setattr(r, "method", "PUT"), "path": lambda r: setattr(r, "path", "/ojs/v1/jobs/"),
                   "query": lambda r: setattr(r, "path", "/ojs/v1/jobs?a"), "host": lambda r: r.fields.update({"Host": "r.test"}),
                   "a host that nobody trusted says": lambda r: r.fields.update({"Host": "r.test", "X-Forwarded-Host": "q.test"}),
                   "type": lambda r: r.fields.update({"Content-Type": "application/jsoN"}),
                   "digest": lambda r: (setattr(r, "body", b"{}"), r.fields.update({"Content-Digest": digest(b"{}")})),
                   "created": lambda r: r.fields.update({"Signature-Input": r.fields["Signature-Input"].replace("created=", "created=1")}),
                   "nonce": lambda r: r.fields.update({"Signature-Input": r.fields["Signature-Input"].replace('nonce="', 'nonce="x')}),
                   "key": lambda r: r.fields.update({"Signature-Input": r.fields["Signature-Input"].replace('"mac"', '"turning"')}),
                   "prefer": lambda r: r.fields.update({"Prefer": "respond-async"}),
                   "authorization": lambda r: r.fields.update({"Authorization": "Bearer x"}),
                   "label": lambda r: r.fields.update({"Signature-Input": r.fields["Signature-Input"].replace("sig=", "gis=")}),
                   "blank": lambda r: r.fields.update({"Signature-Input": r.fields["Signature-Input"].replace('" "', '"  "', 1)}),
                   "signature": lambda r: r.fields.update({"Signature": "sig=:" + base64.b64encode(bytes(32)).decode() + ":"})}
        for name, change in changes.items():
            with self.subTest(name):
                request = self.request().signed()
                change(request)
                reply, text = request.send(self.server)
                self.assertIn(reply.status, (401, 404, 405) if name in ("method", "path") else (401,), text)

    def test_a_body_that_is_not_what_its_digest_says_enqueues_nothing_and_uses_no_nonce(self):
        request = self.request().signed()
        good, request.body = request.body, request.body.replace(b"1", b"2")
        reply = self.expect(request, 400, "digest-mismatch")
        self.assertEqual(reply.getheader("Want-Content-Digest"), "sha-256=10")
        request.body = good
        self.expect(request, 201)

    def test_a_body_in_xml_is_signed_as_it_is_sent(self):
        xml = b'<?xml version="1.0"?>\n<document xmlns="urn:quern:v1"><type>a.xml</type><args><item>1</item></args></document>'
        for body, status in ((xml, 201), (xml.replace(b"/item></args", b"/item> </args"), 400)):
            request = self.request(body=xml)
            request.fields["Content-Type"] = "application/xml"
            request.signed().body = body
            reply, text = request.send(self.server)
            self.assertEqual(reply.status, status, text)

    def test_what_must_be_covered(self):
        for left_out in ("@method", "@authority", "@path", "@query", "content-digest", "content-type"):
            with self.subTest(left_out):
                request = self.request()
                request.components.remove(left_out)
                self.expect(request.signed(), 401, "signature-invalid")
        request = self.request()
        request.fields["Content-Digest"] = "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"
        self.expect(request.signed(), 401, "signature-invalid")
        request = self.request()
        request.components += ["x-absent"]
        request.value = lambda c: "" if c == "x-absent" else Request.value(request, c)
        self.expect(request.signed(), 401, "signature-invalid")

    def test_times(self):
        now = int(time.time())
        for params, slug in (({"created": now - 310}, "signature-expired"), ({"created": now + 60}, "signature-invalid"),
                             ({"created": now - 20, "expires": now - 10}, "signature-expired"),
                             ({"expires": now + 400}, "signature-invalid"), ({"created": None}, "signature-invalid")):
            with self.subTest(str(params)):
                self.expect(self.request(**params).signed(), 401, slug)
        self.expect(self.request(created=now - 280).signed(), 201)
        self.expect(self.request(expires=now + 60).signed(), 201)

    def test_keys(self):
        for key in ("old", "past", "early", "nobody's", "mac2"):
            with self.subTest(key):
                self.expect(self.request(key=key).signed(), 401, "signature-invalid")
        self.expect(self.request(key="turning").signed(), 201)
        self.expect(self.request(key="reader").signed(), 403, "insufficient")
        self.expect(self.request(alg="ed25519").signed(), 401, "signature-invalid")
        self.expect(self.request(key="ed25519").signed(), 401, "signature-invalid")

    def test_malformed(self):
        for name, value in (("Signature-Input", "sig"), ("Signature-Input", "sig=("), ("Signature", "sig=x"), ("Signature", "sig=:A:"),
                            ("Signature", ""), ("Signature-Input", "sig=1;tag=\"quern\"")):
            with self.subTest(f"{name}: {value}"):
                request = self.request().signed()
                request.fields[name] = value
                self.expect(request, 401)
        request = self.request().signed()
        four = [request.fields["Signature-Input"].replace("sig=", f"s{i}=") for i in range(4)]
        request.fields["Signature-Input"] = ", ".join(four + [request.fields["Signature-Input"]])
        self.expect(request, 401, "signature-invalid")

    # ---- once only ----

    def test_a_replay_is_refused_also_after_a_kill_and_a_stop(self):
        request = self.request().signed()
        self.expect(request, 201)
        self.expect(request, 401, "signature-replayed")
        same = self.request(nonce=request.params["nonce"])
        same.fields["X-Other"] = "1"
        self.expect(same.signed(), 401, "signature-replayed")
        for how, engines in ((signal.SIGKILL, None), (signal.SIGTERM, None), (signal.SIGTERM, 3), (signal.SIGKILL, None), (signal.SIGTERM, 1)):
            self.server.end(how)
            if engines:  # the nonces go where they belong
                subprocess.run([str(QUERND), "--engines", str(engines), "--data", "data"], cwd=self.folder.name, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, timeout=PATIENCE_S, check=True)
            self.server.start()
            for _ in range(4):  # on whichever shard
                self.expect(request, 401, "signature-replayed")
        self.expect(self.request().signed(), 201)

    def test_of_many_at_once_one_passes(self):
        request = self.request().signed()
        got = []
        threads = [threading.Thread(target=lambda: got.append(request.send(self.server)[0].status)) for _ in range(12)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(sorted(got), [201] + [401] * 11)

    # ---- keys change ----

    def test_a_key_is_revoked_while_the_server_runs(self):
        self.expect(self.request().signed(), 201)
        listed = [{**k, "state": "revoked"} if k["id"] == "mac" else k for k in self.keys.listed]
        self.write("accounts.json", {"keys": listed})
        self.server.reload(1)
        try:
            self.expect(self.request().signed(), 401, "signature-invalid")
        finally:
            self.write("accounts.json", {"keys": self.keys.listed})
            self.server.reload(2)
        self.expect(self.request().signed(), 201)


class WrongSignatures(unittest.TestCase):
    """Checking one costs the ring's thread time, so nobody has many wrong ones checked. One shard: each counts for itself."""

    RULES = [{"path": "/metrics", "with": "nobody"}, {"path": "/shop/<item>", "with": "nobody"}, {"path": "/ojs/v1/queues*", "with": "token"}]

    @staticmethod
    def from_there(request, address):
        request.fields["X-Forwarded-For"] = address
        return request

    def wrong(self, keys, address, **more):
        request = self.from_there(Request(keys, **more), address).signed()
        request.fields["Signature"] = "sig=:" + base64.b64encode(bytes(32)).decode() + ":"
        return request

    def test_wrong_signatures(self):
        with tempfile.TemporaryDirectory(prefix="quern-wrong-") as folder:
            keys = Keys(folder)
            accounts = Path(folder, "accounts.json")
            accounts.touch(0o600)
            accounts.write_text(json.dumps({"keys": keys.listed}), encoding="ascii")
            Path(folder, "quern.json").write_text(json.dumps({**CONFIG, "shards": 1, "access": self.RULES, "trusted_proxies": ["127.0.0.1"]}),
                                                  encoding="ascii")
            server = Server(folder, "--data", "data")
            try:
                self.route_without_signatures(keys, server)
                self.behind_a_proxy(keys, server)
                self.back_off(keys, server)
            finally:
                self.assertEqual(server.end(signal.SIGTERM), 0)

    def route_without_signatures(self, keys, server):
        """There they are not looked at, and so no mistakes."""
        for _ in range(25):
            reply, text = self.wrong(keys, "2001:db8::1", method="GET", path="/shop/x", body=None).send(server)
            self.assertEqual((reply.status, text), (200, b"found\n"))
        reply, text = self.wrong(keys, "2001:db8::1", method="GET", path="/ojs/v1/queues", body=None).send(server)
        self.assertEqual(reply.status, 401)
        self.assertNotIn(WORDS["signature-invalid"], text.decode())

    def behind_a_proxy(self, keys, server):
        """What counts is what the client has asked for; where the proxy says nothing, the request itself."""
        rows = [({}, "q.test", "q.test"), ({"X-Forwarded-Host": "Shop.test"}, "shop.test", "q.test"),
                ({"X-Forwarded-Host": "shop.test:443", "X-Forwarded-Proto": "https"}, "shop.test", "shop.test:443"),
                ({"X-Forwarded-Host": "shop.test:443", "X-Forwarded-Proto": "http"}, "shop.test:443", "shop.test"),
                ({"X-Forwarded-Host": "shop.test:80", "X-Forwarded-Proto": "https"}, "shop.test:80", "shop.test"),
                ({"X-Forwarded-Host": "evil.test, shop.test"}, "shop.test", "evil.test")]
        for fields, right, wrong in rows:
            for authority, status in ((wrong, 401 if wrong != right else 201), (right, 201)):
                with self.subTest(f"{fields} {authority}"):
                    request = self.signed_for(keys, authority)
                    request.fields |= fields
                    self.assertEqual(request.send(server)[0].status, status)
        for scheme, status in (("https", 201), ("http", 401), (None, 401)):
            request = self.from_there(Request(keys), "192.0.2.9")
            request.fields |= {"X-Forwarded-Proto": scheme} if scheme else {}
            request.components += ["@scheme"]
            request.value = lambda c, r=request, scheme=scheme: (scheme or "https") if c == "@scheme" else Request.value(r, c)
            self.assertEqual(request.signed().send(server)[0].status, status, f"{scheme}: only what is known can be covered")

    def signed_for(self, keys, authority):
        request = self.from_there(Request(keys), "192.0.2.9")
        request.value = lambda c: authority if c == "@authority" else Request.value(request, c)
        return request.signed()

    def back_off(self, keys, server):
        good = self.from_there(Request(keys), "2001:db8::1").signed()
        self.assertEqual(good.send(server)[0].status, 201)
        for i in range(20):
            reply, text = self.wrong(keys, f"2001:db8::{i:x}").send(server)
            self.assertEqual(reply.status, 401, text)
        for request in (self.wrong(keys, "2001:db8::1"), self.from_there(Request(keys), "2001:db8::ffff").signed()):
            reply, text = request.send(server)
            self.assertEqual(reply.status, 429, text)
            self.assertEqual(reply.getheader("Retry-After"), "1")
        for address in ("2001:db8:0:1::1", "192.0.2.1"):
            self.assertEqual(self.from_there(Request(keys), address).signed().send(server)[0].status, 201)
        late = self.from_there(Request(keys), "2001:db8::1").signed()
        until = time.monotonic() + PATIENCE_S
        while (status := late.send(server)[0].status) == 429 and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(status, 201, "after a second it is asked again")
        _, text = server.ask("GET", "/metrics", {})
        self.assertRegex(text.decode(), r'quern_http_rejected_total\{reason="backoff"\} [2-9]')


class Digests(unittest.TestCase):
    """Without keys and accounts: a digest that is there is checked."""

    def test_digests(self):
        with tempfile.TemporaryDirectory(prefix="quern-digest-") as folder:
            Path(folder, "quern.json").write_text('{"workers": 1}', encoding="ascii")
            server = Server(folder, "--ephemeral")
            body = b'{"hello": "world"}'
            rfc = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
            wrong = digest(b"x")
            rows = [(rfc, 200), (digest(body, "sha-512"), 200), (rfc + ", " + digest(body, "sha-512"), 200), (wrong, 400),
                    (rfc + ", " + digest(b"x", "sha-512"), 400), ("md5=:AAAA:", 200), ("sha-256=:AAAA:", 400), ("sha-256=1", 400),
                    ("sha-256", 400), ("=", 400), ("unixsum=1, " + wrong, 400), ("", 200)]
            for field in ("Content-Digest", "Repr-Digest"):
                for value, status in rows:
                    with self.subTest(f"{field}: {value}"):
                        reply, text = server.ask("POST", "/run/echo", {field: value, "Content-Type": "text/plain"}, body)
                        self.assertEqual(reply.status, status, text)
                        if status == 400:
                            self.assertEqual(reply.getheader("Want-Content-Digest"), "sha-256=10")
            two = [("Content-Digest", rfc), ("Content-Digest", wrong), ("Host", "q.test")]
            self.assertEqual(server.ask("POST", "/run/echo", two, body)[0].status, 400)
            self.assertEqual(server.ask("GET", "/livez", {"Content-Digest": wrong})[0].status, 200)
            large = bytes(2 << 20)
            types = {"Content-Type": "text/plain", "Content-Digest": digest(large)}
            self.assertIn(server.ask("POST", "/run/echo", types, large)[0].status, (200, 413))
            _, text = server.ask("GET", "/metrics", {})
            self.assertRegex(text.decode(), r'quern_http_rejected_total\{reason="digest"\} [1-9]')
            self.assertEqual(server.end(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1 if len(sys.argv) > 1 else 0)

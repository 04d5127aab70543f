"""Keys that requests are signed with: made into an accounts file, used, revoked; and what cannot be signed."""

import json
import stat
import subprocess
import unittest

from support import DONE, PROGRAM, REFUSED, USAGE, Quernd, ServerCase, environment

ALGORITHMS = ("hmac-sha256", "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512")


class KeysTest(ServerCase):
    def say(self, *words, text="", **more):
        return subprocess.run([PROGRAM, *map(str, words)], input=text, capture_output=True, text=True, timeout=60, env=environment(**more),
                              check=False)

    def good(self, *words, **more):
        done = self.say(*words, **more)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""), done)
        return done.stdout

    def keep(self, name, text, mode=0o600):
        path = self.path / name
        path.touch(mode)
        path.chmod(mode)
        path.write_text(text)
        return path

    def make(self, accounts, *words):
        made = self.good("key", "make", "ci", "--accounts", accounts, "--scope", "jobs:write", "--scope", "jobs:read", *words)
        return self.keep(json.loads(made)["id"], made)

    def test_each_algorithm_signs_what_the_server_takes(self):
        accounts = self.path / "each.json"
        keys = [self.make(accounts)] + [self.make(accounts, "--algorithm", a) for a in ALGORITHMS]
        self.assertEqual(stat.S_IMODE(accounts.stat().st_mode), 0o600)
        listed = json.loads(accounts.read_text())["keys"]
        self.assertEqual([k["algorithm"] for k in listed], ["ed25519", *ALGORITHMS])
        for key, known in zip(keys, listed):
            own = json.loads(key.read_text())
            self.assertEqual((own["id"], own.get("secret")), (known["id"], known.get("secret")))
            self.assertNotIn(own.get("private", "nothing"), accounts.read_text())
        config = self.keep("each.config", json.dumps({"accounts": str(accounts)}))
        server = Quernd("--config", str(config), data=self.path / "data")  # without one, what is signed in its first second is too old
        self.addCleanup(server.close)
        big = self.keep("big", "x" * 300000)
        for key in keys:
            url = {"QUERN_URL": server.url}
            self.assertEqual(self.good("--key", key, "run", "echo", big, **url), "x" * 300000)
            job = json.loads(self.good("submit", "bench.signed", "--args", "[1]", "--idempotency-key", key.name, QUERN_KEY=str(key), **url))
            self.assertEqual(json.loads(self.good("get", job["id"], "--key", key, **url))["id"], job["id"])
            self.assertIn("bench.signed", self.good("list", "--type", "bench.signed", QUERN_KEY=str(key), QUERN_TOKEN="qrn_not_sent", **url))
        done = self.say("submit", "bench.signed", "--idempotency-key", "k" * 600, QUERN_KEY=str(key), **url)
        self.assertEqual(done.returncode, REFUSED, "a field that is long is sent all the same: the server refuses it")
        self.assertIn("Idempotency-Key", done.stderr)
        self.assertEqual(self.say("list", **url).returncode, REFUSED)
        done = self.say("--key", keys[0], "run", "echo", "-", text="from a pipe", **url)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("pipe cannot be signed", done.stderr)
        self.good("key", "revoke", listed[0]["id"], "--accounts", accounts)
        self.assertEqual([k["id"] for k in json.loads(accounts.read_text())["keys"]], [k["id"] for k in listed[1:]])
        self.assertIn("there is no key", self.say("key", "revoke", listed[0]["id"], "--accounts", accounts).stderr)

    def test_files_that_are_no_keys(self):
        accounts = self.path / "no.json"
        whole = json.loads(self.make(accounts, "--algorithm", "hmac-sha256").read_text())
        rows = [("", "no JSON"), ("[]", "no 'id'"), (json.dumps({**whole, "id": "a\"b"}), "no 'id'"), (json.dumps({**whole, "algorithm": "none"}), "algorithm"),
                (json.dumps({**whole, "secret": "AAAA"}), "at least 32"), (json.dumps({**whole, "secret": "*"}), "base64"),
                (json.dumps({**whole, "algorithm": "ed25519"}), "private"),
                (json.dumps({"id": "x", "algorithm": "ed25519", "private": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}), "PEM")]
        for i, (text, sentence) in enumerate(rows):
            with self.subTest(sentence):
                done = self.say("--key", self.keep(f"wrong{i}", text), "health")
                self.assertEqual(done.returncode, USAGE, done)
                self.assertIn(sentence, done.stderr)
        done = self.say("--key", self.keep("open", json.dumps(whole), 0o644), "health")
        self.assertEqual(done.returncode, USAGE, "others may read it")
        self.assertEqual(self.say("--key", self.path / "nowhere", "health").returncode, USAGE)
        self.assertEqual(self.say("key", "make", "a b", "--accounts", accounts).returncode, USAGE)


if __name__ == "__main__":
    unittest.main()

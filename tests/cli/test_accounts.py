"""Users and API tokens: the accounts file is changed whole or not at all, and the server takes what stands in it."""

import json
import os
import pty
import re
import stat
import subprocess
import threading
import unittest

from support import DONE, PROGRAM, QUERND, REFUSED, USAGE, Quernd, ServerCase, environment


class AccountsCase(ServerCase):
    def setUp(self):
        super().setUp()
        self.file = self.path / f"{self.id()}.json"

    def say(self, *words, text="", **more):
        return subprocess.run([PROGRAM, *words, *more.pop("options", ["--accounts", str(self.file)])], input=text, capture_output=True,
                              text=True, timeout=60, env=environment(**more), check=False)

    def good(self, *words, **more):
        done = self.say(*words, **more)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""), done)
        return done.stdout

    def bad(self, sentence, *words, **more):
        before = self.file.read_bytes() if self.file.exists() else None
        done = self.say(*words, **more)
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""), done)
        self.assertIn(sentence, done.stderr)
        self.assertEqual(self.file.read_bytes() if self.file.exists() else None, before)

    def document(self):
        return json.loads(self.file.read_text())


class CertificatesTest(AccountsCase):
    def test_add_list_remove(self):
        self.good("certificate", "add", "spiffe://test/worker/7", "--scope", "jobs:work", "--network", "10.0.0.0/8")
        self.good("certificate", "add", "a.test")
        one, other = self.document()["certificates"]
        self.assertEqual((one["name"], one["scopes"], one["networks"]), ("spiffe://test/worker/7", ["jobs:work"], ["10.0.0.0/8"]))
        self.assertEqual(set(other), {"name", "created"})
        self.good("user", "add", "anna", text="correct horse\n")  # others' changes leave them as they are
        shown = self.good("certificate", "list", "--json")
        self.assertEqual([json.loads(line) for line in shown.splitlines()], [one, other])
        self.good("certificate", "remove", "a.test")
        self.assertEqual(self.document()["certificates"], [one])

    def test_mistakes_change_nothing(self):
        self.good("certificate", "add", "a.test")
        self.bad("there is a certificate a.test", "certificate", "add", "a.test")
        self.bad("a name must be 1 to 255", "certificate", "add", "a b")
        self.bad("there is no certificate b.test", "certificate", "remove", "b.test")


class UsersTest(AccountsCase):
    def test_add_list_passwd_remove(self):
        self.good("user", "add", "anna", "--scope", "jobs:read", "--scope", "admin", "--network", "10.0.0.0/8", text="correct horse\n")
        (anna,) = self.document()["users"]
        self.assertEqual((anna["name"], anna["scopes"], anna["networks"]), ("anna", ["jobs:read", "admin"], ["10.0.0.0/8"]))
        self.assertRegex(anna["password"], r"^\$argon2id\$v=19\$m=19456,t=2,p=1\$")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.good("user", "add", "b.c@d-e+f", text="correct horse\n")
        self.good("user", "passwd", "anna", text="another one\n")
        again = self.document()["users"]
        self.assertEqual(sorted(user["name"] for user in again), ["anna", "b.c@d-e+f"])
        new = next(user for user in again if user["name"] == "anna")
        self.assertNotEqual(new.pop("password"), anna.pop("password"))
        self.assertEqual(new, anna)
        shown = self.good("user", "list", "--json")
        self.assertEqual({json.loads(line)["name"] for line in shown.splitlines()}, {"anna", "b.c@d-e+f"})
        self.assertNotIn("argon2", shown)
        self.good("user", "remove", "anna")
        self.assertEqual([user["name"] for user in self.document()["users"]], ["b.c@d-e+f"])

    def test_mistakes_change_nothing(self):
        self.bad("8 to 256 bytes", "user", "add", "anna", text="short\n")
        self.bad("first line of stdin", "user", "add", "anna", text="")
        self.bad("letters, digits", "user", "add", "an:na", text="correct horse\n")
        self.bad("a scope must be a word", "user", "add", "anna", "--scope", "a b", text="correct horse\n")
        self.bad("a network must be", "user", "add", "anna", "--network", "10.0.0.1/8", text="correct horse\n")
        self.good("user", "add", "anna", text="correct horse\n")
        self.bad("there is a user anna", "user", "add", "anna", text="correct horse\n")
        self.bad("there is no user bert", "user", "passwd", "bert", text="correct horse\n")
        self.bad("there is no user bert", "user", "remove", "bert")
        self.file.chmod(0o640)
        self.bad("chmod 600", "user", "remove", "anna")
        self.file.chmod(0o600)
        self.file.write_text("{\n\"users\": [1]}")
        self.bad("line 2", "user", "add", "bert", text="correct horse\n")
        self.bad("which accounts file", "user", "list", options=[])

    def test_a_terminal_shows_nothing_of_the_password(self):
        for again, code in (("correct horse", DONE), ("correct house", USAGE)):
            pid, terminal = pty.fork()
            if pid == 0:
                os.execve(PROGRAM, [PROGRAM, "user", "add", "anna" if code == DONE else "bert", "--accounts", str(self.file)], environment())
            shown = b""
            for prompt, answer in ((b"Password: ", "correct horse"), (b"once more: ", again)):
                while not shown.endswith(prompt):
                    shown += os.read(terminal, 1000)
                os.write(terminal, answer.encode() + b"\n")
            try:
                while more := os.read(terminal, 1000):
                    shown += more
            except OSError: # the program has ended
                pass
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), code, shown)
            os.close(terminal)
            self.assertNotIn(b"correct", shown)
        self.assertEqual([user["name"] for user in self.document()["users"]], ["anna"])

    def test_many_at_once(self):
        threads = [threading.Thread(target=self.good, args=("user", "add", f"u{i}"), kwargs={"text": "correct horse\n"}) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(user["name"] for user in self.document()["users"]), [f"u{i}" for i in range(8)])


class TokensTest(AccountsCase):
    def test_the_server_takes_what_was_made_until_it_is_revoked(self):
        token = self.good("token", "make", "ci", "--scope", "jobs:read").strip()
        self.assertRegex(token, r"^qrn_[a-z0-9]{12}_[A-Za-z0-9_-]{49}$")
        self.assertNotIn(token[17:60], self.file.read_text())
        config = self.path / "quern.json"
        config.write_text(json.dumps({"accounts": str(self.file)}))
        server = Quernd("--config", str(config))
        self.addCleanup(server.close)
        ask = {"options": ["--url", server.url]}
        self.assertEqual(self.say("list", **ask).returncode, REFUSED)
        self.assertEqual(self.say("list", QUERN_TOKEN=token, **ask).returncode, DONE)
        self.assertEqual(self.say("queues", QUERN_TOKEN=token, **ask).returncode, REFUSED)
        self.assertEqual(self.say("list", QUERN_TOKEN=token[:-1] + ("A" if token[-1] != "A" else "B"), **ask).returncode, REFUSED)
        self.good("token", "revoke", token[4:16])
        self.assertEqual(self.document()["tokens"], [])

    def test_expiry_and_rotation(self):
        self.good("token", "make", "ci", "--expires", "90d")
        (first,) = self.document()["tokens"]
        self.assertLess(first["created"], first["expires"])
        self.good("token", "make", "ci")
        self.bad("2 tokens that are good", "token", "make", "ci")
        self.good("token", "make", "other")
        self.bad("a year at most", "token", "make", "x", "--expires", "400d")
        self.bad("a year at most", "token", "make", "x", "--expires", "2020-01-01T00:00:00Z")
        self.good("token", "revoke", first["id"])
        self.good("token", "make", "ci")
        self.bad("there is no token", "token", "revoke", first["id"])
        shown = self.good("token", "list", "--format", "table")
        self.assertEqual(len(re.findall(r"owner=ci", shown)), 2)
        self.assertNotIn("digest", shown)

    def test_other_lists_stay(self):
        keys = [{"id": "k1", "note": "as it is:  {\"a\": [1.50]}"}]
        self.file.write_text(json.dumps({"keys": keys}))
        self.file.chmod(0o600)
        self.good("token", "make", "ci")
        self.assertEqual(self.document()["keys"], keys)
        self.assertTrue(QUERND)


if __name__ == "__main__":
    unittest.main()

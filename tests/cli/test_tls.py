"""Servers at https URLs: their certificates have to hold, by the system's authorities or by those of $QUERN_CACERT."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import DONE, PATIENCE_S, PROGRAM, QUERND, SERVER, environment, servers


def make_certificate(folder, host):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", folder / f"{host}.key", "-out",
                    folder / f"{host}.pem"], check=True, capture_output=True)


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        path = cls.path = Path(cls.folder.name)
        for host in ("localhost", "other.test"):
            make_certificate(path, host)
        config = path / "quern.json"
        config.write_text(json.dumps({"listen": [{"address": "127.0.0.1:0", "tls": True}],
                                      "tls": {"certificates": [{"chain": str(path / "localhost.pem"), "key": str(path / "localhost.key")}]}}))
        cls.server = servers.Quernd([QUERND, "--ephemeral", "--config", config])
        cls.port = cls.server.port

    @classmethod
    def tearDownClass(cls):
        cls.server.end()
        cls.folder.cleanup()

    def run_echo(self, host, **env):
        return subprocess.run([PROGRAM, "--url", f"https://{host}:{self.port}", "run", "echo", "-"], input="hello", capture_output=True, text=True,
                              timeout=PATIENCE_S, env=environment(**env), check=False)

    def test_a_certificate_that_holds(self):
        done = self.run_echo("localhost", QUERN_CACERT=str(self.path / "localhost.pem"))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (DONE, "hello", ""))

    def test_certificates_that_do_not(self):
        for host, authorities in (("localhost", None), ("localhost", "other.test.pem"), ("127.0.0.1", "localhost.pem")):
            done = self.run_echo(host, **({"QUERN_CACERT": str(self.path / authorities)} if authorities else {}))
            self.assertEqual((done.returncode, done.stdout), (SERVER, ""), done)
            self.assertRegex(done.stderr, r"no answer from https://.*(certificate|SSL)")


if __name__ == "__main__":
    unittest.main()

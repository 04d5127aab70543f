"""A client that signs its requests, and shares nothing with the server: signature bases are put together here by RFC 9421's text, HMACs
come from Python's hmac, all other signatures and the keys from the openssl program. And a server for it."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from servers import PATIENCE_S, ROOT, Quernd  # noqa: E402  pylint: disable=wrong-import-position

QUERND = ROOT / os.environ.get("QUERN_BUILD", "build/release") / "quernd"
SECRET = bytes(range(64))
# Below /ojs/ errors have codes of their own; the sentence says which it is.
WORDS = {"signature-invalid": "No signature of this request holds", "signature-expired": "300 seconds", "signature-replayed": "has been here",
         "digest-mismatch": "not what its digest says", "insufficient": "do not allow"}
JOB = json.dumps({"type": "bench.remote", "args": [1]}).encode()


def openssl(*args, stdin=b""):
    return subprocess.run(["openssl", *map(str, args)], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True,
                          timeout=PATIENCE_S).stdout


class Keys:
    """One private key of each kind, made once, and the accounts file that knows them."""

    MAKE = {"ed25519": ("genpkey", "-algorithm", "ED25519"),
            "ecdsa-p256-sha256": ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "rsa-pss-sha512": ("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")}

    def __init__(self, folder):
        self.folder = folder
        self.listed = [self.entry("mac", "hmac-sha256", secret=base64.b64encode(SECRET).decode()),
                       self.entry("old", "hmac-sha256", secret=base64.b64encode(SECRET).decode(), state="revoked"),
                       self.entry("past", "hmac-sha256", secret=base64.b64encode(SECRET).decode(), not_after="2020-01-01T00:00:00Z"),
                       self.entry("early", "hmac-sha256", secret=base64.b64encode(SECRET).decode(), not_before="2099-01-01T00:00:00Z"),
                       self.entry("turning", "hmac-sha256", secret=base64.b64encode(SECRET).decode(), state="verify-only"),
                       self.entry("reader", "hmac-sha256", secret=base64.b64encode(SECRET).decode(), scopes=["jobs:read"])]
        for algorithm, make in self.MAKE.items():
            openssl(*make, "-out", self.path(algorithm))
            public = openssl("pkey", "-in", self.path(algorithm), "-pubout").decode()
            self.listed.append(self.entry(algorithm, algorithm, public=public))

    @staticmethod
    def entry(name, algorithm, **more):
        return {"id": name, "owner": "tests", "algorithm": algorithm, "scopes": ["jobs:read", "jobs:write"], **more}

    def path(self, algorithm):
        return Path(self.folder, algorithm + ".pem")

    def sign(self, algorithm, base):
        if algorithm == "hmac-sha256":
            return hmac.new(SECRET, base, hashlib.sha256).digest()
        if algorithm == "ed25519":
            message = Path(self.folder, "message")
            message.write_bytes(base)
            return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.path(algorithm), "-in", message)
        if algorithm == "rsa-pss-sha512":
            return openssl("dgst", "-sha512", "-sign", self.path(algorithm), "-sigopt", "rsa_padding_mode:pss", "-sigopt",
                           "rsa_pss_saltlen:64", stdin=base)
        der = openssl("dgst", "-sha256", "-sign", self.path(algorithm), stdin=base)
        numbers, at = b"", 2
        for _ in range(2):
            length = der[at + 1]
            numbers += der[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0")
            at += 2 + length
        return numbers


class Server:
    def __init__(self, folder, *args):
        self.folder, self.args = folder, args
        self.start()

    def start(self):
        self.running = Quernd([QUERND, "--listen", "127.0.0.1:0", "--config", "quern.json", *self.args], cwd=self.folder)
        self.port, self.lines = self.running.port, self.running.lines

    def end(self, how):
        return self.running.end(how)

    def reload(self, n):
        self.running.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and sum("server.reload" in line for line in list(self.lines)) < n:
            time.sleep(0.005)
        self.ask("GET", "/metrics", {})  # goes through all shards, behind the news

    def ask(self, method, path, fields, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in fields if isinstance(fields, list) else fields.items():
            connection.putheader(name, value)
        if "Host" not in dict(fields):
            connection.putheader("Host", "q.test")
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply, text


def digest(body, algorithm="sha-256"):
    value = hashlib.new(algorithm.replace("-", ""), body).digest()
    return f"{algorithm}=:{base64.b64encode(value).decode()}:"


class Request:
    """A request to be signed. What the tests want to be otherwise is changed in it before sent() or between it and the sending."""

    def __init__(self, keys, method="POST", path="/ojs/v1/jobs", body=JOB, key="mac", algorithm="hmac-sha256", **params):
        self.keys, self.method, self.path, self.body, self.algorithm = keys, method, path, body, algorithm
        self.fields = {"Host": "q.test"}
        self.components = ["@method", "@authority", "@path", "@query"]
        if body is not None:
            self.fields |= {"Content-Type": "application/json", "Content-Digest": digest(body)}
            self.components += ["content-digest", "content-type"]
        self.params = {"created": int(time.time()), "keyid": key, "nonce": secrets.token_urlsafe(16), "tag": "quern", **params}
        self.label = "sig"
        self.spell = lambda text: text  # how the signer writes it

    def value(self, component):
        path, _, query = self.path.partition("?")
        derived = {"@method": self.method, "@authority": self.fields["Host"], "@path": path, "@query": "?" + query}
        if component in derived:
            return derived[component]
        return next(v for k, v in self.fields.items() if k.lower() == component)

    def input(self):
        text = "(" + " ".join(f'"{c}"' for c in self.components) + ")"
        for name, value in self.params.items():
            if value is not None:
                text += f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        return self.spell(text)

    def signed(self):
        lines = [f'"{c}": {self.value(c)}' for c in self.components] + [f'"@signature-params": {self.input()}']
        signature = self.keys.sign(self.algorithm, "\n".join(lines).encode())
        self.fields |= {"Signature-Input": f"{self.label}={self.input()}",
                        "Signature": f"{self.label}=:{base64.b64encode(signature).decode()}:"}
        return self

    def send(self, server):
        return server.ask(self.method, self.path, self.fields, self.body)


CONFIG = {"accounts": "accounts.json", "shards": 2, "workers": 1,
          "access": [{"path": "/metrics", "with": "nobody"}, {"path": "/ojs/v1/jobs", "with": "signature"}],
          "routes": [{"path": "/shop/<item>", "methods": "GET", "body": "found\n"},
                     {"path": "/again/echo", "methods": "POST", "job": "echo"}]}

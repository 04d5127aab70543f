"""GETs over TLS 1.3, beside nginx with the same certificate, cipher and library. wrk loads: quern-load speaks no TLS."""
import json
import os
import shutil
import subprocess
import tempfile

from . import figures, load, servers
from .registry import question
from .runner import Side, column


def make_certificate(folder):
    """q.pem and q.key in the folder, for ECDSA with P-256."""
    subprocess.run([servers.need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=q", "-keyout", os.path.join(folder, "q.key"), "-out", os.path.join(folder, "q.pem")],
                   check=True, capture_output=True)


class SecuredQuern(servers.Server):
    scheme = "https"

    def __init__(self):
        self.own_folder = tempfile.mkdtemp(prefix="quern-tls-")
        make_certificate(self.own_folder)
        config = os.path.join(self.own_folder, "quern.json")
        names = {name: os.path.join(self.own_folder, file) for name, file in (("chain", "q.pem"), ("key", "q.key"))}
        with open(config, "w", encoding="ascii") as f:
            json.dump({"listen": [{"address": "127.0.0.1:0", "tls": True}], "tls": {"certificates": [names]}}, f)
        super().__init__("quern", [servers.need_build("quernd"), "--config", config, "--ephemeral", "--shards", "1", "--workers", "1",
                                   "--log-level", "error"])

    def close(self):
        super().close()
        shutil.rmtree(self.own_folder, ignore_errors=True)


class SecuredNginx(servers.Nginx):
    scheme = "https"

    def change(self, text, folder):
        make_certificate(folder)
        secured = f" ssl; ssl_certificate {folder}/q.pem; ssl_certificate_key {folder}/q.key; ssl_protocols TLSv1.3;"
        return text.replace(f"{self.port};", f"{self.port}{secured}")


def cpu(session, server):
    r = load.wrk(server, seconds=session.seconds + session.warmup, connections=64)
    return {"cpu_us": r["server_ns"] / r["requests"] / 1000, "command": r["command"]}


@question("tls64", "CPU per keep-alive GET over TLS 1.3, 64 connections, beside nginx")
def tls64(session):
    said = session.interleave([Side("quern", SecuredQuern, cpu), Side("nginx", SecuredNginx, cpu)])
    return [figures.ratio("CPU per GET over TLS 1.3", column(said["quern"], "cpu_us"), column(said["nginx"], "cpu_us"), unit="us", most=1.0,
                          note="64 handshakes are in it; AES-256-GCM, ECDSA P-256, OpenSSL on both sides")]

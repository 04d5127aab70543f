"""Servers that the cases are played against, on free ports of 127.0.0.1: quern in several configurations, and others to compare with."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from cases_around import TRUSTED

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))
from servers import PATIENCE_S, ROOT, await_port, free_port, need  # noqa: E402  pylint: disable=wrong-import-position

QUERND = ROOT / os.environ.get("QUERN_BUILD", "build/release") / "quernd"
CONTENT = "0123456789" * 100  # of the result that ranges are taken of
TEXT = "text/plain"
COMMON = {
    "routes": [{"path": "/hello", "body": "hello", "type": TEXT}, {"path": "/alive", "body": "alive", "type": TEXT},
               {"path": "/whoami", "body": "nobody", "type": TEXT}, {"path": "/empty", "status": 204},
               {"path": "/number/<int:n>", "body": "number", "type": TEXT}],
    "rules": [{"action": "deny", "path": "/whoami", "networks": ["192.0.2.0/24"]}],
    "trusted_proxies": [TRUSTED],
    "connections_per_address": 0,
}
CONFIGS = {  # a server for each; "main" has a second listener, for the PROXY protocol
    "main": {},
    "cors": {"cors": {"origins": ["https://console.test"], "methods": ["GET", "POST"], "headers": ["Content-Type"]}},
    "forwarded": {"forwarded": "forwarded"},
    "names": {"hosts": ["q.test", "*.w.test", "[2001:db8::1]"]},
    "slow": {"header_timeout": 2, "body_timeout": 2, "first_byte_timeout": 2, "idle_timeout": 3},
}


class Target:
    """can: what it has been configured for. words: what stands in cases for paths and tags of this server."""

    can = set()

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quern-probe-"))
        self.folder.chmod(0o755)
        self.processes = []
        self.ports = {}
        self.words = {}

    def start(self, *command, port):
        path = self.folder / f"log-{port}"
        with open(path, "wb") as log:
            process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        await_port(port, process, path)

    def ask(self, line, fields="", body=""):
        """The head and the content of an answer."""
        with socket.create_connection(("127.0.0.1", self.ports["main"]), PATIENCE_S) as s:
            s.sendall(f"{line} HTTP/1.1\r\nHost: q.test\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{fields}\r\n{body}".encode())
            return b"".join(iter(lambda: s.recv(65536), b"")).decode("latin-1").split("\r\n\r\n", 1)

    def learn_tags(self, **paths):
        for word, path in paths.items():
            self.words[f"@{word}@"] = path
            self.words[f"@{word}_TAG@"] = re.search(r"(?im)^ETag: (\S+)", self.ask(f"GET {path}")[0])[1]

    def close(self):
        """Whether every quernd has ended in good order."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        codes = [(process.args[0], process.wait(PATIENCE_S)) for process in self.processes]
        shutil.rmtree(self.folder)
        return not any(code for program, code in codes if program == str(QUERND))


class Quern(Target):
    can = {"etag", "range", "405", "own"}

    def __init__(self):
        super().__init__()
        self.ports["proxy"] = free_port()
        for name, config in CONFIGS.items():
            port = self.ports[name] = free_port()
            listen = [f"127.0.0.1:{port}"]
            if name == "main":
                listen.append({"address": f"127.0.0.1:{self.ports['proxy']}", "proxy": True})
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps({**COMMON, **config, "listen": listen}))
            self.start(QUERND, "--config", path, "--ephemeral", "--shards", 1, "--workers", 1, port=port)
        job = re.search(r"(?im)^Location: (\S+)", self.ask("POST /run/echo", "Prefer: respond-async\r\n", CONTENT)[0])[1]
        self.ask(f"GET {job}/result", "Prefer: wait=60\r\n")
        self.learn_tags(DOC="/openapi.json", RESULT=f"{job}/result")
        waiting = self.ask("POST /ojs/v1/jobs", "Content-Type: application/json\r\n", '{"type":"probe.none","args":[]}')
        self.words.update({"@JOB@": job, "@WAITING@": re.search(r"(?im)^Location: (\S+)", waiting[0])[1]})


ECHO = """
import http.server, sys

class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
"""


class Nginx(Target):
    """Files, and an echo behind it."""

    can = {"etag", "range", "405"}

    def __init__(self):
        super().__init__()
        port, back, root = free_port(), free_port(), self.folder / "root"
        root.mkdir(mode=0o755)
        for name, text in {"hello": "hello", "alive": "alive", "doc": "doc" * 1000, "result": CONTENT, "index.html": "index"}.items():
            (root / name).write_text(text)
        (self.folder / "echo.py").write_text(ECHO)
        self.start(sys.executable, self.folder / "echo.py", back, port=back)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off; {temporary} default_type text/plain; client_max_body_size 64m;
    server {{
        listen 127.0.0.1:{port}; root {root}; server_tokens off;
        location = /run/echo {{ limit_except POST {{ deny all; }} proxy_pass http://127.0.0.1:{back}; proxy_http_version 1.1; }}
    }}
}}
""")
        self.start(need("nginx"), "-p", self.folder, "-c", self.folder / "nginx.conf", port=port)
        self.ports["main"] = port
        self.learn_tags(DOC="/doc", RESULT="/result")


NODE = """
const fixed = {'/': 'root', '/hello': 'hello', '/alive': 'alive', '/doc': 'doc'.repeat(1000)};
require('http').createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const answer = (status, body, fields) => {
      response.writeHead(status, {'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body), ...fields});
      response.end(body);
    };
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, 'http://q.test').pathname);
    } catch (e) {
      return answer(400, 'bad', {Connection: 'close'});
    }
    const allow = request.url === '*' ? 'GET, HEAD, OPTIONS, POST' : path in fixed ? 'GET, HEAD, OPTIONS' :
      path === '/run/echo' ? 'OPTIONS, POST' : '';
    if (!allow) return answer(404, 'nothing');
    if (request.method === 'OPTIONS') return answer(200, '', {Allow: allow});
    if (!allow.split(', ').includes(request.method)) return answer(405, 'no', {Allow: allow});
    answer(200, path in fixed ? fixed[path] : Buffer.concat(parts));
  });
}).listen(+process.argv[2], '127.0.0.1');
"""


class Node(Target):
    can = {"405"}

    def __init__(self):
        super().__init__()
        port = self.ports["main"] = free_port()
        (self.folder / "server.js").write_text(NODE)
        self.start(need("node"), self.folder / "server.js", port, port=port)
        self.words["@DOC@"] = "/doc"


TARGETS = {"quern": Quern, "nginx": Nginx, "node": Node}

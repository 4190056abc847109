"""Debian's docker-registry on loopback, three ways: open and plain, with Basic and TLS, with tokens; and images that are pushed to
it as blobs and manifests, without Docker."""
import base64
import crypt
import hashlib
import json
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness import Process, free_port, need, run, wait_until

USER, PASSWORD = "ci", "made-up secret"
IMAGE_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
OCI_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
ANY_TYPE = ", ".join((IMAGE_TYPE, OCI_TYPE, INDEX_TYPE))


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def basic(password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()


class RegistryServer(Process):
    """Running when it returns. `stop` or `kill` and `start` keep what was pushed."""

    scheme, auth = "http", ""

    def __init__(self, test, **more):
        self.dir, self.host = test.dir, f"127.0.0.1:{free_port()}"
        self.prepare(test)
        config = self.dir / "registry.yml"
        config.write_text(f"version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {self.dir}/registry}}, "
                          f"delete: {{enabled: true}}}}\nhttp: {{addr: '{self.host}'{self.tls()}}}\n{self.auth}")
        super().__init__([need("docker-registry", "docker-registry"), "serve", config], self.dir / "registry.log", **more)
        test.addCleanup(test.end, self)

    def prepare(self, test) -> None:
        pass

    def tls(self) -> str:
        return ""

    def context(self):
        return None

    def authorization(self, _scope: str) -> str:
        return ""

    def option(self) -> str:
        """What follows --registry."""
        return f"{self.host},plain_http"

    def start(self) -> None:
        super().start()
        wait_until("docker-registry answers", lambda: self.answers() or not self.alive(), why=self.tail)
        assert self.alive(), self.tail()

    def answers(self) -> bool:
        try:
            self.ask("GET", "/v2/", "")
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False
        return True

    def ask(self, method: str, target: str, scope: str, body: bytes | None = None, headers: dict | None = None):
        url = target if "://" in target else f"{self.scheme}://{self.host}{target}"
        request = urllib.request.Request(url, body, headers or {}, method=method)
        if authorization := self.authorization(scope):
            request.add_header("Authorization", authorization)
        handlers = [urllib.request.ProxyHandler({})]
        if context := self.context():
            handlers.append(urllib.request.HTTPSHandler(context=context))
        return urllib.request.build_opener(*handlers).open(request, timeout=30)

    def push_blob(self, path: str, content: bytes) -> dict:
        scope, digest = f"repository:{path}:pull,push", digest_of(content)
        where = self.ask("POST", f"/v2/{path}/blobs/uploads/", scope, b"").headers["Location"]
        joint = "&" if "?" in where else "?"
        self.ask("PUT", f"{where}{joint}digest={urllib.parse.quote(digest)}", scope, content, {"Content-Type": "application/octet-stream"})
        return {"digest": digest, "size": len(content)}

    def push_manifest(self, path: str, reference: str, manifest: dict, kind: str) -> str:
        content = json.dumps(manifest, indent=3).encode()
        self.ask("PUT", f"/v2/{path}/manifests/{reference}", f"repository:{path}:pull,push", content, {"Content-Type": kind})
        return digest_of(content)

    def push_image(self, path: str, tag: str, content: str = "", kind: str = IMAGE_TYPE) -> str:
        """An image of one layer; its digest. `content` makes it another one."""
        config = self.push_blob(path, json.dumps({"os": "linux", "architecture": "amd64", "content": content or tag}).encode())
        layer = self.push_blob(path, f"layer of {path} {content or tag}".encode() * 100)
        config["mediaType"] = "application/vnd.docker.container.image.v1+json"
        layer["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar.gzip"
        return self.push_manifest(path, tag, {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]}, kind)

    def push_index(self, path: str, tag: str) -> str:
        """An OCI index of two platforms, which have no tags."""
        parts = []
        for architecture in ("amd64", "arm64"):
            digest = self.push_image(path, f"{tag}-{architecture}", f"{tag} {architecture}", OCI_TYPE)
            size = len(self.manifest(path, digest)[0])
            parts.append({"mediaType": OCI_TYPE, "digest": digest, "size": size, "platform": {"os": "linux", "architecture": architecture}})
        return self.push_manifest(path, tag, {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": parts}, INDEX_TYPE)

    def manifest(self, path: str, reference: str) -> tuple[bytes, str] | None:
        """Bytes and type; None: not there."""
        try:
            answer = self.ask("GET", f"/v2/{path}/manifests/{reference}", f"repository:{path}:pull", headers={"Accept": ANY_TYPE})
        except urllib.error.HTTPError as error:
            assert error.code == 404, error
            return None
        return answer.read(), answer.headers["Content-Type"]

    def tag_folder(self, path: str) -> Path:
        return self.dir / "registry/docker/registry/v2/repositories" / path / "_manifests/tags"


class BasicRegistry(RegistryServer):
    scheme = "https"

    def prepare(self, test) -> None:
        self.ca, self.cert, self.key = test.certificate()
        (self.dir / "htpasswd").write_text(f"{USER}:{crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16))}\n")
        (self.dir / "password").write_text(PASSWORD + "\n")
        self.auth = f"auth: {{htpasswd: {{realm: test, path: {self.dir}/htpasswd}}}}\n"

    def tls(self) -> str:
        return f", tls: {{certificate: {self.cert}, key: {self.key}}}"

    def context(self):
        return ssl.create_default_context(cafile=str(self.ca))

    def authorization(self, _scope: str) -> str:
        return basic()

    def option(self) -> str:
        return f"{self.host},ca_file={self.ca},username={USER},password_file={self.dir}/password"


class TokenRegistry(RegistryServer):
    """A token server of the test's own; tokens are good for some seconds, and for what is asked for."""

    def prepare(self, test) -> None:
        self.cert, self.key = self.dir / "token.pem", self.dir / "token.key"
        run(need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens", "-keyout",
            self.key, "-out", self.cert)
        (self.dir / "password").write_text(PASSWORD + "\n")
        registry = self

        class Tokens(BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                good = self.headers["Authorization"] == basic()
                body = json.dumps({"token": registry.token(query.get("scope", []))} if good else {"details": "no"}).encode()
                self.send_response(200 if good else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.auth = (f"auth: {{token: {{realm: 'http://127.0.0.1:{server.server_port}/token', service: test, issuer: tokens, "
                     f"rootcertbundle: {self.cert}}}}}\n")

    def token(self, scopes: list[str]) -> str:
        def part(content: bytes) -> str:
            return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
        der = base64.b64encode(ssl.PEM_cert_to_DER_cert(self.cert.read_text())).decode()
        access = [dict(zip(("type", "name", "actions"), (*scope.rsplit(":", 1)[0].split(":", 1), scope.rsplit(":", 1)[1].split(","))))
                  for scope in scopes]
        now = int(time.time())
        claims = {"iss": "tokens", "sub": USER, "aud": "test", "exp": now + 60, "nbf": now - 10, "iat": now, "jti": "x", "access": access}
        signed = f"{part(json.dumps({'typ': 'JWT', 'alg': 'RS256', 'x5c': [der]}).encode())}.{part(json.dumps(claims).encode())}"
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=signed.encode(), capture_output=True, check=True).stdout
        return f"{signed}.{part(signature)}"

    def authorization(self, scope: str) -> str:
        return f"Bearer {self.token([scope])}" if scope else ""

    def option(self) -> str:
        return f"{self.host},plain_http,username={USER},password_file={self.dir}/password"

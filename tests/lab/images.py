"""Images of the lab's releases, put into the registry by its API: no Docker takes part, so none has them before it pulls.

An image is one layer of static programs and a configuration. Versions of the same program share the layer, as real releases do.
"""
import base64
import gzip
import hashlib
import io
import json
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Registry:
    def __init__(self, host: str, user: str, password: str):
        self.host = host
        self.login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "", status: int = 200):
        url = path if path.startswith("http") else f"http://{self.host}/v2/{path}"
        headers = {"Authorization": self.login, "Accept": MANIFEST, **({"Content-Type": kind} if kind else {})}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        if answer.status != status:
            raise AssertionError(f"{method} {url}: {answer.status} {answer.read().decode(errors='replace')}")
        return answer

    def has(self, path: str) -> bool:
        try:
            return bool(self.call("HEAD", path))
        except AssertionError:
            return False

    def blob(self, name: str, data: bytes, kind: str) -> dict:
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        if not self.has(f"{name}/blobs/{digest}"):
            place = self.call("POST", f"{name}/blobs/uploads/", b"", status=202).headers["Location"]
            self.call("PUT", place + ("&" if "?" in place else "?") + f"digest={digest}", data, "application/octet-stream", 201)
        return {"mediaType": kind, "size": len(data), "digest": digest}

    def push(self, name: str, tag: str, programs: dict[str, Path], config: dict) -> str:
        """`programs`: path in the image → file here. `config`: as Docker's image configuration has it. The digest."""
        with io.BytesIO() as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for inside, path in sorted(programs.items()):
                    entry = tarfile.TarInfo(inside.lstrip("/"))
                    entry.size, entry.mode = path.stat().st_size, 0o755
                    with open(path, "rb") as content:
                        tar.addfile(entry, content)
            layer = file.getvalue()
        configuration = {"architecture": "amd64", "os": "linux", "config": config,
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self.blob(name, json.dumps(configuration).encode(), "application/vnd.docker.container.image.v1+json"),
            "layers": [self.blob(name, gzip.compress(layer, 1, mtime=0), "application/vnd.docker.image.rootfs.diff.tar.gzip")]}).encode()
        self.call("PUT", f"{name}/manifests/{tag}", manifest, MANIFEST, 201)
        return "sha256:" + hashlib.sha256(manifest).hexdigest()

    def delete(self, name: str, digest: str) -> None:
        """The manifest; what refers to it cannot be pulled any more."""
        self.call("DELETE", f"{name}/manifests/{digest}", status=202)


def web_config(version: str, **behaviour) -> dict:
    """Of the service as it is in web/: behaviour as behaviour.hpp names it, without WEB_: errors_after=2000."""
    environment = {"WEB_VERSION": version, **{f"WEB_{key.upper()}": value for key, value in behaviour.items()}}
    second = 1_000_000_000
    return {"Entrypoint": ["/web"], "Env": [f"{key}={value}" for key, value in environment.items()], "ExposedPorts": {"8080/tcp": {}},
            "User": "65534:65534", "Labels": {"version": version},
            "Healthcheck": {"Test": ["CMD", "/web", "check", "/health"], "Interval": second, "Timeout": 2 * second, "Retries": 2}}

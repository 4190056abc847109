"""Docker's HTTP API over a unix socket, as much of it as the lab asks for."""
import base64
import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote, urlencode


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float):
        super().__init__("docker", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Docker:
    """Each call on a connection of its own. An answer of 400 or more is an AssertionError that holds Docker's words."""

    def __init__(self, path: Path):
        self.path = path

    def call(self, method: str, target: str, body=None, limit: float = 60, headers: dict | None = None, **query) -> bytes:
        connection = UnixConnection(self.path, limit)
        try:
            data = None if body is None else json.dumps(body)
            if query:
                target += "?" + urlencode({key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in query.items()})
            connection.request(method, f"/v1.41{target}", data, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 400:
                raise AssertionError(f"{method} {target} on {self.path}: {answer.status} {text.decode(errors='replace').strip()}")
            return text
        finally:
            connection.close()

    def get(self, target: str, **query):
        return json.loads(self.call("GET", target, **query))

    def alive(self) -> bool:
        try:
            self.call("GET", "/_ping", limit=2)
        except (OSError, http.client.HTTPException, AssertionError):
            return False
        return True

    def containers(self, **filters) -> list[dict]:
        """All, inspected; filters as Docker names them: label=["a=b"]."""
        listed = self.get("/containers/json", all=1, filters=filters)
        return [self.get(f"/containers/{one['Id']}/json") for one in listed]

    def inspect(self, name: str) -> dict | None:
        try:
            return self.get(f"/containers/{quote(name)}/json")
        except AssertionError as error:
            if ": 404 " in str(error):
                return None
            raise

    def pull(self, image: str, user: str, password: str) -> None:
        """Docker answers 200 and tells of errors afterwards."""
        login = base64.urlsafe_b64encode(json.dumps({"username": user, "password": password}).encode()).decode()
        progress = self.call("POST", "/images/create", headers={"X-Registry-Auth": login}, fromImage=image)
        wrong = [line for line in progress.splitlines() if b'"errorDetail"' in line]
        if wrong:
            raise AssertionError(f"pull {image}: {wrong[0].decode()}")

    def create(self, name: str, body: dict) -> str:
        return json.loads(self.call("POST", "/containers/create", body, name=name))["Id"]

    def start(self, name: str) -> None:
        self.call("POST", f"/containers/{quote(name)}/start")

    def stop(self, name: str, grace: int = 10) -> None:
        self.call("POST", f"/containers/{quote(name)}/stop", t=grace)

    def remove(self, name: str) -> None:
        self.call("DELETE", f"/containers/{quote(name)}", force=1, v=1)

    def logs(self, name: str, lines: int = 50) -> str:
        """The last lines; its frames taken apart."""
        data, text = self.call("GET", f"/containers/{quote(name)}/logs", stdout=1, stderr=1, tail=lines), b""
        while len(data) >= 8:
            size = int.from_bytes(data[4:8], "big")
            text, data = text + data[8:8 + size], data[8 + size:]
        return text.decode(errors="replace")

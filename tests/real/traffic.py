"""Constant traffic for a load balancer on loopback, kept open and closed connections, GET and POST, quick and slow; every failure
is kept with its time."""
import http.client
import threading
import time

KINDS = [("GET", "/", True), ("GET", "/", False), ("POST", "/", True), ("POST", "/", False), ("GET", "/slow", True)]


class Traffic:
    def __init__(self, port: int, keep_alive: bool = True):
        self.port = port
        self.failures, self.last, self.done = [], {}, 0
        self.end, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.send, args=kind, daemon=True) for kind in KINDS
                        if keep_alive or not kind[2]]

    @staticmethod
    def ask(port: int, cookie: str = "") -> tuple[str, str]:
        """Name and version of who answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            words = answer.read().decode().split()
            return (words[0], words[1]) if answer.status == 200 else ("", str(answer.status))
        finally:
            connection.close()

    def send(self, method: str, path: str, keep: bool) -> None:
        connection = None
        while not self.end.is_set():
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request(method, path, body=b"x" * 1000 if method == "POST" else None,
                                   headers={"User-Agent": "client", **({} if keep else {"Connection": "close"})})
                answer = connection.getresponse()
                body = answer.read().decode()
                with self.lock:
                    self.done += 1
                    if answer.status == 200:
                        self.last[body.split()[0]] = tuple(body.split())
                    else:
                        self.failures.append((time.time(), method, path, keep, answer.status, body))
                if not keep:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.failures.append((time.time(), method, path, keep, repr(error)))
                connection.close()
                connection = None
            time.sleep(0.01)
        if connection:
            connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        for thread in self.threads:
            thread.join()

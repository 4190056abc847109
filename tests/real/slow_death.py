"""A socket before Docker's, which passes requests on, and ends a program when one of them has been done but not answered."""
import socket
import threading
from pathlib import Path


class SlowDeath:
    def __init__(self, path: Path, docker: Path, request: str, end):
        """`request`: what the first line of that request holds; `end()` is called once."""
        self.docker, self.request, self.end = docker, request, end
        self.done = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:  # closed
                return
            with caller:
                asked = self.read(caller, b"\r\n\r\n")
                with socket.socket(socket.AF_UNIX) as docker:
                    docker.connect(str(self.docker))
                    docker.sendall(asked)
                    docker.shutdown(socket.SHUT_WR)
                    answer = self.read(docker, None)
                if self.request.encode() in asked.split(b"\r\n")[0] and not self.done.is_set():
                    self.end()
                    self.done.set()
                else:
                    caller.sendall(answer)

    @staticmethod
    def read(stream: socket.socket, until: bytes | None) -> bytes:
        """To its end, or to where `until` comes."""
        text = b""
        while until is None or until not in text:
            piece = stream.recv(65536)
            if not piece:
                break
            text += piece
        return text

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

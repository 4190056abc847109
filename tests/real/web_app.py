"""A web application for the tests with load balancers: says its name and version, counts, can be sick, and ends as a good one does."""
import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebApp(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, name: str, port: int = 0, version: str = "1", host: str = "127.0.0.1"):
        self.name, self.version, self.sick, self.requests = name, version, False, 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                if self.path == "/slow":
                    time.sleep(0.2)
                app = self.server
                app.requests += 1
                body = f"{app.name} {app.version}\n".encode()
                # Sick: the probe, which is sent no User-Agent of a client, is told so; clients are served.
                probe = self.headers.get("User-Agent") == "longshore"
                self.send_response(503 if app.sick and probe else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass
        self.open = set()  # connections
        super().__init__((host, port), Handler)
        self.port = self.server_port
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        pass  # clients go away as they like

    def stop(self) -> None:
        """As a process that ends: nobody listens, and every connection is closed."""
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

#!/usr/bin/python3
"""cut_proxy.py CERTIFICATE KEY DOOR=PORT...: a proxy before each door of a lab that cuts connections.  Prints {"DOOR": port, ...}; then
obeys lines of standard input, answering each with one:

  DOOR bytes N         after N bytes that the server sent, TLS and all (every connection anew)
  DOOR request N       after N bytes that the client sent
  DOOR ACTION N        WinRM: after N bytes of the answer to that action of WS-Management (Create, Command, Receive, Signal, Delete)
  DOOR never           not at all
  report               what happened since the last report, as JSON: {"DOOR": {"cut": TIMES, ACTION: REQUESTS, ...}, ...}

Doors whose name ends in /winrm are TLS of the proxy's own, so that it sees what is asked; at others it passes on what it does not
read.  Every second cut is a reset.
"""

import json
import re
import socket
import ssl
import struct
import sys
import threading


class Cut(Exception):
    """This connection is over."""


class Door:
    def __init__(self, name: str, port: int):
        self.name, self.port, self.rule, self.counts = name, port, ("never", 0), {}
        self.lock = threading.Lock()

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def taken(self) -> dict:
        with self.lock:
            counts, self.counts = self.counts, {}
        return counts


class Limit:
    """How many bytes of one direction may pass; None: all."""

    def __init__(self, door: Door, most):
        self.door, self.left = door, most

    def send(self, connection: socket.socket, data: bytes) -> None:
        if self.left is None or len(data) <= self.left:
            connection.sendall(data)
            self.left = None if self.left is None else self.left - len(data)
            return
        connection.sendall(data[:self.left])
        self.door.count("cut")
        raise Cut


def end(*connections: socket.socket, reset: bool) -> None:
    for connection in connections:
        try:
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()


# ---- what is not read ----

def pump(source: socket.socket, sink: socket.socket, limit: Limit, both) -> None:
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            limit.send(sink, data)
    except (OSError, Cut):
        pass
    both()


def pass_on(door: Door, client: socket.socket, reset: bool) -> None:
    server = socket.create_connection(("127.0.0.1", door.port))
    kind, most = door.rule
    down = Limit(door, most if kind == "bytes" else None)
    up = Limit(door, most if kind == "request" else None)
    over = threading.Event()
    threads = [threading.Thread(target=pump, args=(source, sink, limit, over.set), daemon=True)
               for source, sink, limit in ((server, client, down), (client, server, up))]
    for thread in threads:
        thread.start()
    over.wait()
    end(client, server, reset=reset)


# ---- WS-Management ----

class Tls:
    """The server's side of TLS, with the bytes on the wire in sight."""

    def __init__(self, door: Door, connection: socket.socket, context: ssl.SSLContext):
        self.connection, self.incoming, self.outgoing = connection, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.door, (self.kind, most) = door, door.rule
        self.down = Limit(door, most if self.kind == "bytes" else None)
        self.request_left = most if self.kind == "request" else None

    def flush(self) -> None:
        self.down.send(self.connection, self.outgoing.read())

    def step(self, operation, *arguments):
        while True:
            try:
                result = operation(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                data = self.connection.recv(65536)
                if not data:
                    raise Cut from None
                if self.request_left is not None:
                    self.request_left -= len(data)
                    if self.request_left < 0:
                        self.door.count("cut")
                        raise Cut from None
                self.incoming.write(data)


def http_message(read) -> bytes:
    """One whole message with a Content-Length; b"" at the end of the stream."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = read()
        if not part:
            return b""
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        part = read()
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def action_of(request: bytes) -> str:
    found = re.search(rb"<a:Action[^>]*>[^<]*/([^/<]*)<", request)
    return found[1].decode() if found else "Identify"


def converse(door: Door, client: socket.socket, context: ssl.SSLContext, strangers: ssl.SSLContext) -> None:
    tls = Tls(door, client, context)
    tls.step(tls.tls.do_handshake)
    with strangers.wrap_socket(socket.create_connection(("127.0.0.1", door.port))) as server:
        while True:
            request = http_message(lambda: tls.step(tls.tls.read, 65536))
            if not request:
                return
            action = action_of(request)
            door.count(action)
            server.sendall(request)
            answer = http_message(lambda: server.recv(65536))
            if tls.kind == action:
                tls.down = Limit(door, door.rule[1])
            tls.step(tls.tls.write, answer)


# ---- all of them ----

def serve(door: Door, listener: socket.socket, context: ssl.SSLContext, strangers: ssl.SSLContext) -> None:
    def one(client: socket.socket, reset: bool) -> None:
        try:
            if door.name.endswith("/winrm"):
                converse(door, client, context, strangers)
            else:
                pass_on(door, client, reset)
        except (OSError, ssl.SSLError, Cut):
            pass
        finally:
            end(client, reset=reset)

    number = 0
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        threading.Thread(target=one, args=(client, number % 2 == 0), daemon=True).start()


def obey(doors: dict) -> None:
    for line in sys.stdin:
        words = line.split()
        if words == ["report"]:
            print(json.dumps({door.name: door.taken() for door in doors.values()}), flush=True)
            continue
        doors[words[0]].rule = (words[1], int(words[2]) if len(words) > 2 else 0)
        print("done", flush=True)


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    strangers = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    strangers.check_hostname, strangers.verify_mode = False, ssl.CERT_NONE
    doors, ports = {}, {}
    for argument in sys.argv[3:]:
        name, port = argument.split("=")
        doors[name] = Door(name, int(port))
        listener = socket.create_server(("127.0.0.1", 0))
        ports[name] = listener.getsockname()[1]
        threading.Thread(target=serve, args=(doors[name], listener, context, strangers), daemon=True).start()
    print(json.dumps(ports), flush=True)
    obey(doors)


main()

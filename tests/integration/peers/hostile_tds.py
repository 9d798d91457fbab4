#!/usr/bin/python3
"""hostile_tds.py CERTIFICATE KEY [MODE]: servers that mean harm, one per mode and port.  Prints {"mode": port, ...} and serves until killed.

Each speaks TDS 7.4 as far as it must to be listened to - PRELOGIN, TLS 1.2 inside it, a login that always succeeds - and then does
what its mode says, for as long as the client stays.  With MODE `corrupt`, a seed may follow as SEED for one repeatable stream.
"""

import json
import random
import socket
import ssl
import struct
import sys
import threading
import time
import warnings

REPLY, PRELOGIN, ATTENTION = 0x04, 0x12, 0x06
MORE, FINAL = 0x0001, 0x0000


def packet(kind: int, payload: bytes, last: bool = True) -> bytes:
    return struct.pack(">BBHHBB", kind, 1 if last else 0, len(payload) + 8, 0, 1, 0) + payload


def message(payload: bytes) -> bytes:
    """A whole reply, in packets of the size that LOGIN7 asks for by default."""
    parts = [payload[at:at + 4088] for at in range(0, len(payload), 4088)] or [b""]
    return b"".join(packet(REPLY, part, part is parts[-1]) for part in parts)


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def done(status: int = FINAL) -> bytes:
    return struct.pack("<BHHQ", 0xFD, status, 0, 0)


def info(number: int, words: str, severity: int = 0, token: int = 0xAB) -> bytes:
    body = struct.pack("<iBBH", number, 1, severity, len(words)) + text(words) + b"\x00\x00" + struct.pack("<i", 1)
    return struct.pack("<BH", token, len(body)) + body


def login_ack() -> bytes:
    name = "Microsoft SQL Server"
    body = b"\x01\x74\x00\x00\x04" + bytes([len(name)]) + text(name) + b"\x0c\x00\x17\x88"
    return struct.pack("<BH", 0xAD, len(body)) + body


COLLATION = b"\x09\x04\xd0\x00\x34"
INT = b"\x38"
NVARCHAR = b"\xe7\x40\x1f" + COLLATION
NVARCHAR_MAX = b"\xe7\xff\xff" + COLLATION
VARBINARY = b"\xa5\x40\x1f"
VARIANT = b"\x62\x49\x1f\x00\x00"


def columns(*types: bytes, name: str = "now_utc") -> bytes:
    each = [struct.pack("<IH", 0, 1) + kind + bytes([len(name)]) + text(name) for kind in types]
    return struct.pack("<BH", 0x81, len(types)) + b"".join(each)


def row(*values: bytes) -> bytes:
    return b"\xd1" + b"".join(values)


def short(data: bytes) -> bytes:
    return struct.pack("<H", len(data)) + data


class Client:
    """One connection; send() goes through TLS once there is any."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext):
        self.socket, self.context, self.tls = connection, context, None
        self.incoming, self.outgoing, self.pending = ssl.MemoryBIO(), ssl.MemoryBIO(), b""

    def raw(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data

    def read(self, size: int) -> bytes:
        if not self.tls:
            return self.raw(size)
        while len(self.pending) < size:
            try:
                self.pending += self.tls.read(65536)
            except ssl.SSLWantReadError:
                part = self.socket.recv(65536)
                if not part:
                    raise ConnectionError from None
                self.incoming.write(part)
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def request(self) -> int:
        """Reads one whole message; its type."""
        while True:
            kind, status, length = struct.unpack(">BBH4x", self.read(8))
            self.read(length - 8)
            if status & 1:
                return kind

    def send(self, data: bytes) -> None:
        if self.tls:
            self.tls.write(data)
            data = self.outgoing.read()
        self.socket.sendall(data)

    def drip(self, data: bytes, pause_s: float = 0.3) -> None:
        for at in range(len(data)):
            self.send(data[at:at + 1])
            time.sleep(pause_s)

    def prelogin(self) -> None:
        self.request()
        self.send(packet(REPLY, bytes.fromhex("00000b0006 0100110001 ff 0c0017880000 01")))

    def handshake(self) -> None:
        tls = self.context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                if self.outgoing.pending:
                    self.socket.sendall(packet(PRELOGIN, self.outgoing.read()))
                length = struct.unpack(">xxH4x", self.raw(8))[0]
                self.incoming.write(self.raw(length - 8))
        if self.outgoing.pending:
            self.socket.sendall(packet(PRELOGIN, self.outgoing.read()))
        self.tls = tls

    def login(self) -> None:
        self.prelogin()
        self.handshake()
        self.request()

    def logged_in(self) -> None:
        self.login()
        self.send(message(login_ack() + done()))
        self.request()


def forever(client: Client, start: bytes, again: bytes) -> None:
    """One message that never ends, whatever the client says meanwhile."""
    again *= max(1, 4088 // max(1, len(again)))
    client.send(packet(REPLY, start, False)) if start else None
    while True:
        for at in range(0, len(again), 4088):
            client.send(packet(REPLY, again[at:at + 4088], False))


# ---- before the login ----

def random_bytes(client):
    while True:
        client.send(random.randbytes(4096))


def zero_bytes(client):
    while True:
        client.send(bytes(4096))


def endless_prelogin(client):
    client.request()
    forever(client, b"", b"\x00" * 64)


def dripping_prelogin(client):
    client.request()
    client.drip(packet(REPLY, bytes(4000)))


def empty_packets(client):
    client.prelogin()
    while True:
        client.send(packet(PRELOGIN, b"") * 500)


def endless_tls_records(client):
    """HelloRequests: a client in a handshake ignores them."""
    client.prelogin()
    while True:
        client.send(packet(PRELOGIN, bytes.fromhex("1603030004 00000000") * 400))


def endless_tls_message(client):
    """One handshake message of 16 MB."""
    client.prelogin()
    client.send(packet(PRELOGIN, bytes.fromhex("1603034000 02ffffff") + bytes(0x4000 - 4)))
    while True:
        client.send(packet(PRELOGIN, bytes.fromhex("1603034000") + bytes(0x4000)))


def dripping_tls(client):
    client.prelogin()
    client.drip(packet(PRELOGIN, bytes.fromhex("1603034000") + bytes(0x4000)))


# ---- instead of the login's answer ----

def silent_after_login(client):
    client.login()
    client.request()


def closes_after_login(client):
    client.login()


def garbage_login(client):
    client.login()
    forever(client, b"", random.randbytes(65536))


def endless_login_info(client):
    client.login()
    forever(client, b"", info(5701, "Changed database context to 'master'."))


def endless_login_errors(client):
    client.login()
    forever(client, b"", info(18456, "Login failed for user 'everybody'. " * 100, 14, 0xAA))


def dripping_login(client):
    client.login()
    client.drip(message(login_ack() + done()))


# ---- instead of an answer to a query ----

def garbage_answer(client):
    client.logged_in()
    forever(client, b"", random.randbytes(65536))


def endless_info(client):
    client.logged_in()
    forever(client, b"", info(0, "x" * 100))


def endless_errors(client):
    client.logged_in()
    forever(client, b"", info(50000, "y" * 1900, 16, 0xAA))


def endless_rows(client):
    client.logged_in()
    forever(client, columns(INT), row(b"\x01\x00\x00\x00"))


def endless_wide_rows(client):
    client.logged_in()
    forever(client, columns(*[NVARCHAR] * 8), row(*[short(text("z" * 3000))] * 8))


def endless_value(client):
    client.logged_in()
    forever(client, columns(NVARCHAR_MAX) + row(struct.pack("<Q", 0xFFFFFFFFFFFFFFFE)), struct.pack("<I", 4000) + text("w" * 2000))


def endless_result_sets(client):
    client.logged_in()
    forever(client, b"", columns(INT) + row(b"\x01\x00\x00\x00") + done(MORE))


def endless_done(client):
    client.logged_in()
    forever(client, b"", done(MORE))


def endless_columns(client):
    client.logged_in()
    forever(client, struct.pack("<BH", 0x81, 0xFFFE), columns(NVARCHAR, name="c" * 255)[3:])


def dripping_answer(client):
    client.logged_in()
    client.drip(message(columns(INT) + row(b"\x01\x00\x00\x00") * 1000))


def answers_with(answer: bytes):
    def mode(client):
        client.logged_in()
        while True:
            client.send(message(answer))
            client.request()
    return mode


def corrupt(client):
    """A whole answer in which some bytes are others: what a parser must survive."""
    dice = random.Random(client.seed)
    client.logged_in()
    while True:
        answer = bytearray(info(0, "words") + columns(INT, NVARCHAR, NVARCHAR_MAX, VARBINARY, VARIANT)
                           + row(b"\x01\x00\x00\x00", short(text("abc")), struct.pack("<QI", 6, 6) + text("abc") + bytes(4),
                                 short(b"\x01\x02"), struct.pack("<IBBB", 7, 0x38, 0, 1) + b"\x00\x00\x00") * 3 + done())
        for _ in range(dice.randrange(1, 6)):
            answer[dice.randrange(len(answer))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        client.send(message(bytes(answer)))
        client.request()


def old_tls(client):
    """No harm: a SQL Server before its updates, TLS 1.0 alone."""
    client.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client.context.minimum_version = client.context.maximum_version = ssl.TLSVersion.TLSv1
    client.context.set_ciphers("ALL:@SECLEVEL=0")
    client.context.load_cert_chain(sys.argv[1], sys.argv[2])
    client.logged_in()
    client.send(message(done()))


def retyped_columns(client):
    """Sybase's column format (0xA1), which FreeTDS 1.3.17 applies to the columns it has: then it frees a row's text as an address."""
    client.logged_in()
    value = struct.pack("<QI", 6, 6) + text("abc") + bytes(4)
    client.send(message(columns(NVARCHAR, NVARCHAR_MAX) + row(short(text("abcdefgh")), value) + bytes.fromhex("a10600610062")))


MODES = {mode.__name__: mode for mode in (
    random_bytes, zero_bytes, endless_prelogin, dripping_prelogin, empty_packets, endless_tls_records, endless_tls_message,
    dripping_tls, silent_after_login, closes_after_login, garbage_login, endless_login_info, endless_login_errors, dripping_login,
    garbage_answer, endless_info, endless_errors, endless_rows, endless_wide_rows, endless_value, endless_result_sets, endless_done,
    endless_columns, dripping_answer, old_tls, retyped_columns, corrupt)}
MODES.update({
    "no_columns": answers_with(done()),
    "longest_variant": answers_with(columns(VARIANT) + row(
        struct.pack("<IBB", 8000 + 9, 0xE7, 7) + COLLATION + struct.pack("<H", 8000) + text("v" * 4000)) + done()),
    "longest_binary": answers_with(columns(VARBINARY) + row(short(b"\xff" * 64)) + done()),
})


def serve(listener: socket.socket, mode, context: ssl.SSLContext, seed: int) -> None:
    def one(connection):
        client = Client(connection, context)
        client.seed = seed
        try:
            mode(client)
        except (OSError, ssl.SSLError, struct.error):
            pass
        finally:
            connection.close()

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=one, args=(connection,), daemon=True).start()


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    ports = {}
    for name, mode in MODES.items():
        if len(sys.argv) > 3 and sys.argv[3] != name:
            continue
        listener = socket.create_server(("127.0.0.1", 0))
        ports[name] = listener.getsockname()[1]
        seed = int(sys.argv[4]) if len(sys.argv) > 4 else 0
        threading.Thread(target=serve, args=(listener, mode, context, seed), daemon=True).start()
    print(json.dumps(ports), flush=True)
    threading.Event().wait()


main()

#!/usr/bin/python3
"""hostile_host.py CERTIFICATE KEY ODD_CERTIFICATE ODD_KEY: Windows hosts that mean harm, one per mode and port.  Prints
{"mode": port, ...}, with the port of one that nobody may come to as "victim", and serves until killed.

Modes are named by the door that they stand for: winrm_, sip_, web_, tls_ (any of them), snmp_ (UDP).  Each speaks its protocol as
far as it must to be listened to and then does what its mode says, for as long as the client stays.  What it counts - connections to
the victim, requests by their WS-Management action - goes to standard error, one line each: MODE WHAT.
"""

import base64
import gzip
import json
import random
import re
import socket
import ssl
import sys
import threading
import time

from OpenSSL import SSL

HUGE = 1 << 30
BLOCK = b"x" * 65536


class Gone(Exception):
    """The client has left."""


def count(mode: str, what: str) -> None:
    print(mode, what, file=sys.stderr, flush=True)


def drip(connection, data: bytes, pause_s: float = 0.2) -> None:
    for at in range(len(data)):
        connection.sendall(data[at:at + 1])
        time.sleep(pause_s)


def forever(connection, data: bytes) -> None:
    """Tens of MB a second: the tests run beside others."""
    data *= max(1, 16384 // len(data))
    while True:
        connection.sendall(data)
        time.sleep(0.0005)


def wait(connection) -> None:
    """Until the client leaves."""
    while connection.recv(65536):
        pass


# ---- HTTP ----

class Request:
    def __init__(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                raise Gone
            data += part
        self.head, self.body = data.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)content-length: *(\d+)", self.head)
        while length and len(self.body) < int(length[1]):
            part = connection.recv(65536)
            if not part:
                raise Gone
            self.body += part

    def field(self, pattern: bytes) -> str:
        found = re.search(pattern, self.body)
        return found[1].decode() if found else ""

    @property
    def action(self) -> str:
        return self.field(rb"<a:Action[^>]*>[^<]*/([^/<]*)<") or "Identify"

    @property
    def message(self) -> str:
        return self.field(rb"<a:MessageID>uuid:([^<]*)<")


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/soap+xml;charset=UTF-8", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(answer):
    """The same, whatever is asked; `answer` may be a function of the request."""
    def mode(connection):
        while True:
            request = Request(connection)
            connection.sendall(answer(request) if callable(answer) else answer)
    return mode


def once(answer: bytes, then):
    """Bytes after the first request, then something without an end."""
    def mode(connection):
        Request(connection)
        connection.sendall(answer)
        then(connection)
    return mode


def endless(data: bytes):
    return lambda connection: forever(connection, data)


def dripping(data: bytes):
    return lambda connection: drip(connection, data)


def half_closed(connection) -> None:
    connection.unwrap_half()
    wait(connection)


OK = b"HTTP/1.1 200 OK\r\n"
HTTP_MODES = {
    "endless_headers": once(OK, endless(b"X-Same: " + b"y" * 200 + b"\r\n")),
    "one_endless_header": once(OK + b"X-Long: ", endless(b"y")),
    "endless_continue": once(b"", endless(b"HTTP/1.1 100 Continue\r\n\r\n")),
    "endless_cookies": once(OK, endless(b"Set-Cookie: a" + b"b" * 90 + b"=1\r\n")),
    "garbage": once(random.randbytes(65536), wait),
    "no_header": once(b"everything is well\r\n" * 20, wait),
    "dripping_headers": once(b"", dripping(http("200 OK", b"well"))),
    "silent": once(b"", wait),
    "half_closed": once(b"", half_closed),
    "bad_length": once(OK + b"Content-Length: -5\r\nContent-Length: 99999999999999999999\r\n\r\n", wait),
    "nul_in_status": once(b"HTTP/1.1 2\x0000 OK\r\n\r\n", wait),
}


def redirect(connection):
    while True:
        Request(connection)
        connection.sendall(http("307 Temporary Redirect", b"", f"Location: https://127.0.0.1:{PORTS['victim']}/wsman"))


# ---- WS-Management ----

NAMESPACES = ('xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
              'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" '
              'xmlns:t="http://schemas.xmlsoap.org/ws/2004/09/transfer" '
              'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"')


def envelope(body: str, relates_to: str, prolog: str = "") -> bytes:
    return (f'{prolog}<s:Envelope {NAMESPACES}><s:Header><a:RelatesTo>uuid:{relates_to}</a:RelatesTo></s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>").encode("utf-8", "surrogatepass")


def soap(body: str, prolog: str = ""):
    return always(lambda request: http("200 OK", envelope(body, request.message, prolog)))


def fault(code: int, words: str = "no") -> str:
    return (f'<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en-US">{words}</s:Text></s:Reason>'
            f'<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}"><f:Message>{words}'
            f"</f:Message></f:WSManFault></s:Detail></s:Fault>")


def item(inner: str) -> str:
    return f"<n:EnumerateResponse><w:Items><w:XmlFragment>{inner}</w:XmlFragment></w:Items><w:EndOfSequence/></n:EnumerateResponse>"


def lies_in_cells(text: str) -> str:
    columns = ("LocalDateTime", "LastBootUpTime", "Name", "DisplayName", "State", "StartMode", "PathName", "ProcessId", "ExitCode",
               "EventCode", "TimeGenerated", "SourceName", "Logfile")
    return item("".join(f"<{name}>{text}</{name}>" for name in columns))


def endless_pull(connection):
    """Always a new context and never a row."""
    number = 0
    while True:
        request = Request(connection)
        number += 1
        name = "EnumerateResponse" if request.action == "Enumerate" else "PullResponse"
        connection.sendall(http("200 OK", envelope(
            f"<n:{name}><n:EnumerationContext>{number}</n:EnumerationContext><w:Items/></n:{name}>", request.message)))


def heavy_pull(connection):
    """Rows as heavy as an answer may be, for as long as any are taken."""
    while True:
        request = Request(connection)
        name = "EnumerateResponse" if request.action == "Enumerate" else "PullResponse"
        row = "".join(f"<{column}>{'z' * 60000}</{column}>" for column in ("Name", "State", "PathName", "LastBootUpTime"))
        connection.sendall(http("200 OK", envelope(
            f"<n:{name}><n:EnumerationContext>{'c' * 200000}</n:EnumerationContext><w:Items><w:XmlFragment>{row}</w:XmlFragment>"
            f"</w:Items></n:{name}>", request.message)))


def answers_ahead(connection):
    """With each answer the next one too, for a question that was not asked yet."""
    while True:
        request = Request(connection)
        connection.sendall(http("200 OK", envelope(item(""), request.message)) + http("200 OK", envelope(item(""), "of-another")))


def login_loop(*challenges: str):
    return always(http("401 Unauthorized", b"", *(f"WWW-Authenticate: {challenge}" for challenge in challenges)))


LAUGHS = ("<!DOCTYPE s [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>")
FILE = "<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
WEB = "<!DOCTYPE s [<!ENTITY % x SYSTEM 'https://127.0.0.1:{victim}/x.dtd'> %x;]>"

WINRM_MODES = {
    **HTTP_MODES,
    "redirect": redirect,
    "huge_body": once(OK + f"Content-Length: {HUGE}\r\n\r\n".encode(), endless(BLOCK)),
    "endless_chunks": once(OK + b"Transfer-Encoding: chunked\r\n\r\n", endless(b"1000\r\n" + b"x" * 4096 + b"\r\n")),
    "bad_chunks": once(OK + b"Transfer-Encoding: chunked\r\n\r\n", endless(b"FFFFFFFFFFFFFFFFF\r\nx")),
    "dripping_body": once(OK + b"Content-Length: 100000\r\n\r\n", dripping(b"<s:Envelope>" * 1000)),
    "gzip_bomb": always(lambda request: http("200 OK", gzip.compress(bytes(64 << 20), 6), "Content-Encoding: gzip")),
    "empty_body": always(http("200 OK")),
    "page": always(http("200 OK", b"<!DOCTYPE html><html><body>well</body></html>")),
    "deep_xml": soap("<x>" * 60000 + "</x>" * 60000),
    "wide_xml": soap("<x/>" * 120000),
    "many_attributes": soap("<x " + " ".join(f'a{n}=""' for n in range(30000)) + "/>"),
    "many_namespaces": soap("<x " + " ".join(f'xmlns:a{n}="u"' for n in range(15000)) + "/>"),
    "billion_laughs": soap("&a9;", LAUGHS),
    "external_entity": soap("&x;", FILE),
    "external_dtd": lambda connection: soap("x", WEB.replace("{victim}", str(PORTS["victim"])))(connection),
    "utf16": always(lambda request: http("200 OK", envelope(item(""), request.message).decode().encode("utf-16"))),
    "nul_in_xml": always(lambda request: http("200 OK", envelope(item(""), request.message).replace(b"Body", b"Bo\0y"))),
    "bad_utf8": always(lambda request: http("200 OK", envelope(item("<Name>x</Name>"), request.message).replace(b">x<", b">\xff\xfe<"))),
    "other_request": always(lambda request: http("200 OK", envelope(item(""), "00000000-0000-4000-8000-000000000000"))),
    "answers_ahead": answers_ahead,
    "other_answer": soap("<n:PullResponse/>"),
    "repeated_property": soap(item("<State>a</State>" * 8000 + "<LastBootUpTime>a</LastBootUpTime>" * 10000)),
    "lying_cells": soap(lies_in_cells("&#10;| 'load'=1;2;3 &#x202e; %s%n ${x} \\")),
    "endless_pull": endless_pull,
    "heavy_pull": heavy_pull,
    "words_with_bars": soap(fault(5, "x | 'a'=1;;;; &#13;&#10;OK - all is well &#x202e;" * 400)),
    "basic_loop": login_loop('Basic realm="WSMAN"'),
    "negotiate_loop": login_loop("Negotiate oYGCMIGA" + "A" * 4000, 'Basic realm="' + "x" * 4000 + '"'),
    "http_500_without_fault": always(lambda request: http("500 Internal Server Error", envelope("", request.message))),
}


# ---- shells: WMI has no such class, so that the script is all there is ----

SHELL = "11111111-2222-4333-8444-555555555555"
COMMAND = "66666666-7777-4888-9999-AAAAAAAAAAAA"


def stream(text: bytes, name: str = "stdout", command: str = COMMAND) -> str:
    return f'<rsp:Stream Name="{name}" CommandId="{command}">{base64.b64encode(text).decode()}</rsp:Stream>'


def done(code: str = "0", command: str = COMMAND) -> str:
    return (f'<rsp:CommandState CommandId="{command}" State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done">'
            f"<rsp:ExitCode>{code}</rsp:ExitCode></rsp:CommandState>")


def shell(receive, created: str = "", commanded: str = ""):
    """`receive`: the body of each answer to Receive, or a function of how many there were."""
    def mode(connection):
        received = 0
        while True:
            request = Request(connection)
            count(mode.name, request.action)
            body, status = "", "200 OK"
            if request.action in ("Enumerate", "Pull"):
                body, status = fault(2147749904, "no such class"), "500 Internal Server Error"
            elif request.action == "Create":
                body = created or f'<rsp:Shell><rsp:ShellId>{SHELL}</rsp:ShellId></rsp:Shell>'
            elif request.action == "Command":
                body = commanded or f"<rsp:CommandResponse><rsp:CommandId>{COMMAND}</rsp:CommandId></rsp:CommandResponse>"
            elif request.action == "Receive":
                body = receive(received) if callable(receive) else receive
                received += 1
                if body.startswith("<s:Fault"):
                    status = "500 Internal Server Error"
                else:
                    body = f"<rsp:ReceiveResponse>{body}</rsp:ReceiveResponse>"
            if body is None or "CUT" in (created, commanded) and request.action in ("Create", "Command"):
                return
            connection.sendall(http(status, envelope(body, request.message)))
    return mode


def answer(text: str) -> str:
    return stream(("PCHAT-JSON:" + text + "\n").encode()) + done()


SHELL_MODES = {
    "unnamed_shell": shell(answer("{}"), "<rsp:Shell/>"),
    "marked_up_shell": shell(answer("{}"), "<rsp:Shell><rsp:ShellId>&lt;/w:Selector>&lt;x>{command}{shell}</rsp:ShellId></rsp:Shell>"),
    "long_shell_name": shell(answer("{}"), f"<rsp:Shell><rsp:ShellId>{'9' * 400000}</rsp:ShellId></rsp:Shell>"),
    "cut_at_create": shell("", "CUT"),
    "cut_at_command": shell("", "", "CUT"),
    "unnamed_command": shell(answer("{}"), "", "<rsp:CommandResponse/>"),
    "other_shells_output": shell(stream(b'PCHAT-JSON:{"pool_state":"Normal"}\n', command=SHELL) + done(command=SHELL)),
    "no_base64": shell(f'<rsp:Stream Name="stdout" CommandId="{COMMAND}">====%%%</rsp:Stream>'),
    "endless_output": shell(stream(b"y" * 300000)),
    "endless_small_output": shell(stream(b"y\n")),
    "nothing_yet": shell(fault(2150858793, "the operation timed out")),
    "fat_nothing_yet": shell(fault(2150858793, "z" * 200000)),
    "no_output_at_all": shell(done()),
    "odd_exit_code": shell(stream(b"PCHAT-JSON:{}\n") + done("99999999999999999999")),
    "two_answers": shell(answer('{"replica":[]}') + stream(b"PCHAT-JSON:{}\n")),
    "deep_json": shell(answer("[" * 100000 + "]" * 100000)),
    "nested_json": shell(answer('{"replica":' + '{"a":[' * 1000 + "]}" * 1000 + "}")),
    "long_json": shell(answer('{"replica":[' + ",".join(['{"pool_state":7}'] * 10000) + "]}")),
    "json_of_other_kinds": shell(answer('{"replica":[{"pool_state":{"x":1},"active_servers":"all","version":7}]}')),
    "numbers_in_json": shell(answer('{"replica":' + "9" * 100000 + "}")),
    "names_in_json": shell(answer('{"replica":[{"pool_state":"Normal\\u0000","active_servers":["a b","|"]}]}')),
    "clixml_bomb": shell(stream(b"#< CLIXML<Objs></Objs>" * 13000, "stderr") + done()),
    "clixml_laughs": shell(stream(("#< CLIXML" + "<Objs>" + LAUGHS + "&a9;</Objs>").encode(), "stderr") + done("1")),
    "clixml_deep": shell(stream(b"#< CLIXML<Objs>" + b"<S S='Error'>" * 18000 + b"</Objs>", "stderr") + done("1")),
    "clixml_words": shell(stream(b"#< CLIXML<Objs><S S='Error'>OK | 'a'=1_x000D__x000A_x_x0000__xD800_</S></Objs>", "stderr") + done("1")),
}


# ---- SIP ----

class Options:
    """The request, and what an answer to it must repeat."""

    def __init__(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                raise Gone
            data += part
        self.text = data.decode()

    def header(self, name: str) -> str:
        return re.search(rf"(?im)^{name}: *(.*?)\r?$", self.text)[1]

    def answer(self, status: str = "200 OK", length: object = 0, extra: str = "", body: str = "", call_id: str = "") -> bytes:
        return (f"SIP/2.0 {status}\r\nVia: {self.header('Via')}\r\nFrom: {self.header('From')}\r\nTo: {self.header('To')};tag=1\r\n"
                f"Call-ID: {call_id or self.header('Call-ID')}\r\nCSeq: {self.header('CSeq')}\r\n{extra}"
                f"Content-Length: {length}\r\n\r\n{body}").encode("latin-1")


def sip(answer_of, then=wait):
    def mode(connection):
        while True:
            options = Options(connection)
            connection.sendall(answer_of(options))
            then(connection)
    return mode


def sip_forever(answer_of):
    return lambda connection: forever(connection, answer_of(Options(connection)))


def body_in_small_records(connection):
    """A large head, whole, and a body that comes byte by byte: whoever reads the head anew each time needs much of everything."""
    options = Options(connection)
    connection.sendall(options.answer(length=60000, extra="".join(f"X-{n}: {'y' * 300}\r\n" for n in range(180))))
    for _ in range(60000):
        connection.sendall(b"z")


SIP_MODES = {
    "endless_headers": sip(lambda options: b"SIP/2.0 200 OK\r\n", endless(b"X-Same: " + b"y" * 100 + b"\r\n")),
    "endless_line": sip(lambda options: b"SIP/2.0 200 ", endless(b"O")),
    "endless_fold": sip(lambda options: b"SIP/2.0 200 OK\r\nVia: x\r\n", endless(b" y\r\n")),
    "endless_empty_lines": sip(lambda options: b"", endless(b"\r\n")),
    "long_body": sip(lambda options: options.answer(length=HUGE), endless(b"x")),
    "missing_body": sip(lambda options: options.answer(length=5000)),
    "negative_length": sip(lambda options: options.answer(length=-1)),
    "two_lengths": sip(lambda options: options.answer(extra="Content-Length: 7\r\n")),
    "length_of_letters": sip(lambda options: options.answer(length="none")),
    "nuls": sip(lambda options: options.answer(extra="X: a\0b\r\n")),
    "trying_forever": sip_forever(lambda options: options.answer("100 Trying")),
    "other_calls": sip_forever(lambda options: options.answer(call_id="another@nowhere")),
    "endless_requests": sip_forever(lambda options: options.text.encode()),
    "body_in_small_records": body_in_small_records,
    "too_many_hops": sip(lambda options: options.answer("483 Too Many Hops"), lambda connection: None),
    "status_999": sip(lambda options: options.answer("999 Fine")),
    "status_of_signs": sip(lambda options: options.answer("+20 OK")),
    "http_answer": sip(lambda options: http("200 OK", b"well")),
    "garbage": sip(lambda options: random.randbytes(70000)),
    "dripping": sip(lambda options: b"", dripping(b"SIP/2.0 200 OK\r\n" * 100)),
    "half_closed": sip(lambda options: b"", half_closed),
    "silent": sip(lambda options: b""),
}

WEB_MODES = {**HTTP_MODES, "redirect": redirect}


# ---- TLS itself ----

def plain(data: bytes, then):
    def mode(connection):
        connection.sendall(data)
        then(connection)
    mode.plain = True
    return mode


def renegotiates(connection):
    """TLS 1.2, begun anew for ever."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.use_certificate_chain_file(sys.argv[1])
    context.use_privatekey_file(sys.argv[2])
    tls = SSL.Connection(context, connection)
    tls.set_accept_state()
    tls.do_handshake()
    tls.recv(65536)
    connection.setblocking(False)
    while True:
        tls.renegotiate()
        for step in (tls.do_handshake, lambda: tls.recv(65536)):
            try:
                step()
            except SSL.WantReadError:
                time.sleep(0.001)


renegotiates.plain = True


def odd_name(connection):
    wait(connection)


odd_name.odd = True


def huge_chain(connection):
    wait(connection)


huge_chain.huge = True

TLS_MODES = {
    "garbage": plain(random.randbytes(65536), wait),
    "plain_http": plain(http("200 OK", b"well"), wait),
    "silent": plain(b"", wait),
    "closes": plain(b"", lambda connection: None),
    "endless_hello_requests": plain(b"", endless(bytes.fromhex("1603030004 00000000"))),
    "endless_message": plain(bytes.fromhex("1603034000 02ffffff") + bytes(0x4000 - 4), endless(bytes.fromhex("1603034000") + bytes(0x4000))),
    "endless_alerts": plain(b"", endless(bytes.fromhex("15030300020100"))),
    "dripping": plain(b"", dripping(bytes.fromhex("1603034000") + bytes(0x4000))),
    "renegotiates": renegotiates,
    "odd_name": odd_name,
    "huge_chain": huge_chain,
}


# ---- SNMP ----

SNMP_MODES = {
    "silent": lambda asked: b"",
    "garbage": lambda asked: random.randbytes(1400),
    "echo": lambda asked: asked,
    "huge_lengths": lambda asked: bytes.fromhex("3084ffffffff0201010404") + b"x" * 60,
}


def serve_snmp(name: str, answer_of, endpoint: socket.socket) -> None:
    while True:
        asked, client = endpoint.recvfrom(65536)
        for _ in range(3):
            reply = answer_of(asked)
            if reply:
                endpoint.sendto(reply, client)


# ---- all of them ----

class Tls:
    """An ssl socket with the one thing that Python's has not: closing one direction."""

    def __init__(self, connection: ssl.SSLSocket):
        self.connection, self.recv, self.sendall = connection, connection.recv, connection.sendall

    def unwrap_half(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)


def context_of(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def victim(connection):
    count("victim", "visited")
    wait(connection)


def serve(name: str, mode, listener: socket.socket, contexts: dict) -> None:
    def one(connection):
        try:
            with connection:
                if getattr(mode, "plain", False):
                    mode(connection)
                    return
                kind = "odd" if hasattr(mode, "odd") else "huge" if hasattr(mode, "huge") else "good"
                with contexts[kind].wrap_socket(connection, server_side=True) as tls:
                    mode(Tls(tls))
        except (OSError, ssl.SSLError, SSL.Error, Gone, ValueError):
            pass

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=one, args=(connection,), daemon=True).start()


PORTS: dict = {}


def main() -> None:
    certificate, key, odd, odd_key = sys.argv[1:5]
    with open(certificate, encoding="ascii") as file:
        chain = file.read()
    with open(f"{certificate}.huge", "w", encoding="ascii") as file:
        file.write(chain * 200)
    contexts = {"good": context_of(certificate, key), "odd": context_of(odd, odd_key), "huge": context_of(f"{certificate}.huge", key)}
    modes = {"victim": victim}
    for door, named in (("winrm", WINRM_MODES), ("winrm", SHELL_MODES), ("sip", SIP_MODES), ("web", WEB_MODES), ("tls", TLS_MODES)):
        modes.update({f"{door}_{name}": mode for name, mode in named.items()})
    for name, mode in modes.items():
        mode.name = name
        listener = socket.create_server(("127.0.0.1", 0))
        PORTS[name] = listener.getsockname()[1]
        threading.Thread(target=serve, args=(name, mode, listener, contexts), daemon=True).start()
    for name, answer_of in SNMP_MODES.items():
        endpoint = socket.socket(type=socket.SOCK_DGRAM)
        endpoint.bind(("127.0.0.1", 0))
        PORTS[f"snmp_{name}"] = endpoint.getsockname()[1]
        threading.Thread(target=serve_snmp, args=(name, answer_of, endpoint), daemon=True).start()
    print(json.dumps(PORTS), flush=True)
    threading.Event().wait()


main()

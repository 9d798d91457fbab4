"""negotiate.py NAME PORT CA BINDINGS: a logon by Negotiate on the wire of a WinRM listener at localhost, with python3-gssapi.

NAME is that of the SPN HTTP@NAME; BINDINGS is none, right or wrong: the channel bindings that go along.  Prints a line for each
request: status, whether the server closes the connection, which schemes it answers with.  First come the rounds of the logon;
after success the server's proof is checked, then a request on the same connection without a token, and one on a new connection.
"""
import base64
import hashlib
import http.client
import ssl
import sys

import gssapi
from gssapi.raw import ChannelBindings

IDENTIFY = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/>'
            "<s:Body><i:Identify/></s:Body></s:Envelope>")
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")


def connect(port, ca):
    connection = http.client.HTTPSConnection("localhost", int(port), timeout=10, context=ssl.create_default_context(cafile=ca))
    connection.connect()
    return connection


def ask(connection, what, token=None):
    headers = {"Content-Type": "application/soap+xml;charset=UTF-8"}
    if token:
        headers["Authorization"] = "Negotiate " + base64.b64encode(token).decode("ascii")
    connection.request("POST", "/wsman", IDENTIFY, headers)
    answer = connection.getresponse()
    answer.read()
    schemes = answer.headers.get_all("WWW-Authenticate") or []
    closes = " closes" if answer.headers.get("Connection", "").lower() == "close" else ""
    print(f"{what}: {answer.status}{closes}", ",".join(scheme.split()[0] for scheme in schemes))
    tokens = [scheme.split()[1] for scheme in schemes if scheme.startswith("Negotiate ")]
    return answer.status, base64.b64decode(tokens[0]) if tokens else None


def bindings(connection, which):
    if which == "none":
        return None
    certificate = connection.sock.getpeercert(binary_form=True)
    if which == "wrong":
        certificate = certificate[:-1]
    return ChannelBindings(application_data=b"tls-server-end-point:" + hashlib.sha256(certificate).digest())


def main(name, port, ca, which):
    connection = connect(port, ca)
    service = gssapi.Name(f"HTTP@{name}", gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(name=service, usage="initiate", mech=SPNEGO, channel_bindings=bindings(connection, which),
                                     flags=gssapi.RequirementFlag.mutual_authentication)
    status, token = None, context.step()
    while token:
        status, answer = ask(connection, "round", token)
        token = context.step(answer) if answer else None
    if status != 200:
        return
    print("server proved:", context.complete)
    ask(connection, "same connection")
    ask(connect(port, ca), "new connection")


try:
    main(*sys.argv[1:])
except Exception as error:  # whatever it is, the test wants to see its name
    print("failed:", type(error).__name__, str(error).replace("\n", " "))
    sys.exit(1)

"""winrm_run.py [OPTIONS] HOST PORT CA USER PASSWORD_FILE KIND TEXT...: python3-winrm against a WinRM listener.

KIND is cmd (TEXT is a command line) or ps (TEXT is a script); further TEXTs run in the same shell.  Prints for each what came
on stdout, on stderr and the exit code; a refusal is one line with its type.  With --kerberos NAME it logs on with the process's
tickets to HTTP/NAME, with --ntlm as USER (DOMAIN\\user) through Negotiate, otherwise with Basic; --delegate: its ticket goes along.
"""
import argparse
import base64
import sys

import winrm.protocol


def encoded(script):
    return "powershell -NoProfile -EncodedCommand " + base64.b64encode(script.encode("utf_16_le")).decode("ascii")


def run(protocol, shell, line):
    command = protocol.run_command(shell, line)
    try:
        out, err, code = protocol.get_command_output(shell, command)
    finally:
        protocol.cleanup_command(shell, command)
    print("stdout:", out.decode("utf-8").strip())
    print("stderr:", err.decode("utf-8").strip())
    print("exit:", code)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kerberos")
    parser.add_argument("--ntlm", action="store_true")
    parser.add_argument("--delegate", action="store_true")
    for name in ("host", "port", "ca", "user", "password_file", "kind"):
        parser.add_argument(name)
    parser.add_argument("texts", nargs="+")
    return parser.parse_args()


def logon(args):
    if args.kerberos:
        return {"transport": "kerberos", "kerberos_hostname_override": args.kerberos, "kerberos_delegation": args.delegate}
    with open(args.password_file, encoding="ascii") as file:
        password = file.readline().strip()
    return {"transport": "ntlm" if args.ntlm else "ssl", "username": args.user, "password": password}


def main(args):
    protocol = winrm.protocol.Protocol(f"https://{args.host}:{args.port}/wsman", ca_trust_path=args.ca,
                                       operation_timeout_sec=2, read_timeout_sec=8, **logon(args))
    shell = protocol.open_shell(codepage=65001)
    try:
        for text in args.texts:
            run(protocol, shell, encoded(text) if args.kind == "ps" else text)
    finally:
        protocol.close_shell(shell)


try:
    main(parse())
except Exception as error:  # whatever it is, the test wants to see its name
    print("refused:", type(error).__name__, str(error).replace("\n", " "))
    sys.exit(1)

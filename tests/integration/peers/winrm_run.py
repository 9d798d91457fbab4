"""winrm_run.py HOST PORT CA USER PASSWORD_FILE KIND TEXT...: python3-winrm against a WinRM listener.

KIND is cmd (TEXT is a command line) or ps (TEXT is a script); further TEXTs run in the same shell.  Prints for each what came
on stdout, on stderr and the exit code; a refusal is one line with its type.
"""
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


def main(host, port, ca, user, password_file, kind, *texts):
    with open(password_file, encoding="ascii") as file:
        password = file.readline().strip()
    protocol = winrm.protocol.Protocol(f"https://{host}:{port}/wsman", transport="ssl", username=user, password=password,
                                       ca_trust_path=ca, operation_timeout_sec=2, read_timeout_sec=8)
    shell = protocol.open_shell(codepage=65001)
    try:
        for text in texts:
            run(protocol, shell, encoded(text) if kind == "ps" else text)
    finally:
        protocol.close_shell(shell)


try:
    main(*sys.argv[1:])
except Exception as error:  # whatever it is, the test wants to see its name
    print("refused:", type(error).__name__, str(error).replace("\n", " "))
    sys.exit(1)

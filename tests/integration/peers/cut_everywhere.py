#!/usr/bin/python3
"""cut_everywhere.py LAB_DIR INSTANCE HOST PORT CA USER PASSWORD_FILE FIRST LAST STEP: cuts connections after FIRST, FIRST+STEP
... LAST bytes sent by the server, one session each; prints how many sessions failed and how many came through.

That the lab outlives it is the point; a client may notice a cut in any way it likes, except by hanging.
"""

import json
import os
import socket
import sys

import pytds


def order(lab_dir: str, request: dict) -> None:
    folder = os.open(lab_dir, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(f"/proc/self/fd/{folder}/control.sock")
            control.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(control.makefile().readline())
    finally:
        os.close(folder)
    if not answer["ok"]:
        sys.exit(f"cut_everywhere.py: {answer['error']}")


def session(host: str, port: int, ca: str, user: str, password: str) -> bool:
    try:
        with pytds.connect(host, port=port, user=user, password=password, database="master", cafile=ca, autocommit=True,
                           login_timeout=5, timeout=5, disable_connect_retry=True) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT name, state FROM sys.databases")
                cursor.fetchall()
    except TimeoutError:
        sys.exit("cut_everywhere.py: a session hangs")
    except Exception:  # python3-tds lets pyOpenSSL's errors through
        return False
    return True


def main() -> None:
    lab_dir, instance, host, port, ca, user, password_file = sys.argv[1:8]
    first, last, step = map(int, sys.argv[8:])
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    count = {True: 0, False: 0}
    for size in range(first, last + 1, step):
        order(lab_dir, {"command": "fault.set", "name": "cut_after", "target": instance, "params": {"bytes": str(size)}})
        count[session(host, int(port), ca, user, password)] += 1
        order(lab_dir, {"command": "fault.clear", "name": "cut_after", "target": instance})
    print(f"{count[False]} cut, {count[True]} came through")


main()

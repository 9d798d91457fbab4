#!/usr/bin/python3
"""windows_mib.py FILE: what Windows' SNMP agent lists, for snmpd's pass_persist.

FILE holds JSON: {"services": {DISPLAY NAME: operating state}, "processes": {ID: [NAME, PATH, status]}}.  It is read anew for each
question, so that a test can stop a service while snmpd runs.  Tables: svSvcTable (LAN Manager MIB II, index: the length of the
display name and its bytes) and hrSWRunTable (RFC 2790).
"""

import json
import sys

SERVICES = (1, 3, 6, 1, 4, 1, 77, 1, 2, 3, 1)
PROCESSES = (1, 3, 6, 1, 2, 1, 25, 4, 2, 1)
INSTALLED = 4


def instances(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    found = {}
    for name, state in rows.get("services", {}).items():
        index = (len(name.encode()), *name.encode())
        found[SERVICES + (1,) + index] = ("string", name)
        found[SERVICES + (2,) + index] = ("integer", INSTALLED)
        found[SERVICES + (3,) + index] = ("integer", state)
    for identity, (name, folder, status) in rows.get("processes", {}).items():
        index = (int(identity),)
        found[PROCESSES + (1,) + index] = ("integer", int(identity))
        found[PROCESSES + (2,) + index] = ("string", name)
        found[PROCESSES + (4,) + index] = ("string", folder)
        found[PROCESSES + (7,) + index] = ("integer", status)
    return found


def answer(path: str, verb: str, asked: tuple) -> str:
    found = instances(path)
    if verb == "getnext":
        asked = min((oid for oid in found if oid > asked), default=None)
    if asked not in found:
        return "NONE"
    kind, value = found[asked]
    return "." + ".".join(map(str, asked)) + f"\n{kind}\n{value}"


def main() -> None:
    for line in sys.stdin:
        verb = line.strip()
        if verb == "PING":
            print("PONG", flush=True)
        elif verb in ("get", "getnext"):
            oid = tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))
            print(answer(sys.argv[1], verb, oid), flush=True)
        elif verb == "set":
            sys.stdin.readline()
            sys.stdin.readline()
            print("not-writable", flush=True)
        else:
            return


main()

#!/usr/bin/python3
"""pytds_query.py HOST PORT CA USER PASSWORD_FILE QUERY: rows as JSON, or {"error": NUMBER, "message": TEXT} and exit 1.

USER is a SQL login, or "kerberos": then the process's tickets log in, and PASSWORD_FILE is the SPN.
python3-tds is a TDS client in pure Python; it verifies the certificate against CA and compares HOST with its common name.
"""

import json
import sys

import pytds


class Kerberos:
    """What python3-tds wants of a way to log in: its tokens by python3-gssapi."""

    def __init__(self, spn: str) -> None:
        import gssapi
        name = gssapi.Name(spn, gssapi.NameType.kerberos_principal)
        self.context = gssapi.SecurityContext(name=name, usage="initiate",
                                              flags=gssapi.RequirementFlag.mutual_authentication)

    def create_packet(self) -> bytes:
        return self.context.step()

    def handle_next(self, packet: bytes) -> bytes:
        return self.context.step(packet)

    def close(self) -> None:
        pass


def way_in(user: str, password_file: str) -> dict:
    if user == "kerberos":
        return {"auth": Kerberos(password_file)}
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    return {"user": user, "password": password}


def main() -> int:
    host, port, ca, user, password_file, query = sys.argv[1:]
    try:
        with pytds.connect(host, port=int(port), database="master", cafile=ca, validate_host=True, autocommit=True,
                           login_timeout=10, timeout=10, disable_connect_retry=True, appname="pytds_query",
                           **way_in(user, password_file)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(query)
                print(json.dumps([list(row) for row in cursor.fetchall()] if cursor.description else [], default=str))
    except pytds.Error as error:
        print(json.dumps({"error": getattr(error, "number", 0) or getattr(error, "msg_no", 0), "message": str(error)}))
        return 1
    return 0


sys.exit(main())

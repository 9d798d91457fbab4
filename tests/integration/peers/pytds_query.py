#!/usr/bin/python3
"""pytds_query.py HOST PORT CA USER PASSWORD_FILE QUERY: rows as JSON, or {"error": NUMBER, "message": TEXT} and exit 1.

python3-tds is a TDS client in pure Python; it verifies the certificate against CA and compares HOST with its common name.
"""

import json
import sys

import pytds


def main() -> int:
    host, port, ca, user, password_file, query = sys.argv[1:]
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    try:
        with pytds.connect(host, port=int(port), user=user, password=password, database="master", cafile=ca,
                           validate_host=True, autocommit=True, login_timeout=10, timeout=10,
                           disable_connect_retry=True, appname="pytds_query") as connection:
            with connection.cursor() as cursor:
                cursor.execute(query)
                print(json.dumps([list(row) for row in cursor.fetchall()] if cursor.description else [], default=str))
    except pytds.Error as error:
        print(json.dumps({"error": getattr(error, "number", 0) or getattr(error, "msg_no", 0), "message": str(error)}))
        return 1
    return 0


sys.exit(main())

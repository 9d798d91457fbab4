#!/usr/bin/python3
"""pytds_vanished.py PORT CA PASSWORD_FILE: a client takes a lock and is gone; one line of what the next one sees."""

import subprocess
import sys
import time

import pytds

GET = "SET NOCOUNT ON DECLARE @rc int EXEC @rc = sp_getapplock N'vanished', 'Exclusive', 'Session', 0 SELECT @rc"


def ask(query: str):
    port, ca, password_file = sys.argv[1:4]
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    connection = pytds.connect("localhost", port=int(port), database="master", user="sa", password=password, cafile=ca,
                               validate_host=True, autocommit=True, login_timeout=10, timeout=60,
                               disable_connect_retry=True, appname="pytds_vanished")
    with connection.cursor() as cursor:
        cursor.execute(query)
        while cursor.description is None and cursor.nextset():
            pass
        return cursor.fetchall()[0][0]


def main() -> None:
    if len(sys.argv) > 4:  # the client that takes it, and ends with its connection open
        print(ask(GET))
        return
    first = subprocess.run([sys.executable, *sys.argv, "take"], capture_output=True, text=True, check=False)
    print("first:", first.stdout.strip() or first.stderr)
    print("at once:", ask(GET))
    time.sleep(6)
    print("later:", ask(GET))


main()

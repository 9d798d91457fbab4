#!/usr/bin/python3
"""pytds_script.py PORT CA PASSWORD_FILE SCRIPT [NAME=VALUE...]: runs a script of sqlcmd as sa, batch by batch.

As much of sqlcmd as the scripts of contrib/sql need: GO on a line of its own, $(NAME), `:on error exit`.
"""

import re
import sys

import pytds


def batches(path: str, variables: dict[str, str]) -> list[str]:
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"(?m)^:on error exit$", "", file.read())
    text = re.sub(r"\$\((\w+)\)", lambda match: variables[match[1]], text)
    return [batch for batch in re.split(r"(?mi)^GO\s*$", text) if batch.strip()]


def main() -> None:
    port, ca, password_file, path = sys.argv[1:5]
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    connection = pytds.connect("localhost", port=int(port), database="master", user="sa", password=password, cafile=ca,
                               validate_host=True, autocommit=True, login_timeout=10, timeout=60, appname="pytds_script")
    for batch in batches(path, dict(variable.split("=", 1) for variable in sys.argv[5:])):
        with connection.cursor() as cursor:
            cursor.execute(batch)
            while cursor.nextset():
                pass
    connection.close()


main()

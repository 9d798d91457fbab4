#!/usr/bin/python3
"""pytds_locks.py PORT CA PASSWORD_FILE: sessions of sa that wait for each other; one line of what each step saw.

As a client that nobody here wrote sees application locks, KILL, long statements and transactions of the lab.
"""

import sys
import threading
import time

import pytds

GET = ("SET NOCOUNT ON DECLARE @rc int EXEC @rc = sp_getapplock N'pool', 'Exclusive', 'Session', {} SELECT @rc")


class Client:
    """One connection, and what it last heard."""

    def __init__(self) -> None:
        port, ca, password_file = sys.argv[1:]
        with open(password_file, encoding="utf-8") as file:
            password = file.readline().rstrip("\n")
        self.connection = pytds.connect("localhost", port=int(port), database="master", user="sa", password=password,
                                        cafile=ca, validate_host=True, autocommit=True, login_timeout=10, timeout=60,
                                        disable_connect_retry=True, appname="pytds_locks")
        self.heard = None
        self.thread = None
        self.spid = self.ask("SELECT @@SPID")

    def ask(self, query: str):
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(query)
                while cursor.description is None and cursor.nextset():
                    pass
                rows = cursor.fetchall() if cursor.description else []
                self.heard = rows[0][0] if rows else None
        except (pytds.Error, OSError) as error:
            self.heard = getattr(error, "msg_no", None) or "cut off"
        return self.heard

    def begin(self, query: str) -> None:
        self.thread = threading.Thread(target=self.ask, args=(query,))
        self.heard = "waits"
        self.thread.start()
        time.sleep(0.5)

    def end(self):
        self.thread.join(30)
        return self.heard

    def close(self) -> None:
        self.connection.close()


def main() -> None:
    one, two, three = Client(), Client(), Client()
    print("first:", one.ask(GET.format(0)))
    print("second at once:", two.ask(GET.format(0)))
    print("second after a second:", two.ask(GET.format(1000)))
    two.begin(GET.format(-1))
    print("second:", two.heard)
    print("blocked by the first:", three.ask("SELECT blocking_session_id FROM sys.dm_exec_requests WHERE session_id = "
                                             f"{two.spid}") == one.spid)
    one.close()
    print("second when the first has gone:", two.end())
    three.begin(GET.format(-1))
    four = Client()
    four.ask(f"KILL {two.spid}")
    print("third when the second is killed:", three.end())
    print("killed:", two.ask("SELECT 1"))
    four.begin("BACKUP DATABASE msdb TO DISK = N'E:\\slow.bak' WITH INIT")
    print("a backup:", three.ask("SELECT command FROM sys.dm_exec_requests WHERE percent_complete > 0"))
    print("a backup is done:", four.end())
    four.ask("CREATE DATABASE ops EXEC('USE ops CREATE TABLE t (k int PRIMARY KEY, v nvarchar(9))')")
    four.ask("INSERT ops.dbo.t VALUES (1, N'one')")
    four.ask("BEGIN TRAN UPDATE ops.dbo.t SET v = N'two'")
    print("not committed:", three.ask("SELECT v FROM ops.dbo.t"))
    three.begin("UPDATE ops.dbo.t SET k = k + 1")
    print("a writer:", three.heard)
    four.ask("COMMIT")
    three.end()
    print("both:", three.ask("SELECT v + N' ' + CAST(k AS nvarchar(9)) FROM ops.dbo.t"))


main()

"""A pchat-lab of its own: its clock, its truth, its topology with who may act there, and the switchboard."""

import json
import os
import re
import socket
import subprocess
import time

START_S = 30
QUERY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../integration/peers/pytds_query.py")
STANDBYS = ("sqldr1", "sqldr2", "pc5", "pc6", "pc7", "pc8")


def program(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o700)


def replace(path: str, text: str) -> None:
    """Whoever reads it meanwhile reads the old text or the new one."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


class Lab:
    """Times are the schedule's: milliseconds of the lab since it began."""

    def __init__(self, build: str, scratch: str, schedule: dict, speed: int) -> None:
        self.dir, self.scratch, self.speed = scratch + "/lab", scratch, speed
        world = dict(schedule["world"])
        self.mirrors = world.pop("mirrors") == "yes"
        words = [f"--world={key}={value}" for key, value in world.items()]
        with open(scratch + "/lab.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([build + "/tests/lab/pchat-lab", "--dir", self.dir, "--speed", "0",
                                             "--seed", str(schedule["world_seed"]), "--ledger", "--world=dark=refuse",
                                             *words], stdout=log, stderr=log)
        self.wait_until_ready()
        with open(self.dir + "/hosts.json", encoding="utf-8") as file:
            self.hosts = json.load(file)
        with open(self.dir + "/ports.json", encoding="utf-8") as file:
            self.ports = json.load(file)

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_S
        while not os.path.exists(self.dir + "/ready"):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                with open(self.scratch + "/lab.log", encoding="utf-8") as log:
                    raise RuntimeError("the lab does not start: " + log.read())
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    # ---- asking it ----

    def ask(self, command: str, **words: object) -> object:
        """Its result, or LookupError with its refusal."""
        folder = os.open(self.dir, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with socket.socket(socket.AF_UNIX) as control:
                control.connect(f"/proc/self/fd/{folder}/control.sock")
                control.sendall(json.dumps({"command": command, **words}).encode() + b"\n")
                control.shutdown(socket.SHUT_WR)
                answer = json.loads(b"".join(iter(lambda: control.recv(65536), b"")))
        finally:
            os.close(folder)
        if not answer["ok"]:
            raise LookupError(answer["error"])
        return answer.get("result")

    def truth(self) -> dict:
        return self.ask("state")

    def say(self, words: str) -> None:
        """Of a schedule: "NAME [TARGET] [K=V ...]", "!..." or ".NAME ..."."""
        commands = {"!": "fault.clear", ".": "act"}
        name, *rest = words.lstrip("!.").split()
        order = {"name": name, "params": dict(word.split("=", 1) for word in rest if "=" in word)}
        order.update((("target", word) for word in rest if "=" not in word))
        self.ask(commands.get(words[0], "fault.set"), **order)

    def sql(self, instance: str, query: str) -> list:
        """[] where it is not answered."""
        done = subprocess.run(["/usr/bin/python3", QUERY, "localhost",
                               str(self.ports[instance]), self.dir + "/ca.pem", "sa",
                               self.dir + "/credentials/sa.password", query], capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else []

    def kill_sessions(self, instance: str, login: str) -> None:
        for session, of in self.sql(instance, "SELECT session_id, login_name FROM sys.dm_exec_sessions"):
            if of == login:
                self.sql(instance, f"KILL {session} SELECT 1")

    # ---- its clock ----

    def begin(self) -> None:
        """From here on its time is this machine's, so many times faster."""
        self.ask("clock.speed", speed=self.speed)
        self.began_s = time.time() - self.truth()["lab"]["virtual_ms"] / 1000 / self.speed

    def now_ms(self) -> int:
        return self.ms_of(time.time())

    def ms_of(self, utc_s: float) -> int:
        return int((utc_s - self.began_s) * 1000 * self.speed)

    # ---- who may act, and how far what was left behind can act ----

    def give_acting(self) -> None:
        """As inside (lab/control/topology_file.c).  What counts by a server's clock counts as long as the lab is faster."""
        path = self.dir + "/topology.yaml"
        replace(self.scratch + "/off", "")
        program(self.scratch + "/fence-status",
                f'[ -e "{self.scratch}/silent" ] && case $1 in {"|".join(STANDBYS)}) ;; *) exit 1 ;; esac\n'
                f'if grep -qx -- "$1" "{self.scratch}/off"; then echo off; else echo on; fi\n')
        program(self.scratch + "/fence-off", "exit 1\n")
        mirrors = "      mirror_share: '\\\\fs3.litwareinc.com\\mirror'\n" if self.mirrors else ""
        acting = f"""    settings: {{ping_gap_s: 1, vote_age_s: {120 * self.speed}}}
    vantage_points:
      - {{name: oob1, kind: winrm, host: oob1.litwareinc.com, address: 127.0.0.1, failure_domain: third,
         winrm: {{port: {self.hosts["oob1"]["ports"]["winrm"]}, auth: basic, credential: winrm, ca: ca.pem}}}}
      - {{name: copy_job, kind: sql, instance: sqldr1, failure_domain: red}}
    acting:
      credential: admin
      log_folder: 'D:\\pchatlogs'
      copy_folder: 'E:\\LogCopy'
      approval_valid_s: 86400
{mirrors}      automatic_fence: true
      store_task: pchat-act
      fence_off: {self.scratch}/fence-off
      fence_status: {self.scratch}/fence-status
      people:
        - {{name: dba, uid: {os.getuid()}, approves: true}}
"""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        replace(path, re.sub("^    share:", lambda share: acting + share[0], text, count=1, flags=re.MULTILINE))

    def switch(self, honest: bool) -> None:
        """The switchboard says off of what has no power, or, where it is not honest, of all that is not the standby's."""
        dark = self.truth()["dark"]
        names = [name for name in self.hosts if (name in dark if honest else name not in STANDBYS)]
        replace(self.scratch + "/off", "\n".join(names) + "\n")

    def fall_silent(self, silent: bool) -> None:
        if silent:
            replace(self.scratch + "/silent", "")
        elif os.path.exists(self.scratch + "/silent"):
            os.remove(self.scratch + "/silent")

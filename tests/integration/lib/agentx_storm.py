#!/usr/bin/env python3
"""agentx_storm.py COUNT SEED CONTROL STATE TRAPS SNAPSHOTS PORT BASE -- PCHAT-AGENTX OPTIONS...

Pools go wrong and become well again, COUNT times, while the subagent is killed at random moments and started anew; then what
snmptrapd wrote to TRAPS is judged: in each sequence every condition was raised once and cleared once, no sequence number is
missing, and one that came twice told the same.  COUNT each: SNAPSHOTS has a folder for each pool, with well.json and what else
befell it, and each of those is played once.  Prints ok - / not ok - lines.
"""
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time

HOSTED = ["pool_on_mirror", "pool_degraded", "pool_database_down", "pool_site_loss", "pool_failed_over", "pool_split_brain",
          "pool_isolated", "pool_site_unseen", "pool_failover_half_done", "certificate_expired"]
SQL_ONLY = ["backup_stopped", "copy_stopped", "file_lost", "in_standby", "disconnected", "log_filling", "clock_ahead", "queues_high",
            "quorum_lost", "nothing_seen", "mirroring_removed", "not_on_secondary", "agent_stopped_on_secondary", "backup_failing"]
RAISED, CLEARED = 1, 2
SETTLE_S = 30


class Storm:
    def __init__(self, arguments, command):
        self.control_path, self.state, self.traps, self.snapshots, self.port, self.base = arguments
        self.command, self.agent, self.kills = command, None, 0
        self.control = socket.socket(socket.AF_UNIX)
        self.control.connect(self.control_path)
        self.answers = self.control.makefile("r")

    # ---- who is driven ----

    def feed(self, command):
        self.control.sendall(json.dumps(command).encode() + b"\n")
        return json.loads(self.answers.readline())

    def start(self):
        with open(self.traps + ".agent", "ab") as log:
            self.agent = subprocess.Popen(self.command, stdout=log, stderr=log)

    def kill(self):
        self.agent.send_signal(signal.SIGKILL)
        self.agent.wait()
        self.kills += 1
        self.start()

    def told(self, pool):
        """What the subagent has written down of a pool."""
        for number, name in self.numbers():
            path = f"{self.state}/told-{number}.json"
            if name == pool and os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return json.load(file)
        return {"sequence": 0, "conditions": [], "pending": []}

    def numbers(self):
        try:
            with open(f"{self.state}/indexes", encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file]
        except FileNotFoundError:
            return []
        return [(row[2], row[3]) for row in rows if len(row) == 4 and row[1] == "pool"]

    def send_pass(self, pool, shape):
        return self.feed({"pass": pool, "snapshot": f"{self.snapshots}/{shape}.json"})["pass"]

    def shown(self, pool):
        """The pass that SNMP tells of."""
        for number, name in self.numbers():
            if name == pool:
                said = subprocess.run(["snmpget", "-v2c", "-c", "public", "-r", "0", "-t", "1", "-Oqv", f"127.0.0.1:{self.port}",
                                       f"{self.base}.1.2.1.21.{number}"], capture_output=True, text=True, env={"MIBS": ""},
                                      check=False).stdout.strip()
                return int(said) if said.isdigit() else 0
        return 0

    def until(self, holds, what):
        until = time.monotonic() + SETTLE_S
        while not holds():
            if self.agent.poll() is not None:
                raise SystemExit(f"not ok - the subagent ended by itself: {self.agent.returncode}")
            if time.monotonic() > until:
                raise SystemExit(f"not ok - {what}: waited for {SETTLE_S} s")
            time.sleep(0.05)

    def settle(self, pool, shape):
        """Three passes that the subagent has taken, and nothing waits any more."""
        for _ in range(3):
            number = self.send_pass(pool, shape)
            self.until(lambda number=number: self.shown(pool) == number, f"{pool}: pass {number} is shown")
        self.until(lambda: not self.told(pool)["pending"], f"{pool}: everything is told")
        return self.told(pool)

    # ---- one sequence ----

    def turn(self, pool, shape, rng):
        for _ in range(3):
            self.send_pass(pool, shape)
            time.sleep(rng.random() * 0.02)
            if rng.random() < 0.4:
                self.kill()
        return self.settle(pool, shape)

    def play(self, rng, pool, well, fault):
        first = self.settle(pool, well)
        wrong = self.turn(pool, fault, rng)
        last = self.turn(pool, well, rng)
        return {"pool": pool, "fault": fault, "first": first["sequence"], "last": last["sequence"],
                "before": names(first), "raised": names(wrong) - names(first), "left": names(last) ^ names(first)}

    # ---- what a manager has heard ----

    def heard(self):
        """{(pool, sequence): [what was told, ...]}: more than one where it came twice."""
        told = {}
        with open(self.traps, encoding="utf-8", errors="replace") as file:
            for line in file:
                objects = dict(re.findall(r"\.5080\.([0-9.]+) = (.*?)(?=\||$)", line.strip()))
                kind = re.search(r"1\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0 = \S*\.5080\.0\.(\d+)", line)
                if not kind or "1.20.1.0" not in objects:
                    continue
                values = {re.sub(r"^(1\.\d+\.1\.\d+)\..*", r"\1", key): value.strip('"') for key, value in objects.items()}
                key = (values.get("1.2.1.4", ""), int(values["1.20.1.0"]))
                told.setdefault(key, []).append((int(kind[1]), values.get("1.10.1.4"), values.get("1.10.1.5"), line[kind.start():]))
        return told


def names(told):
    return {(str(c["condition"]), c["object"]) for c in told["conditions"]}


def judge(sequence, heard):
    pool, problems, edges = sequence["pool"], [], {}
    for number in range(sequence["first"] + 1, sequence["last"] + 1):
        if (pool, number) not in heard:
            problems.append(f"notification {number} was lost")
            continue
        kind, condition, of, _ = heard[pool, number][0]
        if kind in (RAISED, CLEARED):
            edges.setdefault((condition, of), []).append(kind)
    # What was present before it, and made room for what is worse, comes back.
    problems += [f"condition {what}: {kinds}" for what, kinds in edges.items()
                 if kinds != ([CLEARED, RAISED] if what in sequence["before"] else [RAISED, CLEARED])]
    problems += [f"condition {left} is left, or gone" for left in sequence["left"]]
    missing = sequence["raised"] - set(edges)
    return problems + [f"condition {what} was not told" for what in missing], len(edges)


def drawn(rng, count):
    """(pool, snapshot while it is well, while it is not), COUNT times."""
    for _ in range(count):
        pool, well, faults = rng.choice([("a.example", "pool_healthy", HOSTED), ("b.example", "healthy", SQL_ONLY)])
        yield pool, well, rng.choice(faults)


def each(snapshots):
    """The same, of all that were recorded."""
    for pool in sorted(os.listdir(snapshots)):
        for name in sorted(os.listdir(f"{snapshots}/{pool}")):
            if name != "well.json":
                yield pool, f"{pool}/well", f"{pool}/{name.removesuffix('.json')}"


def main():
    split = sys.argv.index("--")
    count, seed, *arguments = sys.argv[1:split]
    rng, storm = random.Random(int(seed)), Storm(arguments, sys.argv[split + 1:])
    turns = list(each(storm.snapshots) if count == "each" else drawn(rng, int(count)))
    storm.feed({"observer": sorted({pool for pool, _, _ in turns})})
    storm.start()
    sequences = [storm.play(rng, *turn) for turn in turns]
    time.sleep(0.5)
    heard = storm.heard()
    conditions = repeats = 0
    for number, sequence in enumerate(sequences, 1):
        problems, edges = judge(sequence, heard)
        conditions += edges
        name = f"sequence {number}, {sequence['fault']}: each of {edges} conditions raised once and cleared once"
        if not sequence["raised"] and not edges and count == "each":
            name = f"sequence {number}, {sequence['fault']}: no condition comes or goes, and nothing is told"
        elif not edges:
            problems.append("nothing was told")
        print(f"not ok - {name}" if problems else f"ok - {name}")
        for problem in problems:
            print(f"    {problem}")
    for key, told in heard.items():
        repeats += len(told) - 1
        if len({what[3] for what in told}) != 1:
            print(f"not ok - what came twice as {key} differs", *told, sep="\n    ")
    print(f"ok - {len(sequences)} sequences, {conditions} conditions, {storm.kills} kills: {repeats} notifications came twice, with one number")
    storm.agent.terminate()
    print("ok - it ends when it is told to" if storm.agent.wait(10) == 0 else "not ok - it ends when it is told to")


if __name__ == "__main__":
    main()

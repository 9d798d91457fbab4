#!/usr/bin/env python3
"""topology_storm.py COUNT SEED TOPOLOGY FEED OBSERVER_PID LOG PORT BASE: COUNT times the file is mutated, the observer is told to load
it, and what it says is judged, as are the numbers that pools have in pchatPoolTable meanwhile.

Pools come and go beside the lab's, which is always there unless a mutation takes it away.  A third of the files is right and a few are
wrong in a way that is known; the rest is broken by chance, from the seed, and the observer may take it or not: it must live, say
FILE:LINE of what it does not take, and keep the pools it has.  Prints ok - / not ok - lines.
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

SETTLE_S = 20
POOL = """  - fqdn: {name}
    sites:
      - name: one
        role: primary
        sql: [{{name: sql1, role: principal, host: 127.0.0.1, port: 1, tls: request, credential: monitor}}]
"""
SAID = "the topology stays as it was: "


# ---- what goes wrong with a file ----

def at_line(change):
    def mutate(text, rng):
        lines = text.splitlines(keepends=True)
        change(lines, rng.randrange(len(lines)), rng)
        return "".join(lines).encode()
    return mutate


def swap(lines, at, rng):
    other = rng.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def indent(lines, at, rng):
    lines[at] = lines[at].lstrip(" ") if rng.random() < 0.5 else " " * rng.randrange(1, 5) + lines[at]


def repeat(lines, at, rng):
    lines[at:at] = lines[at:at + rng.randrange(1, 12)]


def alter(lines, at, rng):
    column = rng.randrange(len(lines[at]))
    lines[at] = lines[at][:column] + rng.choice("abcxyz0123456789-.:,{}[]'\"#&*!|>%@~\t\\ ") + lines[at][column + 1:]


def bytes_in_between(text, rng):
    data, at = text.encode(), rng.randrange(len(text))
    return data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[at + rng.randrange(3):]


MUTATIONS = [
    at_line(lambda lines, at, rng: lines.pop(at)),
    at_line(lambda lines, at, rng: lines.insert(at, lines[at])),
    at_line(alter), at_line(alter), at_line(swap), at_line(indent), at_line(repeat), bytes_in_between,
    lambda text, rng: text.encode()[:rng.randrange(len(text))],
]


def wrong(text, _):
    """In a way that is known, at a line that is known."""
    return text.replace("role: secondary_mirror", "role: secondary_miror").encode()


def right(text, _):
    return text.encode()


class Storm:
    def __init__(self, seed, topology, feed, pid, log, port, base):
        self.rng, self.topology, self.pid, self.log, self.port, self.base = random.Random(seed), topology, int(pid), log, port, base
        with open(topology, encoding="utf-8") as file:
            self.good = file.read()
        self.further, self.made, self.journal = [], 0, 0
        self.numbers, self.pools, self.taken, self.refused = {}, None, 0, 0
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(SETTLE_S)
        peer.connect(feed)
        peer.sendall(b'{"ask":"follow"}\n')
        self.documents = peer.makefile("r", encoding="utf-8")

    # ---- files ----

    def come_and_go(self):
        """Up to six pools more, which stand in another order each time."""
        if self.further and self.rng.random() < 0.4:
            self.further.remove(self.rng.choice(self.further))
        if len(self.further) < 6 and self.rng.random() < 0.6:
            gone = [f"p{i}.example" for i in range(self.made) if f"p{i}.example" not in self.further]
            if gone and self.rng.random() < 0.5:
                self.further.append(self.rng.choice(gone))
            else:
                self.further.append(f"p{self.made}.example")
                self.made += 1
        self.rng.shuffle(self.further)

    def render(self):
        return self.good.replace("credentials:\n", "".join(POOL.format(name=name) for name in self.further) + "credentials:\n")

    def load(self, data):
        """The file stands there whole, as editors leave it; what the observer says of it then."""
        with open(self.topology + ".new", "wb") as file:
            file.write(data)
        os.rename(self.topology + ".new", self.topology)
        self.journal = os.path.getsize(self.log)
        os.kill(self.pid, signal.SIGHUP)
        return self.next_observer()

    def next_observer(self):
        for line in self.documents:
            document = json.loads(line)
            if "observer" in document:
                return document["observer"]
        raise EOFError("the observer is gone")

    # ---- what is said ----

    def judge(self, how, data, said):
        """What is wrong with what it says."""
        error, known = said["topology_error"], how in (right, wrong)
        if error is None:
            self.taken += 1
            wanted = ["lyncpc.litwareinc.com"] + self.further if known else said["pools"]
            self.pools = said["pools"]
            if how is wrong or said["pools"] != wanted or any(name.encode() not in data for name in self.pools):
                yield f"taken: {said['pools']}, expected {wanted}"
            return
        self.refused += 1
        place = re.match(re.escape(self.topology) + r":(\d+): .{8}", error)
        if not place or not 1 <= int(place[1]) <= data.count(b"\n") + 2:
            yield f"no FILE:LINE: {error}"
        if how is right or how is wrong and f"{1 + data[:data.index(b'_miror')].count(10)}: " not in error:
            yield f"refused: {error}"
        if said["pools"] != self.pools:
            yield f"the pools were {self.pools} and are {said['pools']}"

    def journal_has(self, error):
        """Behind what it had before the file was loaded."""
        until = time.monotonic() + SETTLE_S
        while True:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                file.seek(self.journal)
                if (SAID + error if error else "the topology was loaded anew") in file.read():
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.02)

    # ---- what SNMP shows ----

    def rows(self):
        said = subprocess.run(["snmpbulkwalk", "-v2c", "-c", "public", "-t", "5", "-Onq", f"127.0.0.1:{self.port}", f"{self.base}.1.2.1.4"],
                              capture_output=True, text=True, env=dict(os.environ, MIBS=""), check=False).stdout
        return {name: int(number) for number, name in re.findall(r'\.1\.2\.1\.4\.(\d+) "(.*)"', said)}

    def settle(self):
        """The rows of the pools that there are."""
        until = time.monotonic() + SETTLE_S
        while set(rows := self.rows()) != set(self.pools) and time.monotonic() < until:
            time.sleep(0.05)
        return rows

    def judge_numbers(self):
        rows = self.settle()
        if set(rows) != set(self.pools):
            yield f"SNMP shows {sorted(rows)}, the observer has {sorted(self.pools)}"
        for name, number in rows.items():
            if self.numbers.setdefault(name, number) != number:
                yield f"{name} was {self.numbers[name]} and is {number}"
        if len(set(self.numbers.values())) != len(self.numbers):
            yield f"a number was given twice: {self.numbers}"

    # ---- one file ----

    def play(self, turn):
        self.come_and_go()
        how = wrong if turn % 10 == 9 else right if turn % 3 == 0 else self.rng.choice(MUTATIONS)
        data = how(self.render(), self.rng)
        said = self.load(data)
        problems = list(self.judge(how, data, said)) + list(self.judge_numbers())
        if not self.journal_has(said["topology_error"]):
            problems.append(f"the journal does not say {said['topology_error']}")
        return problems


def main():
    count, seed, *arguments = sys.argv[1:]
    storm, problems = Storm(int(seed), *arguments), []
    storm.pools = storm.next_observer()["pools"]
    first = storm.settle()
    try:
        for turn in range(int(count)):
            problems += [f"file {turn} of seed {seed}: {problem}" for problem in storm.play(turn)]
        storm.load(storm.good.encode())
        storm.pools = list(first)
        problems += storm.judge_numbers()
    except (EOFError, OSError) as gone:
        problems.append(f"the observer does not live: {gone}")
    print("not ok - " if problems or not storm.taken or not storm.refused else "ok - ", f"{count} topologies: {storm.taken} taken, "
          f"{storm.refused} refused with file and line, {len(storm.numbers)} pools kept their numbers", sep="")
    for problem in problems[:20]:
        print(f"    {problem}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""handler_storm.py HANDLER SPOOL CALLS BUILD: so many calls, 16 at a time, while somebody reads the spool all the time and a
control process, which starts a program and syncs a file like the handler, tells what this machine takes for that just now."""
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import time

handler, spool, calls, build = sys.argv[1:]
CALLS, AT_ONCE, PROMISE_S = int(calls), 16, 1.0
POOLS = ["a.example", "b.example", "c.example"]
KINDS = list(itertools.product(POOLS, ["OK", "WARNING", "CRITICAL", "UNKNOWN"], ["HARD", "SOFT"]))
WHOLE = re.compile(
    rb"pchat-episode 1\npool [abc]\.example\nfrom nagios\nstate [A-Z]+\ntype (HARD|SOFT)\nattempt 3\nmax_attempts 3\n"
    rb"downtime 0\nevent \d+\nat \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\nend\n\Z")
failed = False


def say(good, name, *more):
    global failed
    failed |= not good
    print("ok - " if good else "not ok - ", name, sep="")
    if not good:
        for line in more:
            print("    ", line)


def call(number, kind):
    pool, state, hardness = kind
    return subprocess.Popen([handler, "--spool", spool, "--pool", pool, "--from", "nagios", "--state", state, "--state-type", hardness,
                             "--attempt", "3", "--max-attempts", "3", "--downtime", "0", "--event", str(number)],
                            close_fds=False)


class Storm:
    def __init__(self):
        self.numbers = iter(range(CALLS))
        self.lock = threading.Lock()
        self.took, self.control, self.codes, self.halves, self.extra = [], [], set(), [], []
        self.over = False

    def caller(self):
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            start = time.monotonic()
            code = call(number, KINDS[number % len(KINDS)]).wait()
            self.took.append(time.monotonic() - start)
            self.codes.add(code)

    def controller(self):
        beside = spool + ".control"
        while not self.over:
            start = time.monotonic()
            subprocess.run(["/bin/true"], check=True)
            with open(beside, "w", encoding="ascii") as file:
                file.write("as large as an episode, more or less " * 5)
                file.flush()
                os.fsync(file.fileno())
            os.rename(beside, beside + ".done")
            self.control.append(time.monotonic() - start)
            time.sleep(0.05)

    def reader(self):
        while not self.over:
            names = [name for name in os.listdir(spool) if name.endswith(".episode")]
            if len(names) > len(KINDS):
                self.extra.append(len(names))
            for name in names:
                with open(os.path.join(spool, name), "rb") as file:
                    text = file.read()
                if not WHOLE.match(text):
                    self.halves.append((name, text))
            time.sleep(0.02)

    def run(self):
        helpers = [threading.Thread(target=self.controller), threading.Thread(target=self.reader)]
        callers = [threading.Thread(target=self.caller) for _ in range(AT_ONCE)]
        for thread in helpers + callers:
            thread.start()
        for thread in callers:
            thread.join()
        self.over = True
        for thread in helpers:
            thread.join()


def storm():
    run = Storm()
    start = time.monotonic()
    run.run()
    took, control = sorted(run.took), max(run.control)
    bound = PROMISE_S + control
    said = (f"{CALLS} calls, {AT_ONCE} at a time, in {time.monotonic() - start:.1f} s: median {took[len(took) // 2] * 1000:.0f} ms, "
            f"slowest {took[-1] * 1000:.0f} ms; slowest control {control * 1000:.0f} ms")
    say(build.endswith("san") or took[-1] <= bound, f"each call ends within {PROMISE_S:.0f} s and what the control took: {said}", said)
    say(run.codes == {0}, "each call of the storm is recorded", run.codes)
    say(not run.halves and not run.extra, "nobody ever read a half file", run.halves[:1], run.extra[:1])
    want = sorted(".".join(kind) + ".episode" for kind in KINDS)
    say(sorted(os.listdir(spool)) == want, f"{CALLS} calls are {len(want)} files, one for each pool, state and hardness",
        sorted(os.listdir(spool)))


def killed_callers():
    """A handler that is killed leaves what was there, or what it had to say; a half one has another name."""
    halves = []
    for number in range(400):
        child = call(number, KINDS[number % len(KINDS)])
        time.sleep(random.random() * 0.003)
        child.kill()
        child.wait()
        for name in os.listdir(spool):
            if name.endswith(".episode"):
                with open(os.path.join(spool, name), "rb") as file:
                    text = file.read()
                if not WHOLE.match(text):
                    halves.append((name, text))
    say(not halves, "no half file is left by 400 calls that were killed", halves[:1])


storm()
killed_callers()
sys.exit(failed)

#!/usr/bin/python3
"""play.py [--verbose] --build BUILD --speed N SEED: plays one schedule over the wire; one line that says how it ended, exit 0 or 1.

The schedule is campaign_run's.  What befalls the pool goes to a pchat-lab of its own, whose clock runs N times as fast as that of
the runners; each operator is a pchat-runner with nothing in common with others but the servers, and a person with pchatctl.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from agenda import COPIES, OTHER, Agenda, is_open
from lab import Lab
from runners import Person, Runner
from verdict import Verdict

POLL_S = 0.3
MINUTE_MS = 60000
# As in stage.c: how long a state must last to be the end, how long the end is waited for, and when it is given up.
CALM_MS, DONE_CALM_MS, LEAST_MS, MOST_MS = 20 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 180 * MINUTE_MS
END_S = 60


class Play:
    def __init__(self, options: argparse.Namespace, schedule: dict, scratch: str) -> None:
        self.options, self.schedule, self.build = options, schedule, options.build
        self.lab = Lab(self.build, scratch, schedule, options.speed)
        self.alone = len(schedule["operators"]) == 1
        self.persons: list[Person] = []
        self.failures: list[str] = []
        self.is_sudden = schedule["work"] == "sudden"
        # Who moves a pool has a switchboard that works.
        self.honest = schedule["label"] == "true" or not self.is_sudden
        self.left = "backup" if schedule["trouble"] == "backup site lost" else "primary"
        self.before_recovery = self.at_recovery = self.recovered_ms = self.returned_ms = None
        self.forgiven, self.overlap_s, self.is_dark = (None if self.is_sudden else 0), 0, False
        self.agenda = Agenda(self)
        self.turns: list = []
        self.plan_act(0)
        for number, plan in enumerate(schedule["operators"]):
            self.plan(plan["begins_ms"], self.begin, number)

    def tell(self, words: str) -> None:
        if self.options.verbose:
            print(f"{self.lab.now_ms():8} {words}", flush=True)

    def sent(self) -> int:
        truth = self.lab.truth()
        return sum(row["mutating_statements"].get("pchat_admin", 0) for row in truth["instances"].values()) + sum(
            count for counts in truth["changing_cmdlets"].values() for count in counts.values())

    # ---- what happens ----

    def plan(self, at_ms: int, what, about: object) -> None:
        """Persons plan, too: what befalls the act that they begin."""
        self.turns = sorted([*self.turns, (at_ms, what, about)], key=lambda turn: turn[0])

    def plan_act(self, act: int) -> None:
        for event in self.schedule["events"]:
            if event["act"] == act:
                self.plan(event["at_ms"], self.happen, event)

    def begin_act(self, act: int) -> None:
        """Its times count from now on."""
        now_ms = self.lab.now_ms()
        for event in self.schedule["events"]:
            if event["act"] == act:
                event["at_ms"] += now_ms
                event["until_ms"] += now_ms
                self.schedule["settled_ms"] = max(self.schedule["settled_ms"], event["at_ms"] + event["later_ms"])
        self.plan_act(act)

    def living(self, number: int) -> list[Person]:
        return [person for person in self.persons if not person.is_gone and person.plan is self.schedule["operators"][number]]

    def begin(self, number: int) -> None:
        if self.living(number):
            return
        self.persons.append(Person(self, self.schedule["operators"][number], Runner(self.build, self.lab, len(self.persons) + 1)))
        self.persons[-1].start()

    def crash(self, event: dict) -> None:
        for person in self.living(event["operator"]):
            person.is_gone = True
            person.runner.crash()
            self.plan(event["at_ms"] + event["later_ms"], self.begin, event["operator"])

    def say(self, words: str) -> None:
        """A fault may be there already, and a step by hand be refused: that is life."""
        try:
            self.lab.say(words)
        except LookupError as refusal:
            self.tell(f"refused: {refusal}")
        self.lab.switch(self.honest)

    def happen(self, event: dict) -> None:
        self.tell(f"{event['kind']} {event['words']}")
        if event["kind"] == "crash":
            self.crash(event)
        elif event["kind"] == "silence":
            self.lab.fall_silent(True)
            self.plan(event["at_ms"] + event["later_ms"], self.lab.fall_silent, False)
        elif event["kind"] == "kill":
            self.lab.kill_sessions(event["words"], "pchat_admin")
        elif event["kind"] in ("stop", "give_up"):
            for person in self.living(event["operator"]):
                person.stop(event["kind"] == "give_up")
        else:
            self.say(event["words"])
        if event["mark"] == "returns":
            self.note_return()
        if event["mark"] == "strikes":
            self.note_strike()

    def note_return(self) -> None:
        """The switchboard learns that what was left has power again; it may come in parts."""
        self.forgiven = None
        if self.returned_ms is None:
            self.returned_ms = self.lab.now_ms()
            self.agenda.has_returned = True
            self.honest = self.schedule["label"] != "false"
            self.lab.switch(self.honest)

    def note_strike(self) -> None:
        if not self.agenda.has_struck:
            self.forgiven = None
            self.agenda.strike()

    # ---- what is seen on the way ----

    def leads_back(self) -> bool:
        """Has what was set out come to a verb that opens the left copy?"""
        return any(task["after_return"] for task in self.schedule["tasks"][:self.agenda.at + 1])

    def sample_left(self, truth: dict) -> None:
        """What was dark may come back as open as it was: that is no fault of a move.  Later on a move loses nothing more."""
        was_dark, self.is_dark = self.is_dark, bool(set(COPIES[self.left]) & set(truth["dark"]))
        if was_dark and not self.is_dark and self.returned_ms is not None:
            self.forgiven = None
        if (self.returned_ms is not None and self.forgiven is None and self.leads_back() and not is_open(truth, self.left)
                and is_open(truth, OTHER[self.left])):
            self.forgiven, self.overlap_s = self.lost_by_heir(truth), truth["writable_overlap_s"]

    def lost_by_heir(self, truth: dict) -> int:
        return truth["instances"][COPIES[OTHER[self.left]][0]]["mgc"]["lost_if_survivor"]

    def sample_heir(self, truth: dict) -> None:
        is_recovered = is_open(truth, OTHER[self.left])
        if self.at_recovery or (not self.is_sudden and not self.agenda.has_struck and self.left == "backup" and is_recovered):
            return
        if is_recovered:
            self.at_recovery, self.recovered_ms = truth, self.lab.now_ms()
        else:
            self.before_recovery = truth

    def sample(self) -> None:
        truth = self.lab.truth()
        self.sample_left(truth)
        if self.schedule["trouble"] != "nothing lost":
            self.sample_heir(truth)
        for person in self.persons:
            if not person.is_gone and person.runner.is_gone():
                person.is_gone = True
                self.failures.append(f"{person.runner.name} ended by itself with {person.runner.process.returncode}")

    # ---- when it is over ----

    def is_calm(self, person: Person) -> bool:
        """Whether a run is left open after what was asked for, only a look since then tells."""
        since_ms = max(person.changed_ms, self.schedule["settled_ms"])
        if self.agenda.is_left():
            since_ms = max(since_ms, self.agenda.due_ms)
        if person.passes < 3 or not person.watches or person.watches[-1]["watched_utc_ms"] < person.acted_utc_ms:
            return False
        if person.is_busy or person.will_give_up() or self.lab.ms_of(person.watches[-1]["watched_utc_ms"] / 1000) < since_ms:
            return False  # who is at it may yet find more to do
        is_through = self.schedule["tasks"] and not self.agenda.is_left()
        is_done = (is_through or person.end == "done") and not person.watches[-1]["open_run"]
        return self.lab.now_ms() - since_ms >= (DONE_CALM_MS if is_done else CALM_MS)

    def is_over(self) -> bool:
        now_ms, settled_ms = self.lab.now_ms(), self.schedule["settled_ms"]
        if now_ms < settled_ms + LEAST_MS or self.turns:
            return False
        return now_ms > settled_ms + MOST_MS or all(person.is_gone or self.is_calm(person) for person in self.persons)

    def end_persons(self) -> None:
        for person in self.persons:
            person.told_to_end = True
        for person in self.persons:
            if not person.is_gone:
                person.join(END_S)
            if not person.is_gone and person.is_alive():
                self.failures.append(f"{person.runner.name} never came back from a pass")
            person.runner.stop()

    def run(self) -> Verdict:
        self.lab.give_acting()
        self.lab.begin()
        self.lab.switch(self.honest)
        while not self.is_over():
            self.sample()
            while self.turns and self.turns[0][0] <= self.lab.now_ms():
                _, happen, about = self.turns.pop(0)
                happen(about)
            time.sleep(POLL_S)
        self.end_persons()
        verdict = Verdict(self)
        verdict.judge()
        return verdict

    def close(self) -> None:
        for person in self.persons:
            if not person.runner.is_gone():
                person.runner.crash()
        self.lab.stop()


def line(schedule: dict, verdict: Verdict) -> str:
    """As campaign_run says it."""
    count = len(schedule["operators"])
    return (f"{'not ok' if verdict.violations else 'ok'} - seed {schedule['seed']} over the wire: {verdict.outcome}{verdict.last()}: "
            f"{schedule['work']}, {schedule['trouble']}, fence {schedule['label']}, "
            f"{count} runner{'' if count == 1 else 's'}, two writers for {verdict.truth['writer_overlap_s']:.0f} s"
            f"{': ' if verdict.violations else ''}{'; '.join(verdict.violations)}")


def main() -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--build", required=True)
    parser.add_argument("--speed", type=int, required=True)
    parser.add_argument("seed")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started ends with it
    schedule = json.loads(subprocess.run([options.build + "/tests/campaign/campaign_run", "--schedule", options.seed],
                                         capture_output=True, check=True).stdout)
    try:
        with tempfile.TemporaryDirectory() as scratch, contextlib.closing(Play(options, schedule, scratch)) as play:
            verdict = play.run()
    except Exception as error:
        print(f"not ok - seed {options.seed} over the wire: {error!r}")
        raise
    print(line(schedule, verdict))
    return 1 if verdict.violations else 0


if __name__ == "__main__":
    sys.exit(main())

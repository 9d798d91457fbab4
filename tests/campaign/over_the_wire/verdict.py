"""What must be true of a schedule that was played over the wire; the invariants are those of verdict.c, by the ground truth, the
ledger and the runners' journals.  Times are the schedule's milliseconds, unless they are a runner's own."""

import datetime
import itertools
import time

from runners import WATCH_PERIOD_S

WRITE_MS = 180000
BLIND_S = 45  # as BLIND_MS there, on the runner's clock: a look, and for how long it counts
CALM_MS = 60000
FENCE_STEPS = ("jobs", "partner", "read-only", "services")
SERVERS = {"dub": ("pc1", "pc2", "pc3", "pc4"), "red": ("pc5", "pc6", "pc7", "pc8")}
LEFT_BEHIND = ("sqlpri1", "sqlmir1")
STANDBYS = ("sqldr1", "sqldr2")
MOVES_SITE = ("failover",)
STOPS = ("refused", "resumable", "changed", "returned", "waits")  # that a runner may be left at, for a reason


class Verdict:
    """Of a play that has ended; its runners are gone."""

    def __init__(self, play) -> None:
        self.play, self.schedule, self.lab = play, play.schedule, play.lab
        self.truth, self.violations = play.lab.truth(), []
        self.begun_ms = utc_ms(self.truth["now"]) - self.truth["lab"]["virtual_ms"]
        self.ledger = {run: (verb, state) for run, verb, state in self.lab.sql(
            "sqldr1", "SELECT run, verb, state FROM pchat_ops.dbo.run ORDER BY run")}
        finished = [verb for verb, state in self.ledger.values() if state == "finished" and verb != "fence"]
        self.verb = finished[-1] if finished else ""
        self.opened_ms = min((span["from"] for span in self.spans(STANDBYS)), default=None)

    def violate(self, text: str) -> None:
        self.violations.append(text)

    # ---- truth ----

    def spans(self, instances: tuple) -> list[dict]:
        """When one of these copies could be written into, by the schedule's clock; to None: still."""
        return [{"from": utc_ms(span["from"]) - self.begun_ms, "to": utc_ms(span["to"]) - self.begun_ms if span["to"] else None}
                for span in self.truth["writable_spans"] if span["instance"] in instances]

    def returned(self) -> list[dict]:
        """When a copy of the old primary site was open after its return."""
        back_ms = self.schedule["returns_ms"]
        spans = [{"from": max(span["from"], back_ms), "to": span["to"]} for span in self.spans(LEFT_BEHIND)]
        return [span for span in spans if back_ms >= 0 and (span["to"] is None or span["to"] > back_ms)]

    def is_calm(self, from_ms: int, to_ms: int) -> bool:
        return not any(event["is_mishap"] and event["at_ms"] <= to_ms and event["until_ms"] + CALM_MS >= from_ms
                       for event in self.schedule["events"])

    def breaks_winrm(self, server: str) -> bool:
        return any(event["words"].startswith(f"winrm {server} ") for event in self.schedule["events"])

    # ---- how it ended ----

    def outcome(self) -> str:
        if self.verb:
            return "finished"
        living = [person for person in self.play.persons if not person.is_gone]
        return "resumable" if any(person.end not in ("done", "refused") for person in living) else "refused"

    def judge_reasons(self) -> None:
        for person in self.play.persons:
            if not person.is_gone and person.end != "done" and (not person.why or person.end not in STOPS):
                self.violate(f"{person.runner.name} ended {person.end} for the reason \"{person.why}\"")
            if person.sent_in_plan:
                self.violate(f"a plan of {person.runner.name} changed something")

    def judge_writers(self) -> None:
        if self.schedule["label"] != "true":
            return
        for key, what in (("writer_overlap_s", "written"), ("writable_overlap_s", "open")):
            if self.truth[key] > 0:
                self.violate(f"two copies were {what} for {self.truth[key]:.1f} s under a true fence")

    def judge_loss(self) -> None:
        before, after = self.play.before_recovery, self.play.at_recovery
        if self.schedule["label"] != "true" or not after:
            return
        lost = after["instances"]["sqldr1"]["mgc"]["lost_if_survivor"]
        written = after["messages_written"] - before["messages_written"]
        most = before["shipping"]["exposure_share_lost"]["unshipped_messages"] + written
        if lost > most:
            self.violate(f"{lost} messages were lost, {most} were not shipped")

    # ---- what runners have sent ----

    def entries(self, person) -> list[dict]:
        names = ("run", "kind", "at_utc_ms", "step", "target", "text")
        return [dict(zip(names, row)) for row in person.runner.read_journal(f"SELECT {', '.join(names)} FROM entry ORDER BY entry")]

    def is_blind(self, entry: dict) -> bool:
        """The old primary was open for longer than a look, and what is sent is neither its fence nor a switch to its mirror."""
        at_ms, verb = self.lab.ms_of(entry["at_utc_ms"] / 1000), self.ledger.get(entry["run"], ("",))[0]
        is_switch = verb == "mirror-switch" and (self.opened_ms is None or at_ms < self.opened_ms)
        return entry["step"] not in FENCE_STEPS and not is_switch and any(
            at_ms > span["from"] + BLIND_S * 1000 * self.lab.speed and (span["to"] is None or at_ms < span["to"])
            for span in self.returned())

    def judge_journal(self, person, entries: list[dict]) -> None:
        """What the guard refuses is not sent."""
        intent = None
        for entry in entries + [{"kind": "intent", "step": None}]:
            if entry["kind"] == "guard" and entry["text"] != "lets pass":
                intent = None
            if entry["kind"] in ("act", "intent") and intent:
                self.violate(f"{person.runner.name} sent {intent['step']} to {intent['target']} "
                             "with the old primary open for longer than a look")
                return
            if entry["kind"] == "intent" and entry["step"]:
                intent = entry if self.is_blind(entry) else None

    @staticmethod
    def actings(entries: list[dict]) -> list[tuple[int, int]]:
        """From a runner's first sending under the lock to its last; whatever else it notes is told before or after."""
        rows, is_open = [], False
        for entry in entries:
            if entry["kind"] in ("note", "refusal"):
                is_open = False
            if entry["kind"] == "intent":
                rows.append((rows.pop()[0] if is_open else entry["at_utc_ms"], entry["at_utc_ms"]))
                is_open = True
        return rows

    def judge_sendings(self) -> None:
        acted = []
        for person in self.play.persons:
            entries = self.entries(person)
            self.judge_journal(person, entries)
            acted.append((person.runner.name, self.actings(entries)))
        for (name, rows), (other, others) in itertools.combinations(acted, 2):
            for a, b in itertools.product(rows, others):
                if a[0] < b[1] and b[0] < a[1]:
                    self.violate(f"{name} and {other} sent at the same time, {a} and {b}")

    def judge_ledger(self) -> None:
        """Who lives has heard how each of his runs ended."""
        for person in self.play.persons:
            runs = [] if person.is_gone else person.runner.read_journal("SELECT run, verb, state FROM run")
            for run, verb, state in runs:
                if self.ledger.get(run) != (verb, state):
                    self.violate(f"run {run} is {verb}, {state} in the journal of {person.runner.name}, "
                                 f"{self.ledger.get(run)} in the ledger")

    # ---- how soon an old primary is noticed, and shut out ----

    def passes_beside(self, person, span: dict) -> list[dict]:
        """Whole looks beside both open copies, that nothing else disturbed.  Where no run of ours is recorded, it is for people to
        say which copy is right."""
        from_ms = max(span["from"], self.opened_ms)
        found = []
        for before, look in itertools.pairwise(person.watches):
            began_ms, ended_ms = (self.lab.ms_of(each["watched_utc_ms"] / 1000) for each in (before, look))
            began_ms += WATCH_PERIOD_S * 1000 * self.lab.speed
            moves = look["failed_over"] or self.ledger.get(look["open_run"], ("",))[0] in MOVES_SITE
            if moves and "holds the pool lock" not in (look["why"] or "") and began_ms > from_ms and (
                    span["to"] is None or ended_ms <= span["to"]) and self.is_calm(began_ms, ended_ms):
                found.append(look)
        return found

    def judge_passes(self) -> None:
        if self.opened_ms is None:
            return
        for person, span in itertools.product(self.play.persons, self.returned()):
            looks = self.passes_beside(person, span)
            if looks and not (looks[0]["fence_lost"] or looks[0]["verb"] == "fence" or looks[0]["end"] == "returned"):
                self.violate(f"{person.runner.name} told nothing, with two copies open since {span['from']} ms")
            if len(looks) > 2:
                self.violate(f"two copies were open for {len(looks)} looks of {person.runner.name}")

    # ---- how it is left ----

    def is_active_list(self, active: list[str], servers: tuple) -> bool:
        """A server that could not be told to start when it was decided is left out."""
        wanted = [server for server in servers if server + ".litwareinc.com" in active]
        return bool(active) and [name.split(".")[0] for name in active] == wanted and all(
            server in wanted or self.breaks_winrm(server) for server in servers)

    def judge_served(self, copy: str, state: str, site: str) -> None:
        if self.truth["writable"] != [copy]:
            self.violate(f"finished, and {copy} is not the only open copy: {self.truth['writable']}")
        if self.truth["pool_state"] != state:
            self.violate(f"finished, and the pool state is {self.truth['pool_state']}")
        if not self.is_active_list(self.truth["chat"]["store"]["active_servers"], SERVERS[site]):
            self.violate(f"finished, and the active list is {self.truth['chat']['store']['active_servers']}")

    def judge_end(self) -> None:
        if self.schedule["calls_for_failover"] and self.verb != "failover":
            self.violate("the site is gone and fenced, and no failover was finished")
        if not self.verb:
            return
        if self.verb == "failover":
            self.judge_served("sqldr1", "failed_over", "red")
        else:  # switches may lead there and back
            back = self.verb == "mirror-switch" and self.truth["writable"] == ["sqlpri1"]
            self.judge_served("sqlpri1" if back else "sqlmir1", "normal", "dub")
        time.sleep(WRITE_MS / 1000 / self.lab.speed)
        if self.lab.truth()["messages_written"] <= self.truth["messages_written"]:
            self.violate("finished, and nobody writes")

    def judge(self) -> None:
        for judge in (self.judge_reasons, self.judge_writers, self.judge_loss, self.judge_sendings, self.judge_ledger,
                      self.judge_passes, self.judge_end):
            judge()
        self.violations += self.play.failures


def utc_ms(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)

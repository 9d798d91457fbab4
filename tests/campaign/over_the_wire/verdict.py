"""What must be true of a schedule that was played over the wire; the invariants are those of verdict.c, by the ground truth, the
ledger and the runners' journals.  Times are the schedule's milliseconds, unless they are a runner's own."""

import datetime
import itertools
import time

from agenda import COPIES, MOVES_SITE, OTHER
from runners import WATCH_PERIOD_S

WRITE_MS = 180000
BLIND_S = 45  # as BLIND_MS there, on the runner's clock: a look, and for how long it counts
CALM_MS = 60000
FENCE_STEPS = ("jobs", "partner", "read-only", "services")
# Where the pool may be served from: pool state, and the servers that are active.
PLACES = {"primary": ("normal", ("pc1", "pc2", "pc3", "pc4")), "backup": ("failed_over", ("pc5", "pc6", "pc7", "pc8"))}
LEDGERS = ("sqldr1", "sqlpri1", "sqlmir1")
PLANNED = ("switchover", "failback")
SHIPPED_MS = 3000000  # each of three jobs runs every quarter of an hour, or more often
BREAKS_SERVER = ("winrm", "service", "host_down")
STOPS = ("refused", "resumable", "changed", "returned", "waits")  # that a runner may be left at, for a reason


class Verdict:
    """Of a play that has ended; its runners are gone."""

    def __init__(self, play) -> None:
        self.play, self.schedule, self.lab = play, play.schedule, play.lab
        self.truth, self.violations = play.lab.truth(), []
        self.begun_ms = utc_ms(self.truth["now"]) - self.truth["lab"]["virtual_ms"]
        self.ledgers = {instance: {run: (verb, state) for run, verb, state in self.lab.sql(
            instance, "SELECT run, verb, state FROM pchat_ops.dbo.run ORDER BY run")} for instance in LEDGERS}
        self.verbs = {run: verb for rows in self.ledgers.values() for run, (verb, _) in rows.items()}
        self.left, self.heir = COPIES[play.left], COPIES[OTHER[play.left]]
        self.opened_ms = play.recovered_ms
        if play.is_sudden:
            self.opened_ms = min((span["from"] for span in self.spans(self.heir)), default=None)
        self.verb = self.put_back = ""
        self.served, has_ended = "primary", False
        for verb, states in self.ended_runs():
            self.put_back = verb if "abandoned" in states else ""
            if "finished" in states:
                self.verb, self.served = verb, self.led_to(verb)
            has_ended = bool(states & {"abandoned", "finished"})
        living = [person for person in play.persons if not person.is_gone]
        is_resumable = self.verb or any(person.end not in ("done", "refused") for person in living)
        self.outcome = "finished" if has_ended else "resumable" if is_resumable else "refused"

    def ended_runs(self) -> list[tuple[str, set]]:
        """What the journals tell together, oldest first: who crashed has a run as open that another one has ended."""
        runs: dict = {}
        for person in self.play.persons:
            for run, verb, state in person.runner.read_journal("SELECT run, verb, state FROM run"):
                if verb != "fence":
                    runs.setdefault(run, (verb, set()))[1].add(state)
        return [runs[run] for run in sorted(runs)]

    def led_to(self, verb: str) -> str:
        """A failover leads away from what was struck; other verbs of a site to where it was not."""
        if verb == "failover":
            return OTHER[self.play.left]
        return OTHER[self.served] if verb in MOVES_SITE else self.served

    def last(self) -> str:
        return f" put back {self.put_back}" if self.put_back else f" {self.verb}" if self.verb else ""

    def violate(self, text: str) -> None:
        self.violations.append(text)

    # ---- truth ----

    def spans(self, instances: tuple) -> list[dict]:
        """When one of these copies could be written into, by the schedule's clock; to None: still."""
        return [{"from": utc_ms(span["from"]) - self.begun_ms, "to": utc_ms(span["to"]) - self.begun_ms if span["to"] else None}
                for span in self.truth["writable_spans"] if span["instance"] in instances]

    def returned(self) -> list[dict]:
        """When a copy of the site that was struck was open after its return; where it is to serve again, beside the other one's."""
        back_ms = self.play.returned_ms
        if back_ms is None:
            return []
        spans = [{"from": max(span["from"], back_ms), "to": span["to"]} for span in self.spans(self.left)]
        spans = [span for span in spans if span["to"] is None or span["to"] > back_ms]
        if not any(task["after_return"] for task in self.schedule["tasks"]):
            return spans
        both = [{"from": max(one["from"], other["from"]), "to": min((to for to in (one["to"], other["to"]) if to is not None), default=None)}
                for one, other in itertools.product(spans, self.spans(self.heir))]
        return [span for span in both if span["to"] is None or span["to"] > span["from"]]

    def is_calm(self, from_ms: int, to_ms: int) -> bool:
        return not any(event["is_mishap"] and event["at_ms"] <= to_ms and event["until_ms"] + CALM_MS >= from_ms
                       for event in self.schedule["events"])

    def breaks(self, server: str) -> bool:
        return any(event["words"].startswith(f"{fault} {server} ") or event["words"] == f"{fault} {server}"
                   for event in self.schedule["events"] for fault in BREAKS_SERVER)

    # ---- how it ended ----

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
        if self.schedule["label"] != "true" or not after or not before:
            return
        lost = self.play.lost_by_heir(after)
        written = after["messages_written"] - before["messages_written"]
        unshipped = self.play.lost_by_heir(before)  # of the way back, what is not restored yet
        if self.play.left == "primary":
            unshipped = before["shipping"]["exposure_share_lost"]["unshipped_messages"]
        most = unshipped + written
        if lost > most:
            self.violate(f"{lost} messages were lost, {most} were not shipped")

    # ---- what runners have sent ----

    def entries(self, person) -> list[dict]:
        names = ("run", "kind", "at_utc_ms", "step", "target", "text")
        return [dict(zip(names, row)) for row in person.runner.read_journal(f"SELECT {', '.join(names)} FROM entry ORDER BY entry")]

    def is_blind(self, entry: dict) -> bool:
        """The old primary was open for longer than a look, and what is sent is neither its fence nor a switch to its mirror."""
        at_ms, verb = self.lab.ms_of(entry["at_utc_ms"] / 1000), self.verbs.get(entry["run"], "")
        is_put_back = entry["step"] == "quiesce" and any(rows.get(entry["run"], ("", ""))[1] == "abandoned" for rows in self.ledgers.values())
        needs_it_open = (is_put_back or verb in ("mirror-switch", *PLANNED)) and (self.opened_ms is None or at_ms < self.opened_ms)
        return entry["step"] not in FENCE_STEPS and not needs_it_open and any(
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
        """Who lives has heard how each of his runs ended.  A site that is lost took its ledger with it."""
        readable = [rows for rows in self.ledgers.values() if rows]
        for person in self.play.persons:
            runs = [] if person.is_gone else person.runner.read_journal("SELECT run, verb, state FROM run")
            for run, verb, state in runs:
                if readable and (verb, state) not in [rows.get(run) for rows in readable]:
                    self.violate(f"run {run} is {verb}, {state} in the journal of {person.runner.name}, "
                                 f"{[rows.get(run) for rows in readable]} in the ledgers")

    # ---- how soon an old primary is noticed, and shut out ----

    def passes_beside(self, person, span: dict) -> list[dict]:
        """Whole looks beside both open copies, that nothing else disturbed.  Where no run of ours is recorded, it is for people to
        say which copy is right."""
        from_ms = max(span["from"], self.opened_ms)
        found = []
        for before, look in itertools.pairwise(person.watches):
            began_ms, ended_ms = (self.lab.ms_of(each["watched_utc_ms"] / 1000) for each in (before, look))
            began_ms += WATCH_PERIOD_S * 1000 * self.lab.speed
            moves = look["failed_over"] or self.verbs.get(look["open_run"], "") in MOVES_SITE
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
            server in wanted or self.breaks(server) for server in servers)

    def is_right_copy(self) -> bool:
        """Of the partners of the primary site either may have become principal, by itself or by a switch; where chat was moved
        there, it is the one that was designed to be."""
        if self.served == "backup":
            return self.truth["writable"] == ["sqldr1"]
        if self.verb == "mirror-force":
            return self.truth["writable"] == ["sqlmir1"]
        is_moved = self.verb in MOVES_SITE and not self.put_back
        return self.truth["writable"] == ["sqlpri1"] or (not is_moved and self.truth["writable"] == ["sqlmir1"])

    def judge_served(self) -> None:
        state, servers = PLACES[self.served]
        if not self.is_right_copy():
            self.violate(f"finished, and that of the {self.served} site is not the only open copy: {self.truth['writable']}")
        if self.truth["pool_state"] != state:
            self.violate(f"finished, and the pool state is {self.truth['pool_state']}")
        if not self.is_active_list(self.truth["chat"]["store"]["active_servers"], servers):
            self.violate(f"finished, and the active list is {self.truth['chat']['store']['active_servers']}")

    def judge_shipping(self) -> None:
        """What was written by now has come to the other site by the time that the jobs have run once more."""
        if self.put_back != "switchover" and (self.put_back or self.verb not in PLANNED):
            return  # a failover leaves nothing to ship to
        before = self.lab.truth()["messages_written"]
        self.lab.ask("clock.advance", ms=SHIPPED_MS)
        truth = self.lab.truth()
        serving, standby = ("sqldr1", "sqlpri1") if self.served == "backup" else ("sqlpri1", "sqldr1")
        lost = {name: truth["instances"][name]["mgc"]["lost_if_survivor"] for name in (serving, standby)}
        missing = lost[standby] - lost[serving] - (truth["messages_written"] - before)
        if missing > 0:
            self.violate(f"finished, and logs are not shipped to {standby}: {missing} messages are missing there")

    def judge_end(self) -> None:
        agenda = self.play.agenda
        if self.outcome != "finished" or (self.schedule["ends_dark"] and agenda.has_returned):
            return
        self.judge_served()
        time.sleep(WRITE_MS / 1000 / self.lab.speed)
        if self.lab.truth()["messages_written"] <= self.truth["messages_written"]:
            self.violate("finished, and nobody writes")
        if not agenda.has_struck or agenda.has_returned:
            self.judge_shipping()

    def judge_planned(self) -> None:
        """Whatever became of it: a planned move loses nothing, and opens no second copy."""
        forgiven, names = self.play.forgiven, self.truth["writable"]
        if forgiven is None or self.schedule["ends_dark"]:
            return
        if len(names) == 1 and self.truth["instances"][names[0]]["mgc"]["lost_if_survivor"] > forgiven:
            self.violate(f"{self.truth['instances'][names[0]]['mgc']['lost_if_survivor']} messages are lost, "
                         f"{forgiven} were before the pool was moved by plan")
        if self.truth["writable_overlap_s"] > self.play.overlap_s:
            self.violate("two copies were open while the pool was moved by plan")

    def judge_use(self) -> None:
        """Who lets nothing through is safe, and of no use."""
        agenda = self.play.agenda
        if self.schedule["calls_for_failover"] and self.verb != "failover":
            self.violate("the site is gone and fenced, and no failover was finished")
        if agenda.left_as_it_is and agenda.has_returned:
            return  # what is neither put back nor moved is for people to mend, once the site is there again
        if agenda.is_left() and not self.schedule["ends_dark"]:
            self.violate(f"task {agenda.at + 1}, {agenda.now()['verb']}, was not done")

    def judge(self) -> None:
        for judge in (self.judge_reasons, self.judge_writers, self.judge_loss, self.judge_sendings, self.judge_ledger,
                      self.judge_passes, self.judge_use, self.judge_planned, self.judge_end):
            judge()
        self.violations += self.play.failures


def utc_ms(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)

"""A pchat-runner of its own host, and the person there, with pchatctl."""

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

from lab import Lab

POLL_S = 0.2
WATCH_PERIOD_S = 2
PAUSE_S = 2  # at least: somebody who asks more often does nothing but look
PAUSE_MOST_S = 15  # of somebody who hears the same again and again
HELD = "holds the pool lock"
PUT_BACKS_MOST, GIVE_UPS_MOST, STRUCK_ENDURES = 3, 2, 2  # as in operator.c
ENDS = {0: "done", 1: "refused", 2: "resumable", 3: "usage", 4: "waits"}


class Runner:
    """The process, with its state directory and socket: a host has nothing else of it."""

    def __init__(self, build: str, lab: Lab, number: int) -> None:
        self.build, self.topology, self.name = build, lab.dir + "/topology.yaml", f"runner{number}"
        self.dir = f"{lab.scratch}/{self.name}"
        self.socket, self.journal = self.dir + "/sock", self.dir + "/state/journal.db"
        os.makedirs(self.dir + "/state")
        os.makedirs(self.dir + "/spool")
        self.is_told_to_stop = False
        self.start()

    def start(self) -> None:
        with open(self.dir + "/log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([self.build + "/plugins/pchat-runner", "--topology", self.topology, "--spool",
                                             self.dir + "/spool", "--state", self.dir + "/state", "--socket", self.socket,
                                             "--watch-period", str(WATCH_PERIOD_S), "--idle", "0"],
                                            stdout=log, stderr=log, start_new_session=True)

    def tell_to_stop(self) -> None:
        """Its supervisor starts it again (start_again)."""
        self.is_told_to_stop = True
        self.process.terminate()

    def start_again(self) -> None:
        if self.is_told_to_stop and self.process.poll() is not None:
            self.start()
            self.is_told_to_stop = False

    def crash(self) -> None:
        """With what it has started.  It may have ended meanwhile, as it was told to."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def is_gone(self) -> bool:
        return self.process.poll() is not None and not self.is_told_to_stop

    def ctl(self, *words: str) -> tuple[str, str]:
        """How it ended, and what was said."""
        done = subprocess.run([self.build + "/plugins/pchatctl", "--topology", self.topology, *words, "--socket", self.socket],
                              capture_output=True, text=True, check=False)
        said = (done.stdout + done.stderr).strip()
        return ENDS.get(done.returncode, f"exit {done.returncode}"), said

    def news(self) -> dict:
        """Of its last look; {} before the first."""
        try:
            with open(self.dir + "/state/runs.json", encoding="utf-8") as file:
                return json.load(file)["pools"][0]
        except (FileNotFoundError, IndexError):
            return {}

    def read_journal(self, query: str) -> list:
        """From a copy: whoever opens the file of one that was killed rolls back what it has left half written."""
        copy = self.dir + "/copy"
        shutil.rmtree(copy, ignore_errors=True)
        os.makedirs(copy)
        for file in os.listdir(self.dir + "/state"):
            if file.startswith("journal.db"):
                shutil.copy(f"{self.dir}/state/{file}", copy)
        journal = sqlite3.connect(copy + "/journal.db")
        try:
            return journal.execute(query).fetchall()
        finally:
            journal.close()


class Person(threading.Thread):
    """Asks for what the plan says until it is done, as in operator.c; the runner itself goes on with what is open."""

    def __init__(self, play, plan: dict, runner: Runner) -> None:
        super().__init__(daemon=True)
        self.play, self.lab, self.plan, self.runner = play, play.lab, plan, runner
        self.told_to_end = self.is_gone = False
        self.end, self.why, self.changed_ms, self.passes = "waits", "", 0, 0
        self.held = self.repeats = self.acted_utc_ms = 0
        self.gives_up = self.gave_up = self.stuck = 0
        self.watches: list[dict] = []
        self.sent_in_plan = self.is_busy = False

    # ---- what is heard ----

    def remember(self, end: str, why: str) -> None:
        if self.is_gone or self.told_to_end:
            return
        if (end == "done") != (self.end == "done"):
            self.changed_ms = self.lab.now_ms()
        self.held = self.held + 1 if HELD in why else 0
        self.repeats = self.repeats + 1 if (end, why) == (self.end, self.why) and not self.held else 0
        self.end, self.why = end, why

    def hear(self) -> dict:
        """The runner's last look; one that is new is kept."""
        news = self.runner.news()
        before = self.watches[-1]["watched_utc_ms"] if self.watches else 0
        if news.get("watched_utc_ms", 0) != before:
            self.watches.append(news)
            if not self.is_asked(news):
                self.remember(news["end"], news["why"] or "")
            self.count_stuck(news)
            self.passes += 1
            self.play.tell(f"{self.runner.name} look {self.passes}: {news['end']} {news.get('verb')} run {news['open_run']} "
                           f"{'failed over ' if news['failed_over'] else ''}{news.get('fence_lost') or ''} {news['why'] or '':.300}")
        return news

    # ---- what is set out ----

    def task(self, news: dict) -> dict | None:
        agenda = self.play.agenda
        if news["open_run"] or not agenda.tasks:
            return None
        agenda.look()
        return agenda.task()

    def is_asked(self, news: dict) -> bool:
        if self.play.agenda.tasks:
            return self.task(news) is not None
        return not news["open_run"] and not news["failed_over"]

    def endures(self) -> int:
        """Nobody waits for long for a site that is lost."""
        if self.gave_up == GIVE_UPS_MOST:
            return 0
        return STRUCK_ENDURES if self.plan["endures"] and self.play.agenda.has_struck else self.plan["endures"]

    def will_give_up(self) -> bool:
        return bool(self.gives_up or (self.stuck and self.endures()))

    def count_stuck(self, news: dict) -> None:
        self.stuck = self.stuck + 1 if news["open_run"] and news["end"] != "done" and not self.held else 0
        if self.endures() and self.stuck >= self.endures():
            self.gives_up, self.stuck = PUT_BACKS_MOST, 0
            self.gave_up += 1

    def stop(self, gives_up: bool) -> None:
        """The runner is told to; the person may give up what it was at."""
        self.gives_up = PUT_BACKS_MOST if gives_up else 0
        self.runner.tell_to_stop()

    # ---- what is done ----

    def ask(self, *words: str) -> tuple[str, str]:
        end, said = self.runner.ctl(*words)
        if words[0] != "plan":
            self.acted_utc_ms = int(time.time() * 1000)
        self.play.tell(f"{self.runner.name} pchatctl {' '.join(words)}: {end} {said[-300:]}")
        return end, said

    def plan_dry(self, verb: str) -> tuple[str, str]:
        """Of one who is alone nothing may have been sent, unless the runner had its turn meanwhile, and went on with a run."""
        looked, before = self.looked_utc_ms(), self.play.sent()
        end, said = self.ask("plan", *([verb] if verb else []))
        if self.play.alone and not self.is_gone and looked == self.looked_utc_ms():
            self.sent_in_plan |= self.play.sent() != before
        return end, said

    def looked_utc_ms(self) -> int:
        return self.runner.news().get("watched_utc_ms", 0)

    def leads_to(self, task: dict | None, said: str) -> bool:
        """Where a site is named in whose stead the other one would be taken, somebody was faster."""
        way = re.search(r"^plan .*  (\w+) -> (\w+)  ", said, re.MULTILINE)
        return not task or not way or way[2] == {"primary": "dub", "backup": "red"}[task["to"]]

    def apply(self, plan: str) -> tuple[str, str]:
        return self.ask("apply", "--plan", plan, "--accept-loss", "unknown", "--override", "logins", "--override", "stranded")

    def plan_and_apply(self, verb: str, task: dict | None = None) -> None:
        end, said = self.plan_dry(verb)
        plan = re.search(r"^plan ([0-9a-f]+) ", said, re.MULTILINE)
        if end == "done" and plan and not self.leads_to(task, said):
            return
        if end == "done" and plan:
            end, said = self.apply(plan[1])
        if "pchatctl stranded" in said and end != "done":  # what the old copy alone holds is to be told first
            self.ask("stranded")
        self.remember(end, said.rsplit("\n", 1)[-1])
        self.passes += 1

    def put_back(self, run: int) -> None:
        """What is behind its point of no return goes on, unless the site is lost that it needs for that."""
        agenda = self.play.agenda
        end, said = self.ask("abandon", *([str(run)] if run else []))
        self.remember(end, said.rsplit("\n", 1)[-1])
        self.gives_up = 0 if end in ("done", "refused") else self.gives_up - 1
        if end == "done":
            agenda.put_back()
        elif not self.gives_up and agenda.has_struck and not agenda.has_returned:
            end, said = self.ask("abandon", *([str(run)] if run else []), "--leave-as-is")
            self.remember(end, said.rsplit("\n", 1)[-1])
            agenda.left_as_it_is |= end == "done"

    def verb_of(self, task: dict | None) -> str:
        """A planned move begins at the principal that was designed to be: where its mirror serves, they change first."""
        if not task or task["verb"] == "failover":
            return self.plan["verb"]
        mirror = "sqlmir1" if task["to"] == "backup" else "sqldr2"
        is_planned = task["verb"] in ("switchover", "failback")
        return "mirror-switch" if is_planned and mirror in self.lab.truth()["writable"] else task["verb"]

    def do_pass(self, news: dict) -> None:
        task = self.task(news)
        if self.plan["patience"] and self.held >= self.plan["patience"]:
            self.held = 0
            self.remember(*self.ask("takeover", "--yes"))
        elif self.gives_up:
            self.put_back(news["open_run"])
        elif (news["verb"] == "fence" and news["end"] != "done") or (news["open_run"] and news["end"] == "returned"):
            self.plan_and_apply("fence")
        elif self.is_asked(news):
            self.plan_and_apply(self.verb_of(task), task)
            if self.end == "returned":
                self.plan_and_apply("fence")

    def pause_s(self) -> float:
        usual_s = max(self.plan["pause_ms"] / 1000 / self.lab.speed, PAUSE_S)
        return min(usual_s * 2 ** min(self.repeats, 8), max(PAUSE_MOST_S, usual_s))

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:  # a thread that ends so would be taken for one that is content
            self.play.failures.append(f"{self.runner.name}: {error!r}")

    def work(self) -> None:
        due_s = 0.0
        while not self.told_to_end and not self.is_gone:
            self.runner.start_again()
            news = self.hear()
            if self.watches and time.monotonic() >= due_s:
                self.is_busy = True
                self.do_pass(news)
                self.is_busy = False
                due_s = time.monotonic() + self.pause_s()
            time.sleep(POLL_S)

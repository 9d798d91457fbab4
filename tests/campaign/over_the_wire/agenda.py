"""How far those who tend a pool have come with what they set out to do, as agenda.c: they talk to each other, and see with their own
eyes where the pool is served from."""

import threading

COPIES = {"primary": ("sqlpri1", "sqlmir1"), "backup": ("sqldr1", "sqldr2")}
OTHER = {"primary": "backup", "backup": "primary"}
SERVED = {"primary": ("normal", "pc1", "pc4"), "backup": ("failed_over", "pc5", "pc8")}
MOVES_SITE = ("failover", "switchover", "failback")


def is_open(truth: dict, place: str) -> bool:
    return bool(set(COPIES[place]) & set(truth["writable"]))


def is_alone(truth: dict, place: str) -> bool:
    return is_open(truth, place) and not is_open(truth, OTHER[place])


def is_served_from(truth: dict, place: str) -> bool:
    state, first, last = SERVED[place]
    active = truth["chat"]["store"]["active_servers"]
    return truth["pool_state"] == state and bool(active) and first <= active[0].split(".")[0] <= last


class Agenda:
    """Of a play; its persons and its events use it side by side."""

    def __init__(self, play) -> None:
        self.play, self.tasks = play, play.schedule["tasks"]
        self.at = self.due_ms = 0
        self.has_struck = self.has_returned = self.given_up = self.left_as_it_is = False
        self.lock = threading.RLock()

    def now(self) -> dict | None:
        return self.tasks[self.at] if self.at < len(self.tasks) else None

    def is_left(self) -> bool:
        return self.now() is not None and not self.given_up

    def task(self) -> dict | None:
        """What is asked for now."""
        task = self.now()
        if not task or self.given_up or self.play.lab.now_ms() < self.due_ms:
            return None
        return None if task["after_return"] and not self.has_returned else task

    def is_done(self, task: dict, truth: dict) -> bool:
        """To let a copy in again moves no users.  What came back and serves alone needs no failover any more."""
        place = task["to"]
        if task["verb"] == "failover" and self.has_returned and is_alone(truth, OTHER[place]):
            return is_served_from(truth, OTHER[place])
        return is_alone(truth, place) and (task["verb"] not in MOVES_SITE or is_served_from(truth, place))

    def go_to(self, at: int) -> None:
        self.at, self.given_up = at, False
        if self.now():
            self.play.begin_act(at)
            self.due_ms = self.play.lab.now_ms() + self.now()["rest_ms"]

    def look(self) -> None:
        """By who sees no open run: is what was set out done?  Then the next begins."""
        with self.lock:
            if self.task() and self.is_done(self.now(), self.play.lab.truth()):
                self.go_to(self.at + 1)

    def strike(self) -> None:
        """What was planned is off, where a failover was to come after it."""
        with self.lock:
            self.has_struck, self.has_returned = True, False
            rest = [task["verb"] for task in self.tasks[self.at:self.at + 2]]
            if len(rest) == 2 and rest[0] != "failover" and rest[1] == "failover":
                self.go_to(self.at + 1)

    def put_back(self) -> None:
        with self.lock:
            task = self.now()
            if task and task["verb"] != "failover":
                self.given_up = not self.play.schedule["tries_again"]
                self.due_ms = self.play.lab.now_ms() + task["rest_ms"]

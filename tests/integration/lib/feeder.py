#!/usr/bin/env python3
"""feeder.py SOCKET CONTROL: speaks pchat-observer's feed from snapshots that were recorded.

Connects nobody to any pool: what is told to it on the unix socket CONTROL, one JSON object a line, becomes documents for those who
follow SOCKET.  Each line is answered by one line once all followers were written to.

    {"observer": ["FQDN", ...]}                       the pools there are
    {"pass": "FQDN", "snapshot": FILE or {...}}        a pass has ended, with that snapshot
    {"fail": "FQDN", "why": "..."}                     a pass has failed
    {"runs": {runs.json} or null}                      what runners show
"""
import json
import os
import selectors
import socket
import sys
import time


MARK = "the name of the pool"


class Feed:
    def __init__(self):
        self.started = int(time.time() * 1000)
        self.names, self.pools, self.runs, self.files = [], {}, None, {}

    def observer(self):
        return {"observer": {"schema": 1, "version": "0.1.0", "started_utc_ms": self.started, "topology": "/none",
                             "topology_error": None, "pools": self.names}}

    def runs_document(self):
        return {"runs": {"unknown": None if self.runs else "no file", "episodes_waiting": 0 if self.runs else None,
                         "file": self.runs}}

    def pool(self, name):
        p, now = self.pools[name], time.monotonic()
        failure = p["failure"] and {"pass": p["failure"]["pass"], "why": p["failure"]["why"],
                                    "age_ms": int((now - p["failure"]["at"]) * 1000)}
        return {"pool": {"name": name, "interval_ms": p.get("interval_ms", 60000), "pass": p["pass"], "failed": p["failed"],
                         "generation": p["generation"], "failure": failure,
                         "age_ms": p["at"] and int((now - p["at"]) * 1000), "duration_ms": p["at"] and 640,
                         "snapshot": None}, "text": p["snapshot"]}

    def everything(self):
        return [self.observer(), self.runs_document()] + [self.pool(name) for name in self.pools]

    def load(self, snapshot, name):
        """As text, made once for each file: many pools may be shown from one."""
        if isinstance(snapshot, str):
            if snapshot not in self.files:
                with open(snapshot, encoding="utf-8") as file:
                    self.files[snapshot] = compact(dict(json.load(file), pool=MARK)).split(compact(MARK), 1)
            before, after = self.files[snapshot]
            return before + compact(name) + after
        return compact(dict(snapshot, pool=name))

    def take(self, command):
        """The documents that follow from a command."""
        if "observer" in command:
            self.names = command["observer"]
            self.pools = {name: pool for name, pool in self.pools.items() if name in self.names}
            return [self.observer()]
        if "runs" in command:
            self.runs = command["runs"]
            return [self.runs_document()]
        name = command.get("pass") or command["fail"]
        pool = self.pools.setdefault(name, {"pass": 0, "failed": 0, "generation": 0, "failure": None, "at": None,
                                            "snapshot": None})
        pool["pass"] += 1
        if "fail" in command:
            pool["failed"] += 1
            pool["failure"] = {"pass": pool["pass"], "why": command["why"], "at": time.monotonic()}
        else:
            pool.update(generation=pool["pass"], at=time.monotonic(), snapshot=self.load(command["snapshot"], name),
                        interval_ms=command.get("interval_ms", 60000))
        return [self.pool(name)]


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def line(document):
    text = document.get("text")
    document = {key: value for key, value in document.items() if key != "text"}
    if text is None:
        return compact(document) + b"\n"
    return compact(document).replace(b'"snapshot":null', b'"snapshot":' + text) + b"\n"


def listen(path):
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(16)
    return server


def main(path, control):
    feed, poll, followers, pending = Feed(), selectors.DefaultSelector(), {}, {}
    poll.register(listen(path), selectors.EVENT_READ, "feed")
    poll.register(listen(control), selectors.EVENT_READ, "control")

    def close(peer):
        poll.unregister(peer)
        followers.pop(peer, None)
        pending.pop(peer, None)
        peer.close()

    def send(peer, documents):
        try:
            for document in documents:
                peer.sendall(line(document))
        except OSError:
            close(peer)

    def hear(peer, kind):
        try:
            data = peer.recv(1 << 20)
        except OSError:
            data = b""
        if not data:
            close(peer)
            return
        *lines, pending[peer] = (pending[peer] + data).split(b"\n")
        for text in lines:
            command = json.loads(text)
            if kind == "follower":
                followers[peer] = True
                send(peer, feed.everything())
            else:
                documents = feed.take(command)
                for follower in list(followers):
                    send(follower, documents)
                send(peer, [{"followers": len(followers), "pass": documents[0].get("pool", {}).get("pass")}])

    while True:
        for key, _ in poll.select():
            if key.data in ("feed", "control"):
                peer, _ = key.fileobj.accept()
                peer.settimeout(10)
                pending[peer] = b""
                poll.register(peer, selectors.EVENT_READ, "follower" if key.data == "feed" else "commander")
            else:
                hear(key.fileobj, key.data)


if __name__ == "__main__":
    main(*sys.argv[1:])

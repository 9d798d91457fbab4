#!/usr/bin/python3
"""received.py plan [PLAN RUN]... JOURNAL RECEIVED: what `pchatctl plan --scripts` printed into PLAN is, byte for byte, what the
servers received, in that run; and nothing else was received that changes anything but the ledger.  PLAN "-" are the plans
in the journal that the run went by, of one that was resumed or that nobody planned by hand.
received.py guarded JOURNAL RECEIVED: each text that opens a copy was let pass by the guard, in the very run, step and moment.
received.py drill BACKUPS JOURNAL RECEIVED: of drills, whatever changes anything but the ledger is about a side database, or is one of
so many COPY_ONLY backups of mgc; and all of it stands in the journal.

JOURNAL is what `pchatctl journal export` prints, RECEIVED is received.jsonl of the lab.  Knows nothing of the product's code:
reads Transact-SQL by itself (tsql_words.py), and PowerShell by the file that stands around each script.
"""
import base64
import json
import re
import sys
from pathlib import Path

import tsql_words

SQL_LOGIN = "pchat_runner"
SCRIPTS = Path(__file__).resolve().parents[3] / "common/observe/winrm/scripts"

failed = False


def told(name, complaints):
    global failed
    failed = failed or bool(complaints)
    print(f"{'not ok' if complaints else 'ok'} - {name}")
    for complaint in complaints[:5]:
        print("\n".join("    " + line for line in complaint.splitlines()[:12]))


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


# ---- what was received ----

def take_out_of_wrapper(text):
    """The script and the parameters, or None where the text is not in the wrapper."""
    before, _, rest = (SCRIPTS / "wrapper.ps1").read_text(encoding="utf-8").partition("{parameters}")
    between, _, after = rest.partition("{script}")
    if not text.startswith(before) or not text.endswith(after):
        return None
    parameters, found, script = text[len(before):len(text) - len(after)].partition(between)
    return (script, base64.b64decode(parameters, validate=True).decode("utf-8")) if found else None


class Received:
    def __init__(self, path):
        lines = read_lines(path)
        self.sql = [line for line in lines if line["way"] == "sql" and line["who"] == SQL_LOGIN]
        self.scripts = []
        self.foreign = []
        for line in lines:
            if line["way"] == "powershell":
                taken = take_out_of_wrapper(line["text"])
                if taken:
                    self.scripts.append(dict(line, text=taken[0], parameters=taken[1]))
                else:
                    self.foreign.append(line)

    def all_of(self, kind):
        return self.scripts if kind == "PowerShell on" else self.sql


# ---- what was printed ----

HEADER = re.compile(r"^---- (T-SQL to|PowerShell on|ledger of|program for|wait for) (\S+)  (\S*)(?:  (.*))?$")


class Sending:
    def __init__(self, step, found):
        self.step, self.kind, self.target, self.script = step, found[1], found[2], found[3]
        self.subject = found[4] or ""
        self.lines, self.parameters = [], None

    def end(self):
        if self.lines and self.lines[-1].startswith("$Parameters: "):
            self.parameters = self.lines.pop()[len("$Parameters: "):]
        self.text = "\n".join(self.lines)
        return self

    def __str__(self):
        return f"step {self.step}, {self.kind} {self.target}  {self.script}  {self.subject}"


def read_plan(path):
    step, sending, sendings = None, None, []
    text = Path(path).read_text(encoding="utf-8").replace("\n\n==== step ", "\n==== step ")
    for line in text.split("\n"):
        begins, found = re.match(r"==== step (\d+): ", line), HEADER.match(line)
        if (begins or found) and sending:
            sendings.append(sending.end())
            sending = None
        if begins:
            step = int(begins[1])
        elif found:
            sending = Sending(step, found)
        elif sending:
            sending.lines.append(line)
    if sending:
        while sending.lines and not sending.lines[-1]:
            sending.lines.pop()
        sendings.append(sending.end())
    return [one for one in sendings if one.kind in ("T-SQL to", "PowerShell on", "ledger of")]


# ---- the journal ----

class Journal:
    def __init__(self, path):
        lines = read_lines(path)
        self.entries = [line for line in lines if line["table"] == "entry"]
        self.plans = {line["id"]: json.loads(line["json"]) for line in lines if line["table"] == "plan"}

    def sendings(self, run):
        kinds = {1: "T-SQL to", 2: "PowerShell on", 4: "ledger of"}
        found = []
        ids = {entry["plan"]: None for entry in self.of(run)}
        for number, step in [pair for one in ids for pair in enumerate(self.plans[one]["steps"], 1)]:
            for one in step["sendings"]:
                if one["kind"] in kinds:
                    sending = Sending(number, [None, kinds[one["kind"]], one["target"], one["script"], one["subject"]])
                    sending.text, sending.parameters = one["text"], one["parameters"]
                    found.append(sending)
        return found

    def of(self, run):
        return [entry for entry in self.entries if entry["run"] == run and entry["kind"] != "look"]


def same(sending, entry):
    return entry["target"] == sending.target and entry["subject"] == sending.subject


def is_text(text, sending):
    return text.rstrip("\n") == sending.text.rstrip("\n")


def times_received(received, sending, parameters):
    """How often exactly this came in there, with one of those parameters."""
    return sum(1 for line in received.all_of(sending.kind) if line["where"] == sending.target and is_text(line["text"], sending)
               and (sending.kind != "PowerShell on" or line["parameters"] in parameters))


def sent_texts(entries):
    """(target, text) of what the run has begun to send; a text that the guard refused was not sent."""
    texts = []
    for entry in entries:
        if entry["kind"] == "intent":
            texts.append((entry["target"], entry["text"]))
        elif entry["kind"] == "guard" and entry["text"] != "lets pass":
            texts.pop()
    return texts


def check_sendings(sendings, received, entries, others):
    """Everything printed was received as often as it was sent, or had been done before it was to be sent.  A run that was
    resumed has several plans: their scripts differ in the epoch, which is a parameter.  A batch has no number of its run: what
    another run has sent that reads the same was received besides."""
    complaints, sent, texts = [], sent_texts(entries), {}
    compared = 0
    for one in sendings:
        texts.setdefault((one.kind, one.target, one.text.rstrip("\n")), []).append(one)
    for alike in texts.values():
        sending = alike[0]
        intents = sum(1 for target, text in sent if target == sending.target and is_text(text, sending))
        came = times_received(received, sending, {one.parameters for one in alike})
        if sending.kind != "PowerShell on":
            came -= sum(1 for target, text in others if target == sending.target and is_text(text, sending))
        was_done = any(same(one, entry) and entry["kind"] == "outcome" and
                       entry["text"].startswith(("was done", "not done")) for entry in entries for one in alike)
        if intents == 0 and not was_done:
            complaints.append(f"{sending}: neither sent nor seen done")
        elif came != intents:
            complaints.append(f"{sending}: sent {intents} times, received {came} times")
        compared += intents > 0
    if compared == 0:
        complaints.append("nothing of the plan was sent")
    return complaints, f"{compared} of {len(texts)} texts sent"


# ---- what else was received ----

LEDGER_TABLES = {"run", "note"}
LOOKS = {"sp_getapplock", "sp_releaseapplock", "xp_dirtree", "xp_fixeddrives", "sp_helpserver", "sp_dbmmonitorresults",
         "xp_fileexist"}
ACTS = {"ALTER", "BACKUP", "CREATE", "DENY", "DROP", "GRANT", "KILL", "MERGE", "REVOKE", "SHUTDOWN", "TRUNCATE", "BULK",
        "RECONFIGURE", "LOAD", "DBCC"}


def changes_more_than_ledger(text):
    """The first words that do, or None."""
    words = tsql_words.read(text)
    for at, word in enumerate(words):
        here = " ".join(one.text for one in words[at:at + 9])
        if word.kind != "word":
            continue
        upper = word.text.upper()
        behind = [one.text for one in words[at + 1:at + 8]]
        if upper in ACTS:
            return here
        if upper == "RESTORE" and behind[0].upper() not in ("HEADERONLY", "FILELISTONLY", "LABELONLY"):
            return here
        if upper in ("INSERT", "UPDATE", "DELETE"):
            table = behind[1:] if behind and behind[0].upper() == "INTO" else behind
            if not (table[:4] == ["pchat_ops", ".", "dbo", "."] and table[4] in LEDGER_TABLES) and \
                    not (table and table[0][:1] in "#@"):
                return here
        if upper in ("EXEC", "EXECUTE"):
            name = [one for one in words[at + 1:at + 9]]
            if len(name) > 2 and name[0].kind == "variable" and name[1].text == "=":
                name = name[2:]
            last = name[0]
            for i in range(0, len(name) - 2, 2):
                if name[i + 1].text != ".":
                    break
                last = name[i + 2] if name[i + 2].text != "." else last
            if last.kind not in ("word", "name") or last.text.lower() not in LOOKS:
                return here
    return None


def check_rest(sendings, received):
    planned = {(one.target, one.text.rstrip("\n")) for one in sendings}
    scripts = {path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.ps1")}
    product = (SCRIPTS / "product.ps1").read_text(encoding="utf-8")
    looks = scripts | {product + one for one in scripts}
    complaints = []
    for line in received.sql:
        if (line["where"], line["text"].rstrip("\n")) not in planned:
            words = changes_more_than_ledger(line["text"])
            if words:
                complaints.append(f"{line['where']} received, and no plan has it: {words}\n{line['text']}")
    for line in received.scripts:
        if (line["where"], line["text"].rstrip("\n")) not in planned and line["text"] not in looks:
            complaints.append(f"{line['where']} received, and no plan has it:\n{line['text'][:600]}")
    return complaints


def plan(paths):
    *pairs, journal_path, received_path = paths
    journal, received, runs = Journal(journal_path), Received(received_path), {}
    for plan_path, run in zip(pairs[::2], map(int, pairs[1::2])):
        runs.setdefault(run, []).extend(journal.sendings(run) if plan_path == "-" else read_plan(plan_path))
    for run, sendings in runs.items():
        others = [pair for other in runs if other != run for pair in sent_texts(journal.of(other))]
        complaints, words = check_sendings(sendings, received, journal.of(run), others)
        told(f"run {run}: what the plan printed is what was received, byte for byte ({words})", complaints)
    rest = check_rest([sending for sendings in runs.values() for sending in sendings], received)
    told(f"{len(received.sql)} batches, {len(received.scripts)} scripts: what no plan printed looks, locks or writes the ledger",
         rest)


# ---- the guard ----

def opens(text):
    """Does it make a copy writable?  As the documentation of RESTORE and ALTER DATABASE has it."""
    words = [one for one in tsql_words.read(text)]
    for at, word in enumerate(words):
        if word.kind != "word":
            continue
        statement = []
        for one in words[at:]:
            if one.text == ";" and one.kind == "mark":
                break
            statement.append(one)
        upper = [one.text.upper() for one in statement if one.kind == "word"]
        if upper[0] == "RESTORE" and len(upper) > 1 and upper[1] in ("DATABASE", "LOG") and \
                "NORECOVERY" not in upper and "STANDBY" not in upper:
            return True
        if upper[0] == "ALTER" and len(upper) > 1 and upper[1] == "DATABASE":
            if {"ONLINE", "READ_WRITE", "MULTI_USER", "FAILOVER", "FORCE_SERVICE_ALLOW_DATA_LOSS"} & set(upper):
                return True
    return False


def passes(entries):
    """Of each text that the guard let pass: run, step, target, text, when it did, and when the answer was written down."""
    found, intent, allowed = [], {}, {}
    for entry in entries:
        key = (entry["run"], entry["step"], entry["target"])
        if entry["kind"] == "intent":
            intent[key], allowed[key] = entry, None
        elif entry["kind"] == "guard" and key in intent:
            allowed[key] = entry if entry["text"] == "lets pass" else None
        elif entry["kind"] in ("act", "outcome") and allowed.get(key):
            found.append((key, intent[key]["text"], allowed[key]["at_utc_ms"], entry["at_utc_ms"]))
            allowed[key] = None
    found += [(key, intent[key]["text"], entry["at_utc_ms"], float("inf")) for key, entry in allowed.items() if entry]
    return found


def guarded(paths):
    journal, received = Journal(paths[0]), Received(paths[1])
    let_pass = passes(journal.entries)
    opened = [line for line in received.sql if opens(line["text"])]
    complaints = []
    for line in opened:
        right = [one for one in let_pass if one[0][2] == line["where"] and one[1] == line["text"]
                 and one[2] - 1 <= line["host_utc_ms"] <= one[3] + 1]
        if right:
            let_pass.remove(right[0])
        else:
            complaints.append(f"{line['where']} received, and no guard had let it pass:\n{line['text']}")
    for line in received.scripts + received.foreign:
        if "databasefailover" in re.sub("[^a-z]", "", line["text"].lower()):
            complaints.append(f"{line['where']} received the failover cmdlet")
    if not opened:
        complaints.append("no copy was opened: nothing is shown by this")
    told(f"each of {len(opened)} texts that open a copy was let pass by the guard, there and then", complaints)


# ---- drills ----

def acting_statements(text):
    """Each statement that does something, as its words."""
    words, found = tsql_words.read(text), []
    for at, word in enumerate(words):
        if word.kind != "word" or word.text.upper() not in ("RESTORE", "BACKUP", "DROP", "ALTER", "DBCC", "CREATE", "KILL"):
            continue
        if word.text.upper() == "RESTORE" and words[at + 1].text.upper() in ("HEADERONLY", "FILELISTONLY", "LABELONLY"):
            continue
        statement = []
        for one in words[at:]:
            if one.text == ";" and one.kind == "mark":
                break
            statement.append(one)
        found.append(statement)
    return found


def is_about_side(statement):
    """RESTORE DATABASE [pchat_drill_1] ..., DBCC CHECKDB ([pchat_drill_1]) ..."""
    name = statement[3 if statement[2].text == "(" else 2]
    return name.kind == "name" and re.fullmatch(r"pchat_drill_[1-9]\d*", name.text) is not None


def is_copy_only(statement):
    texts = [one.text.upper() for one in statement]
    return texts[:3] == ["BACKUP", "DATABASE", "MGC"] and "COPY_ONLY" in texts


def drill(paths):
    journal, received = Journal(paths[1]), Received(paths[2])
    intents = {(one["target"], one["text"]) for one in journal.entries if one["kind"] == "intent"}
    complaints, backups, sides = [], 0, 0
    for line in received.sql:
        statements = acting_statements(line["text"])
        for statement in statements:
            sides += is_about_side(statement)
            backups += is_copy_only(statement)
            if not is_about_side(statement) and not is_copy_only(statement):
                complaints.append(f"{line['where']} received:\n{line['text']}")
        words = changes_more_than_ledger(line["text"])
        if (statements or words) and not any(where == line["where"] and line["text"].endswith(text) for where, text in intents):
            complaints.append(f"{line['where']} received, and the journal has not: {words}\n{line['text']}")
    for line in received.scripts + received.foreign:
        if "databasefailover" in re.sub("[^a-z]", "", line["text"].lower()):
            complaints.append(f"{line['where']} received the failover cmdlet")
    if backups != int(paths[0]):
        complaints.append(f"{backups} COPY_ONLY backups of mgc, expected {paths[0]}")
    if not sides:
        complaints.append("no side database was heard of: nothing is shown by this")
    told(f"{len(received.sql)} batches: mgc was read and backed up COPY_ONLY {backups} times, all else ({sides} statements) was about "
         "side databases, and stands in the journal", complaints)


if __name__ == "__main__":
    {"plan": plan, "guarded": guarded, "drill": drill}[sys.argv[1]](sys.argv[2:])
    sys.exit(failed)

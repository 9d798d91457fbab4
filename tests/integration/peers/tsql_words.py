"""Reads Transact-SQL: words, names, strings, numbers, variables, marks.  By "Identifiers", "Constants" and "Slash Star" of the
Transact-SQL reference; shares nothing with the product or the lab."""
from collections import namedtuple

Word = namedtuple("Word", "kind text")


def block_comment(text, at):
    depth = 0
    while at < len(text):
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
            if depth == 0:
                return at
        else:
            at += 1
    raise ValueError("a comment without end")


def quoted(text, at, close):
    """What stands between, with doubled marks as one, and where it ends."""
    inside = ""
    at += 1
    while True:
        end = text.index(close, at)
        inside += text[at:end]
        if not text.startswith(close, end + 1):
            return inside, end + 1
        inside += close
        at = end + 2


def is_word(char):
    return char.isalnum() or char in "_@#$"


def read(text):
    words, at = [], 0
    while at < len(text):
        char = text[at]
        if char.isspace() or char == "\ufeff":
            at += 1
        elif text.startswith("--", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            at = block_comment(text, at)
        elif char == "'" or (char in "Nn" and text.startswith("'", at + 1)):
            inside, at = quoted(text, at + (char != "'"), "'")
            words.append(Word("string", inside))
        elif char in '["':
            inside, at = quoted(text, at, "]" if char == "[" else char)
            words.append(Word("name", inside))
        elif is_word(char):
            end = at
            while end < len(text) and is_word(text[end]):
                end += 1
            word = text[at:end]
            words.append(Word("variable" if char == "@" else "number" if char.isdigit() else "word", word))
            at = end
        else:
            words.append(Word("mark", char))
            at += 1
    return words

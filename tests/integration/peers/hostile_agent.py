#!/usr/bin/python3
"""hostile_agent.py MODE: an SNMP agent as no agent should be, on a free UDP port of loopback, which it prints.

It answers GET and GETBULK of version 2c, and the discovery of version 3, each in the way that MODE names (see MODES).
"""

import random
import socket
import sys

GET, RESPONSE, BULK, REPORT = 0xA0, 0xA2, 0xA5, 0xA8
ENGINE = b"\x80\x00\x1f\x88\x04hostile"
NOT_IN_TIME_WINDOWS = (1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0)
UNKNOWN_ENGINE_IDS = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)


# ---- BER ----

def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    head = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(head)]) + head + content


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    return tlv(4, value)


def sequence(*items: bytes) -> bytes:
    return tlv(0x30, b"".join(items))


def identifier(oid: tuple) -> bytes:
    content = bytes([oid[0] * 40 + oid[1]])
    for part in oid[2:]:
        digits = [part & 0x7F]
        while part := part >> 7:
            digits.append(0x80 | part & 0x7F)
        content += bytes(reversed(digits))
    return tlv(6, content)


def parts(data: bytes) -> list:
    """The items of a constructed value: (tag, content)."""
    found = []
    while data:
        size, start = data[1], 2
        if size & 0x80:
            start = 2 + (size & 0x7F)
            size = int.from_bytes(data[2:start], "big")
        found.append((data[0], data[start:start + size]))
        data = data[start + size:]
    return found


def read_identifier(content: bytes) -> tuple:
    oid, part = [content[0] // 40, content[0] % 40], 0
    for byte in content[1:]:
        part = part << 7 | byte & 0x7F
        if not byte & 0x80:
            oid.append(part)
            part = 0
    return tuple(oid)


# ---- version 2c ----

class Question:
    def __init__(self, datagram: bytes) -> None:
        (_, message), = parts(datagram)
        (_, version), (_, self.community), (self.command, pdu) = parts(message)
        if version != b"\x01":
            raise ValueError("another version")
        (_, request), (_, first), (_, second), (_, bindings) = parts(pdu)
        self.request = int.from_bytes(request, "big", signed=True)
        self.oids = [read_identifier(parts(binding)[0][1]) for _, binding in parts(bindings)]

    def answer(self, bindings: list, error: int = 0, request: int = None) -> bytes:
        pdu = (number(self.request if request is None else request) + number(error) + number(0) +
               sequence(*(sequence(identifier(oid), value) for oid, value in bindings)))
        return sequence(number(1), octets(self.community), tlv(RESPONSE, pdu))

    def good(self) -> bytes:
        """A GET is answered with 7, a GETBULK with one row and the end of everything."""
        if self.command == GET:
            return self.answer([(oid, number(7)) for oid in self.oids])
        return self.answer([(self.oids[0] + (1,), octets(b"row")), ((2, 5), tlv(0x82, b""))])


def cut(question: Question) -> list:
    datagram = question.good()
    return [datagram[:random.randrange(len(datagram))]]


def mutated(question: Question) -> list:
    datagram = bytearray(question.good())
    for _ in range(random.randrange(1, 4)):
        datagram[random.randrange(len(datagram))] = random.randrange(256)
    return [bytes(datagram)]


def endless(question: Question) -> list:
    """Rows that increase for ever."""
    oid = question.oids[0]
    start = oid[-1] if oid[-1] > 1000 else 1000
    base = oid[:-1] if oid[-1] > 1000 else oid
    return [question.answer([(base + (start + i,), octets(b"x" * 20)) for i in range(1, 11)])]


MODES = {
    "silent": lambda question: [],
    "good": lambda question: [question.good()],
    "garbage": lambda question: [random.randbytes(60)],
    "flood": lambda question: [b"\x30\x05flood"] * 5000,
    "cut": cut,
    "mutated": mutated,
    "other_request": lambda question: [question.answer([(oid, number(7)) for oid in question.oids],
                                                       request=question.request ^ 1)],
    "other_object": lambda question: [question.answer([((1, 3, 6, 9, 9), number(7))])],
    "nothing": lambda question: [question.answer([])],
    "same_row": lambda question: [question.answer([(question.oids[0], octets(b"again"))])],
    "going_back": lambda question: [question.answer([(question.oids[0] + (5,), number(1)),
                                                     (question.oids[0] + (4,), number(1))])],
    "going_before": lambda question: [question.answer([((1, 3, 6, 1, 1), number(1))])],
    "endless": endless,
    "many_rows": lambda question: [question.answer([(question.oids[0] + (i,), number(1)) for i in range(2000)])],
    "too_big": lambda question: [question.answer([], error=1)],
    "failing": lambda question: [question.answer([], error=5)],
    "forbidding": lambda question: [question.answer([], error=16)],
}


# ---- version 3 ----

def report(datagram: bytes, engine: bytes, reason: tuple) -> bytes:
    """What an agent says to a message that it does not take; nobody signs it."""
    (_, message), = parts(datagram)
    _, (_, header), _, _ = parts(message)
    (_, identity), _, _, _ = parts(header)
    security = sequence(octets(engine), number(1), number(100), octets(b""), octets(b""), octets(b""))
    pdu = tlv(REPORT, number(0) + number(0) + number(0) + sequence(sequence(identifier(reason), tlv(0x41, b"\x01"))))
    return sequence(number(3),
                    sequence(tlv(2, identity), number(65507), octets(b"\x00"), number(3)),
                    octets(security), sequence(octets(engine), octets(b""), pdu))


def is_discovery(datagram: bytes) -> bool:
    (_, message), = parts(datagram)
    (_, security) = parts(message)[2]
    return not parts(parts(security)[0][1])[0][1]


USER_MODES = {
    "v3_always_late": lambda datagram: [report(datagram, ENGINE, NOT_IN_TIME_WINDOWS)],
    "v3_forgetful": lambda datagram: [report(datagram, ENGINE, UNKNOWN_ENGINE_IDS)],
    "v3_no_engine": lambda datagram: [report(datagram, b"", UNKNOWN_ENGINE_IDS)],
    "v3_long_engine": lambda datagram: [report(datagram, b"E" * 200, UNKNOWN_ENGINE_IDS)],
    "v3_then_silent": lambda datagram: [report(datagram, ENGINE, UNKNOWN_ENGINE_IDS)] if is_discovery(datagram) else [],
    "v3_then_garbage": lambda datagram: [report(datagram, ENGINE, UNKNOWN_ENGINE_IDS) if is_discovery(datagram)
                                         else datagram[:-1]],
    "v3_other_engines": lambda datagram: [report(datagram, random.randbytes(12), UNKNOWN_ENGINE_IDS)] * 50,
}


def replies(mode: str, datagram: bytes) -> list:
    if mode in USER_MODES:
        return USER_MODES[mode](datagram)
    return MODES[mode](Question(datagram))


def main() -> None:
    mode = sys.argv[1]
    random.seed(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent:
        agent.bind(("127.0.0.1", 0))
        print(agent.getsockname()[1], flush=True)
        while True:
            datagram, asker = agent.recvfrom(65536)
            for reply in replies(mode, datagram):
                agent.sendto(reply, asker)


main()

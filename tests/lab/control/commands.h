/*
 * What the control socket understands: {"command": NAME, ...} -> {"ok": true, "result": ...} or
 * {"ok": false, "error": TEXT}.
 *
 *     state                                 ground truth
 *     fault.set / act    name, target?, params?   {"params": {"KEY": "VALUE"}}
 *     fault.clear        name?, target?
 *     fault.list                            what is set, and which faults and acts there are
 *     clock.advance      ms
 *     clock.speed        speed
 *     stop
 */
#ifndef PCHAT_LAB_CONTROL_COMMANDS_H
#define PCHAT_LAB_CONTROL_COMMANDS_H

#include <jansson.h>

struct lab;

/* Always an answer, a new reference. */
json_t *commands_answer(struct lab *lab, const json_t *request);

#endif

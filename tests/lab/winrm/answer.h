/*
 * What a host answers: envelopes with the service's prefixes, Identify, faults.  Pure; not thread-safe per
 * object.
 */
#ifndef PCHAT_LAB_WINRM_ANSWER_H
#define PCHAT_LAB_WINRM_ANSWER_H

#include "base/strbuf.h"
#include "lab/winrm/wsman_fault.h"

#include <stdbool.h>

struct soap_request;

/* Header with Action, MessageID and RelatesTo; the body is open afterwards. */
void answer_begin(struct strbuf *out, const char *action, const char *relates_to);
void answer_end(struct strbuf *out);

/* version: "OS: 6.3.9600 SP: 0.0 Stack: 3.0"; who has logged on also learns the ways to do so. */
void answer_identify(struct strbuf *out, const char *version, bool authenticated);

/* A whole envelope. */
void answer_fault(struct strbuf *out, const struct wsman_fault *fault, const char *machine,
                  const char *relates_to);

#endif

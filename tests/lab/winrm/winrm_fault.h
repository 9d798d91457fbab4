/*
 * What goes wrong between a client and the WinRM service of one Windows host.  The world only keeps it; the
 * winrm room acts on it, and reads it anew for every request.
 */
#ifndef PCHAT_LAB_WINRM_FAULT_H
#define PCHAT_LAB_WINRM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: nothing is wrong. */
struct winrm_fault {
    bool refused;       /* nobody listens on the port */
    bool hung;          /* connections are accepted, no byte is ever answered */
    bool blackholed;    /* packets vanish */
    bool unauthorized;  /* every logon is refused: 401 */
    bool access_denied; /* logons succeed, but the account may do nothing here: fault 5 */
    bool empty_error;   /* 500 without a body, as for an unencrypted message */
    bool quota;         /* shells are used up: QuotaLimit at Create */
    bool shell_lost;    /* shells end at once: InvalidSelectors at everything after Create */
    bool split_text;    /* output is cut inside its first character of several bytes */
    bool negative_exit; /* commands end with -1 */
    bool cut_command;   /* the connection is cut after Command was carried out, before its answer */
    int64_t slow_ms;    /* before each answer; 0 = none */
};

#endif

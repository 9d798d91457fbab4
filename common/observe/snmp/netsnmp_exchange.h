/*
 * One question to an agent and its answer, by the deadline.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_EXCHANGE_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_EXCHANGE_H

#include "observe/snmp/netsnmp_agent.h"
#include "observe/snmp/netsnmp_answer.h"

enum exchange_state { EXCHANGE_WAITS, EXCHANGE_ANSWERED, EXCHANGE_GAVE_UP };

struct exchange {
    struct deadline deadline;
    struct arena *arena;
    size_t most;       /* bindings that the question may bring */
    bool is_discovery; /* a report is what is asked for */
    struct answer answer;
    /* While it runs: */
    enum exchange_state state;
    int os_error;     /* of the socket; 0: none */
    unsigned garbage; /* datagrams that are no SNMP, or that nobody signed */
    char words[128];  /* the library's, of the last of them or of the report */
};

/*
 * Sends the question, which it frees, and waits.  0 with exchange->answer filled, or -1 with *failure filled;
 * an agent that failed is of no more use than to be closed.  An error status in the answer is no failure
 * (answer_failure() makes one of it).
 */
int exchange_run(struct exchange *exchange, struct agent *agent, netsnmp_pdu *question,
                 struct snmp_failure *failure);

#endif

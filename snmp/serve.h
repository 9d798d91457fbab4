/*
 * The thread that serves: the subagent's session with snmpd over AgentX (RFC 2741), by net-snmp.  Requests
 * are answered from the tree as it stands; what the mailbox brings is taken between two requests.  Notices
 * are sent one after the other, each after snmpd has answered for the one before; they wait while snmpd is
 * away.
 *
 * net-snmp has one agent in a process: so there is one of these.
 */
#ifndef PCHAT_SNMP_SERVE_H
#define PCHAT_SNMP_SERVE_H

#include "base/object_id.h"
#include "snmp/mailbox.h"

struct serve_config {
    const char *agentx_socket; /* as agentXSocket of snmpd.conf: a path, unix:PATH, tcp:HOST:PORT */
    struct object_id base;     /* of the module */
    struct mailbox *mailbox;
};

enum serve_state {
    SERVE_AWAY,    /* snmpd is not there; it is tried again each second */
    SERVE_ANSWERS, /* registered */
    SERVE_REFUSED  /* connected, but snmpd refuses the registration: nothing is answered */
};

struct serve;

struct serve *serve_start(const struct serve_config *config);
enum serve_state serve_state(const struct serve *serve);
/* Works for about half a second, or until a signal. */
void serve_work(struct serve *serve);
/* Takes leave of snmpd. */
void serve_stop(struct serve *serve);

#endif

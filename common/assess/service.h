/*
 * What the parts of the service assessment share.  Inside assess only.
 */
#ifndef PCHAT_ASSESS_SERVICE_H
#define PCHAT_ASSESS_SERVICE_H

#include "assess/pool.h"

/* What is looked at: a host, and whether users hang on it now. */
struct subject {
    struct pool *pool;
    const struct host_snapshot *host;
    const struct chat_server *server; /* of a chat server, else NULL */
};

/* Do users hang on it?  An idle chat server is nobody's trouble yet. */
bool subject_is_vital(const struct subject *subject);
/* Must its ports be open?  Whether idle chat servers listen at all is not documented. */
bool subject_must_listen(const struct subject *subject);
/* A finding about the host; milder where users do not hang on it. */
struct finding *subject_find(const struct subject *subject, enum condition condition, const char *message);
/* The row of a port; NULL: it was not looked at. */
const struct port_fact *subject_port(const struct subject *subject, enum host_port purpose);

void service_assess_windows(const struct subject *subject); /* services, event log, its row in the database */
void service_assess_ports(const struct subject *subject);   /* ports, SIP, web pages */
void service_assess_unseen(const struct subject *subject);  /* what was not seen of all that */

#endif

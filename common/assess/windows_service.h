/*
 * Which of a host's services is the one that is meant.  Pure, thread-safe.
 */
#ifndef PCHAT_ASSESS_WINDOWS_SERVICE_H
#define PCHAT_ASSESS_WINDOWS_SERVICE_H

#include "model/host_facts.h"

#include <stdbool.h>

/* By its executable; where its row tells none (SNMP), by how its display name ends.  NULL and "" are no
 * executable and no name. */
bool service_is(const struct service_fact *service, const char *executable, const char *display_name);

#endif

/*
 * The thread that watches: follows the observer's feed, assesses what it brings, numbers names, finds what is
 * to be told, writes the state folder, and posts branches and notices to whoever serves.  All that takes time
 * is done here.
 */
#ifndef PCHAT_SNMP_WATCH_H
#define PCHAT_SNMP_WATCH_H

#include "snmp/mailbox.h"

#define AGENTX_STATE_DIR "/var/lib/pchat-plugins/agentx"

struct watch_config {
    const char *feed_socket, *state_dir;
};

struct watch;

/* Reads the state folder; what was told and not answered is posted again.  NULL with *err. */
struct watch *watch_start(const struct watch_config *config, struct mailbox *mailbox, struct err *err);
/* Is it alive: did it come round within this time? */
bool watch_is_alive(const struct watch *watch, int64_t within_ms);
/* Ends the thread; waits for what it is at. */
void watch_stop(struct watch *watch);

#endif

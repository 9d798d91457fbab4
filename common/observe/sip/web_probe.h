/*
 * Does a web component of the pool answer?  A GET without credentials; redirects are not followed, the page
 * is not read.  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_SIP_WEB_PROBE_H
#define PCHAT_OBSERVE_SIP_WEB_PROBE_H

#include "base/arena.h"
#include "base/clock.h"
#include "observe/sip/probe.h"
#include "observe/sip/web_status.h"

/* The paths on a front end's internal (443) and external (4443) web site. */
#define WEB_PATH_ROOM_MANAGEMENT "/PersistentChat/RM/"
#define WEB_PATH_FILE_TRANSFER   "/PersistentChat/MGCWebService.asmx"

struct web_result {
    struct probe_result probe; /* SIGHT_SEEN: an HTTP response came */
    int status;                /* 0: none */
    enum web_class class;
    const char *location; /* where a redirect leads, in the arena; NULL: nowhere */
};

/* Ends by the deadline.  path begins with "/". */
void web_probe(const struct probe_target *target, const char *path, struct deadline deadline,
               struct arena *arena, struct web_result *ret_result);

#endif

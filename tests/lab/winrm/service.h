/*
 * The WinRM service of one Windows host, from a SOAP request to a SOAP answer: Identify, WMI queries, remote
 * shells.
 *
 * Knows no socket and no clock of its own: the listener puts it on the wire, unit tests call it directly.
 * Strict: an operation, header, element or class that it does not know is a fault, never a silent success.
 * Time of the caller (now_ms) serves timeouts that clients count in real time; what happens on the host takes
 * time of the world. Sources: MS-WSMV 3.1.4 "Message Processing Events and Sequencing Rules"; "Windows Remote
 * Shell".  One thread only.
 */
#ifndef PCHAT_LAB_WINRM_SERVICE_H
#define PCHAT_LAB_WINRM_SERVICE_H

#include "base/cleanup.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct world;
struct host;
struct winrm_service;

struct winrm_call {
    const char *user;    /* who has logged on; NULL: nobody, and only Identify is answered */
    bool forbidden;      /* an account that is not in the group "Remote Management Users" */
    bool delegated;      /* with credentials for a second hop */
    const char *address; /* the client's, for rsp:ClientIP */
    const char *text;
    size_t length;
    int64_t started_ms, now_ms; /* by any monotonic clock */
    bool again;                 /* called before, and pending then */
};

struct winrm_reply {
    bool pending;    /* nothing yet: call again within some tens of milliseconds */
    unsigned status; /* 200; 401 without a user; 500: a fault */
    struct strbuf body;
};
static inline void winrm_reply_auto(struct winrm_reply *reply)
{
    strbuf_done(&reply->body);
}

/* world and host must outlive it. */
struct winrm_service *winrm_service_new(struct world *world, struct host *host);
void winrm_service_free(struct winrm_service *service);
AUTO_DEFINE_FREE(winrm_service, struct winrm_service)

/* *reply starts zeroed. */
void winrm_service_call(struct winrm_service *service, const struct winrm_call *call,
                        struct winrm_reply *ret_reply);

/* The host lost power or its service was stopped: shells and enumerations are gone. */
void winrm_service_reset(struct winrm_service *service);

#endif

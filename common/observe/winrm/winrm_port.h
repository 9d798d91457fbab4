/*
 * winrm_port: all that the product asks of a Windows host, as a small table of functions.  libcurl and
 * libxml2 (winrm_curl.h) are one way to fill it; a recorded script is another; the lab's world in the same
 * process is a third.
 *
 * One port is one host and one connection, used by one thread at a time.  Answers are facts, failures say why
 * nothing was seen; nothing is ever repeated that may have had an effect. Sources: MS-WSMV; "Windows Remote
 * Management" reference pages.
 */
#ifndef PCHAT_OBSERVE_WINRM_PORT_H
#define PCHAT_OBSERVE_WINRM_PORT_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/sight.h"

#include <stddef.h>
#include <stdint.h>

/* The fault codes that decide what happens next. */
#define WSMAN_FAULT_TIMED_OUT UINT32_C(2150858793) /* nothing to return within OperationTimeout */
#define WSMAN_FAULT_NO_SHELL  UINT32_C(2150858843) /* the shell or the command is unknown */

/* Why a request brought nothing. */
struct winrm_failure {
    enum sight sight;
    uint32_t fault_code; /* WSManFault's Code, 0: none */
    const char *text;    /* one line for people, in the caller's arena */
    const char *hint;    /* what usually cures it; NULL: nothing better than the sight */
    /* Above the connection, which serves on: a fault of WS-Management, or what a script left.  False: nothing
     * more need be asked, for it would fail alike. */
    bool serves;
    int http_status; /* of an answer without envelope; 0: none */
};

struct winrm_identity {
    const char *vendor, *version; /* "Microsoft Corporation", "OS: 6.3.9600 SP: 0.0 Stack: 3.0" */
};

/* Rows of a WQL projection: values as text, absent ones NULL. */
struct winrm_rows {
    const char *const *columns;
    size_t column_count;
    const char *const *cells;
    size_t row_count;
};

/* What a script left. */
struct winrm_output {
    const char *json;   /* its one line of JSON, checked to be one; never NULL on success */
    const char *errors; /* readable text of its error stream, "" for none */
    int32_t exit_code;
};

struct winrm_port {
    const struct winrm_port_ops *ops;
};

/* Each returns 0, or -1 with *ret_failure filled.  All results live in the arena.  Each ends by the deadline.
 */
struct winrm_port_ops {
    /* Liveness without credentials. */
    int (*identify)(struct winrm_port *port, struct deadline deadline, struct arena *arena,
                    struct winrm_identity *ret_identity, struct winrm_failure *ret_failure);
    /* columns: those of the SELECT list, in the wanted order. */
    int (*wmi_query)(struct winrm_port *port, const char *wql, const char *const *columns,
                     size_t column_count, size_t max_rows, struct deadline deadline, struct arena *arena,
                     struct winrm_rows *ret_rows, struct winrm_failure *ret_failure);
    /*
     * Runs a script compiled in from a .ps1 file.  parameters_json reaches it only as encoded JSON in
     * $Parameters, never as script text.  The shell is deleted on every way out; a command whose fate is
     * unknown is not sent again.
     */
    int (*run_ps)(struct winrm_port *port, const char *script, const char *parameters_json,
                  struct deadline deadline, struct arena *arena, struct winrm_output *ret_output,
                  struct winrm_failure *ret_failure);
    void (*close)(struct winrm_port *port);
};

struct winrm_endpoint;

/* Who makes ports. */
struct winrm_opener {
    /* Does not connect yet.  NULL with ERR_CONFIG where the endpoint is not complete.  Called by several
     * threads at once. */
    struct winrm_port *(*open)(void *user, const struct winrm_endpoint *endpoint, struct err *err);
    void *user;
};

#endif

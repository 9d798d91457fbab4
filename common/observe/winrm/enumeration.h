/*
 * A WQL query: Enumerate, Pull until the end, Release where it is left early.
 * Sources: MS-WSMV 3.1.4.8 (Enumerate), 3.1.5.2.1 (wsen:Filter); DSP0227 (CIM binding); DSP0226
 * (OptimizeEnumeration).
 */
#ifndef PCHAT_OBSERVE_WINRM_ENUMERATION_H
#define PCHAT_OBSERVE_WINRM_ENUMERATION_H

#include "observe/winrm/wsman_client.h"

struct enumeration_query {
    const char *wql;
    const char *const *columns;
    size_t column_count, max_rows;
};

int enumeration_run(struct wsman_client *client, const struct enumeration_query *query,
                    struct deadline deadline, struct arena *arena, struct winrm_rows *ret_rows,
                    struct winrm_failure *ret_failure);

#endif

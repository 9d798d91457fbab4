/*
 * SOAP faults of the WinRM service: codes, subcodes and who is to blame.
 * Sources: wsmerror.h (codes, subcodes, texts); MS-WSMV 2.2.4.44 "WSManFault"; DSP0226 "Master faults table".
 */
#ifndef PCHAT_LAB_WINRM_WSMAN_FAULT_H
#define PCHAT_LAB_WINRM_WSMAN_FAULT_H

#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_ACCESS_DENIED,
    FAULT_ACTION_NOT_SUPPORTED,
    FAULT_BAD_FILTER,  /* a filter that names no query, or a resource that takes none */
    FAULT_BAD_CONTEXT, /* enumeration context unknown or over */
    FAULT_BAD_HEADER,
    FAULT_BAD_PARAMETER,
    FAULT_BAD_RESOURCE,
    FAULT_BAD_SCHEMA,
    FAULT_DIALECT,
    FAULT_FILE_NOT_FOUND,
    FAULT_MISSING_HEADER,
    FAULT_NOT_FOUND,      /* no such instance */
    FAULT_NOT_UNDERSTOOD, /* a header marked mustUnderstand */
    FAULT_OPERATION_ABORTED,
    FAULT_QUOTA_OPERATIONS,
    FAULT_QUOTA_SHELLS,
    FAULT_TIMED_OUT,
    FAULT_UNEXPECTED_SELECTORS,
    FAULT_UNKNOWN_SHELL, /* shell or command */
    FAULT_WMI,           /* wmi_code says which */
    FAULT_KIND_COUNT
};

/* WBEMSTATUS.  Source: MS-WMI 2.2.11 "WBEMSTATUS Enumeration". */
enum { WMI_OK = 0 };
#define WMI_INVALID_CLASS UINT32_C(0x80041010)
#define WMI_INVALID_QUERY UINT32_C(0x80041017)

struct wsman_fault {
    enum fault_kind kind;
    uint32_t wmi_code;
};

struct fault_form {
    uint32_t code;
    const char *blame, *subcode; /* QNames of the envelope: "s:Sender", "w:TimedOut" */
    const char *text;
    const char *detail; /* last part of the URI of wsman:FaultDetail, or NULL */
};

const struct fault_form *fault_form_of(enum fault_kind kind);

struct wmi_error_form {
    uint32_t code;
    unsigned cim_status; /* CIM_ERR_* */
    const char *text;
};
const struct wmi_error_form *wmi_error_form_of(uint32_t code);

#endif

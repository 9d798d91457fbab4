#include "lab/winrm/wsman_fault.h"

#include "base/cleanup.h"

#define CANNOT "The WS-Management service cannot process the request. "

static const struct fault_form forms[FAULT_KIND_COUNT] = {
    [FAULT_ACCESS_DENIED] = {5, "s:Sender", "w:AccessDenied", "Access is denied. ", NULL},
    [FAULT_ACTION_NOT_SUPPORTED] =
        {2150858771, "s:Sender", "a:ActionNotSupported",
         "The WS-Management service does not support the action specified in the request. ", NULL},
    [FAULT_BAD_FILTER] = {2150858778, "s:Sender", "n:CannotProcessFilter",
                          CANNOT "The filter is not valid for the resource. ", NULL},
    [FAULT_BAD_CONTEXT] = {2150858779, "s:Receiver", "n:InvalidEnumerationContext",
                           CANNOT "The supplied enumeration context is invalid. ", NULL},
    [FAULT_BAD_HEADER] = {2150858767, "s:Sender", "a:InvalidMessageInformationHeader",
                          CANNOT "The request contains one or more invalid SOAP headers. ", NULL},
    [FAULT_BAD_PARAMETER] = {87, "s:Sender", "w:InvalidParameter", "The parameter is incorrect. ", NULL},
    [FAULT_BAD_RESOURCE] = {2150858754, "s:Sender", "a:DestinationUnreachable",
                            CANNOT "The resource URI is missing or it has an incorrect format. ",
                            "InvalidResourceURI"},
    [FAULT_BAD_SCHEMA] = {2150858817, "s:Sender", "w:SchemaValidationError",
                          CANNOT "The SOAP packet did not validate against the schema. ", NULL},
    [FAULT_DIALECT] = {2150858777, "s:Sender", "n:FilterDialectRequestedUnavailable",
                       "The WS-Management service does not support the filter dialect of the request. ",
                       NULL},
    [FAULT_FILE_NOT_FOUND] = {2, "s:Receiver", "w:InternalError",
                              "The system cannot find the file specified. ", NULL},
    [FAULT_MISSING_HEADER] = {2150858769, "s:Sender", "a:MessageInformationHeaderRequired",
                              CANNOT "The request does not have all the expected SOAP headers. ", NULL},
    [FAULT_NOT_FOUND] = {2150858752, "s:Sender", "a:DestinationUnreachable",
                         CANNOT "The service cannot find the resource identified by the resource URI and "
                                "selectors. ",
                         NULL},
    [FAULT_NOT_UNDERSTOOD] =
        {2150858768, "s:MustUnderstand", NULL,
         "The WS-Management service cannot process a SOAP header in the request that is marked as "
         "mustUnderstand by the client. ",
         NULL},
    [FAULT_OPERATION_ABORTED] =
        {995, "s:Receiver", "w:InternalError",
         "The I/O operation has been aborted because of either a thread exit or an application request. ",
         NULL},
    [FAULT_QUOTA_OPERATIONS] =
        {2150859174, "s:Receiver", "w:QuotaLimit",
         CANNOT "The maximum number of concurrent operations for this user has been exceeded. ", NULL},
    [FAULT_QUOTA_SHELLS] =
        {2150859173, "s:Receiver", "w:QuotaLimit",
         CANNOT "The maximum number of concurrent shells a user can remotely open has been exceeded. "
                "Close existing shells or raise the quota for this user. ",
         NULL},
    [FAULT_TIMED_OUT] =
        {2150858793, "s:Receiver", "w:TimedOut",
         "The WS-Management service cannot complete the operation within the time specified in "
         "OperationTimeout. ",
         NULL},
    [FAULT_UNEXPECTED_SELECTORS] = {2150858843, "s:Sender", "w:InvalidSelectors",
                                    CANNOT "The selectors are not those of the resource. ",
                                    "UnexpectedSelectors"},
    [FAULT_UNKNOWN_SHELL] =
        {2150858843, "s:Sender", "w:InvalidSelectors",
         "The request for the Windows Remote Shell failed because the shell or the command was not found on "
         "the server. ",
         "UnexpectedSelectors"},
    [FAULT_WMI] =
        {0, "s:Receiver", "w:InternalError",
         "The WS-Management service cannot process the request. The WMI service reported an error. ", NULL},
};

const struct fault_form *fault_form_of(enum fault_kind kind)
{
    return &forms[kind];
}

const struct wmi_error_form *wmi_error_form_of(uint32_t code)
{
    /* CIM_ERR_INVALID_CLASS 5, CIM_ERR_INVALID_QUERY 15, CIM_ERR_FAILED 1 */
    static const struct wmi_error_form wmi_forms[] = {
        {WMI_INVALID_CLASS, 5, "Invalid class "},
        {WMI_INVALID_QUERY, 15, "Invalid query "},
        {0x80041001, 1, "Generic failure "},
    };
    size_t i = 0;

    while (i + 1 < COUNT(wmi_forms) && wmi_forms[i].code != code)
        i++;
    return &wmi_forms[i];
}

/*
 * Namespaces, actions and resources of WS-Management.  Sources: MS-WSMV 2.2.1 "Namespaces"; DSP0226
 * "Namespaces".
 */
#ifndef PCHAT_LAB_WINRM_NAMESPACES_H
#define PCHAT_LAB_WINRM_NAMESPACES_H

#define NS_SOAP        "http://www.w3.org/2003/05/soap-envelope"
#define NS_ADDRESSING  "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_WSMAN       "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_WSMAN_MS    "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define NS_TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define NS_SHELL       "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define NS_FAULT       "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define NS_IDENTIFY    "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define NS_CIM         "http://schemas.dmtf.org/wbem/wscim/1/common"
#define NS_WMI_ERROR   "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
#define NS_XSI         "http://www.w3.org/2001/XMLSchema-instance"
#define NS_XML         "http://www.w3.org/XML/1998/namespace"

#define RESOURCE_CMD   NS_SHELL "/cmd"
#define RESOURCE_CIMV2 "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"

#define DIALECT_WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"

#define ADDRESS_ANONYMOUS NS_ADDRESSING "/role/anonymous"

#endif

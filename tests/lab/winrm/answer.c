#include "lab/winrm/answer.h"

#include "lab/winrm/guid_text.h"
#include "lab/winrm/namespaces.h"
#include "lab/winrm/xml.h"

#include <inttypes.h>

static const char ACTION_WSMAN_FAULT[] = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault";
static const char ACTION_ADDRESSING_FAULT[] = NS_ADDRESSING "/fault";
static const char FAULT_DETAIL[] = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/";

void answer_begin(struct strbuf *out, const char *action, const char *relates_to)
{
    char id[GUID_TEXT_BYTES];

    guid_text_new(id);
    strbuf_add(out, "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"" NS_SOAP "\" xmlns:a=\"" NS_ADDRESSING
                    "\" xmlns:x=\"" NS_TRANSFER "\" xmlns:n=\"" NS_ENUMERATION "\" xmlns:w=\"" NS_WSMAN
                    "\" xmlns:rsp=\"" NS_SHELL "\" xmlns:p=\"" NS_WSMAN_MS "\" xmlns:xsi=\"" NS_XSI "\">");
    strbuf_format(out, "<s:Header><a:Action>%s</a:Action><a:MessageID>uuid:%s</a:MessageID>", action, id);
    strbuf_add(out, "<a:To>" ADDRESS_ANONYMOUS "</a:To>");
    if (*relates_to) {
        strbuf_add(out, "<a:RelatesTo>");
        xml_put(out, relates_to);
        strbuf_add(out, "</a:RelatesTo>");
    }
    strbuf_add(out, "</s:Header><s:Body>");
}

void answer_end(struct strbuf *out)
{
    strbuf_add(out, "</s:Body></s:Envelope>");
}

void answer_identify(struct strbuf *out, const char *version, bool authenticated)
{
    static const char *const profiles[] = {"http/basic", "https/basic", "http/spnego-kerberos",
                                           "https/spnego-kerberos"};

    strbuf_add(out, "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"" NS_SOAP "\"><s:Header/><s:Body>"
                    "<wsmid:IdentifyResponse xmlns:wsmid=\"" NS_IDENTIFY "\"><wsmid:ProtocolVersion>" NS_WSMAN
                    "</wsmid:ProtocolVersion><wsmid:ProductVendor>Microsoft Corporation"
                    "</wsmid:ProductVendor><wsmid:ProductVersion>");
    xml_put(out, version);
    strbuf_add(out, "</wsmid:ProductVersion>");
    if (authenticated) {
        strbuf_add(out, "<wsmid:SecurityProfiles>");
        for (size_t i = 0; i < COUNT(profiles); i++)
            strbuf_format(out,
                          "<wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/"
                          "%s</wsmid:SecurityProfileName>",
                          profiles[i]);
        strbuf_add(out, "</wsmid:SecurityProfiles>");
    }
    strbuf_add(out, "</wsmid:IdentifyResponse></s:Body></s:Envelope>");
}

/* What WMI says comes as its own error object. */
static void put_wmi_error(struct strbuf *out, uint32_t code)
{
    const struct wmi_error_form *form = wmi_error_form_of(code);

    strbuf_format(out,
                  "<e:MSFT_WmiError xmlns:e=\"" NS_WMI_ERROR "\"><e:CIMStatusCode>%u</e:CIMStatusCode>"
                  "<e:Message>%s</e:Message><e:MessageID>HRESULT 0x%08" PRIx32 "</e:MessageID>"
                  "<e:error_Code>%" PRIu32 "</e:error_Code><e:error_Type>HRESULT</e:error_Type>"
                  "<e:error_WindowsErrorMessage>%s</e:error_WindowsErrorMessage></e:MSFT_WmiError>",
                  form->cim_status, form->text, code, code, form->text);
}

static void put_wsman_error(struct strbuf *out, const struct fault_form *form, const char *machine)
{
    if (form->detail)
        strbuf_format(out, "<w:FaultDetail>%s%s</w:FaultDetail>", FAULT_DETAIL, form->detail);
    strbuf_format(out, "<f:WSManFault xmlns:f=\"" NS_FAULT "\" Code=\"%" PRIu32 "\" Machine=\"", form->code);
    xml_put(out, machine);
    strbuf_format(out, "\"><f:Message>%s</f:Message></f:WSManFault>", form->text);
}

void answer_fault(struct strbuf *out, const struct wsman_fault *fault, const char *machine,
                  const char *relates_to)
{
    const struct fault_form *form = fault_form_of(fault->kind);
    bool addressing = form->subcode && form->subcode[0] == 'a';

    answer_begin(out, addressing ? ACTION_ADDRESSING_FAULT : ACTION_WSMAN_FAULT, relates_to);
    strbuf_format(out, "<s:Fault><s:Code><s:Value>%s</s:Value>", form->blame);
    if (form->subcode)
        strbuf_format(out, "<s:Subcode><s:Value>%s</s:Value></s:Subcode>", form->subcode);
    strbuf_format(out, "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">%s</s:Text></s:Reason><s:Detail>",
                  form->text);
    if (fault->kind == FAULT_WMI)
        put_wmi_error(out, fault->wmi_code);
    else
        put_wsman_error(out, form, machine);
    strbuf_add(out, "</s:Detail></s:Fault>");
    answer_end(out);
}

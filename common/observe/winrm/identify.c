#include "observe/winrm/identify.h"

#include "observe/winrm/one_line.h"

static const char *field(const xmlNode *answer, const char *name, struct arena *arena)
{
    const char *text = node_text(arena, node_child(answer, name));

    return text ? one_line(arena, text) : "";
}

int identify_ask(struct wsman_client *client, struct deadline deadline, struct arena *arena,
                 struct winrm_identity *ret_identity, struct winrm_failure *ret_failure)
{
    AUTO(xml_document) xmlDoc *document = NULL;
    const xmlNode *answer;

    if (wsman_exchange(client, WSMAN_IDENTIFY, (struct envelope_values){0}, deadline, arena, &document,
                       ret_failure) != WSMAN_ANSWERED)
        return -1;
    answer = wsman_answer(document, "IdentifyResponse");
    if (!answer)
        return winrm_fail(ret_failure, SIGHT_PROTOCOL_ERROR, "the answer does not identify anything", NULL);
    ret_identity->vendor = field(answer, "ProductVendor", arena);
    ret_identity->version = field(answer, "ProductVersion", arena);
    return 0;
}

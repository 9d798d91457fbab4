/*
 * Any bytes on a script's stderr become readable text: well-formed UTF-8 without \r.
 */
#include "observe/winrm/clixml.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(strbuf) struct strbuf errors = STRBUF_INIT;

    clixml_add_errors(&errors, (const char *)data, size);
    if (!utf8_valid(strbuf_text(&errors)) || strlen(strbuf_text(&errors)) != errors.length ||
        strchr(strbuf_text(&errors), '\r'))
        abort();
    return 0;
}

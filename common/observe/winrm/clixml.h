/*
 * What PowerShell writes to stderr: CLIXML, plain text, or both in turns.  Progress and warnings are in there
 * too, also when all went well, so that its mere presence means nothing.
 *
 * Sources: MS-PSRP 2.2.5.3.2 (encoding strings), 2.2.6 (message data); what powershell.exe is seen to write
 * with -OutputFormat. Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_CLIXML_H
#define PCHAT_OBSERVE_WINRM_CLIXML_H

#include "base/strbuf.h"

/* Appends the errors as readable, well-formed UTF-8: plain text as it stands, of CLIXML the records
 * S="Error".  Lines end with \n. */
void clixml_add_errors(struct strbuf *out, const char *bytes, size_t length);
/* Appends the text with _xHHHH_ decoded: UTF-16 code units, surrogates in pairs. */
void clixml_add_decoded(struct strbuf *out, const char *text);

#endif

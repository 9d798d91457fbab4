/*
 * CLIXML: how powershell.exe writes its error and progress streams when nobody sits before it.
 * Source: MS-PSRP, "Serialization"; python3-winrm's decoder agrees.
 */
#ifndef PCHAT_LAB_POWERSHELL_CLIXML_H
#define PCHAT_LAB_POWERSHELL_CLIXML_H

#include "base/strbuf.h"

/* Appends one <S S="stream"> for each line of the text, which is wrapped at the console's width. */
void ps_clixml_text(struct strbuf *xml, const char *stream, const char *text);
/* Appends the progress record of a module's first use. */
void ps_clixml_progress(struct strbuf *xml);
/* The whole stream around its elements; malloc'ed, NULL when there are none. */
char *ps_clixml_document(const struct strbuf *elements);

#endif

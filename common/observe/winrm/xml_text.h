/*
 * The one way in which foreign text gets into XML that we write.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_XML_TEXT_H
#define PCHAT_OBSERVE_WINRM_XML_TEXT_H

#include "base/strbuf.h"

/*
 * Appends the text as character data, fit for elements and for attributes in either kind of quotes.  What
 * XML 1.0 cannot hold (control characters, ill-formed UTF-8, U+FFFE, U+FFFF) becomes U+FFFD; tabs and line
 * ends survive an attribute. Source: "Extensible Markup Language (XML) 1.0", 2.2 and 3.3.3.
 */
void xml_add_text(struct strbuf *out, const char *text);

#endif

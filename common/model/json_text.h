/*
 * Text in JSON: what a server said may be no UTF-8, a JSON document always is.  Thread-safe.
 */
#ifndef PCHAT_MODEL_JSON_TEXT_H
#define PCHAT_MODEL_JSON_TEXT_H

#include "base/strbuf.h"

#include <jansson.h>

/* A JSON string, ill-formed bytes replaced by U+FFFD; null for NULL.  The caller owns it. */
json_t *json_text(const char *text);
/* Appends the document, indented by 2, keys in the order they were set, with a newline at its end. */
void json_print(const json_t *root, struct strbuf *out);
/* The same without any white space and newline: a document in one line. */
void json_print_compact(const json_t *root, struct strbuf *out);

#endif

/*
 * What must be true of a file's bytes before YAML is asked: libyaml says the same with less help, or not at
 * all. Pure, thread-safe.
 */
#ifndef PCHAT_TOPOLOGY_YAML_TEXT_H
#define PCHAT_TOPOLOGY_YAML_TEXT_H

#include "topology/node.h"

#include <stdbool.h>
#include <stddef.h>

/* UTF-8 without byte order mark, control characters and tabs in the indentation; -1 with *err set otherwise.
 */
int yaml_check_text(const struct yaml_file *file, const char *text, size_t length, struct err *err);
/* No control characters and no line breaks: fit to stand inside a line. */
bool yaml_is_one_line(const char *text, size_t length);

#endif

/*
 * Options of pchat-lab that are KEY=VALUE, by a table of keys.
 */
#ifndef PCHAT_LAB_CONTROL_KEY_OPTIONS_H
#define PCHAT_LAB_CONTROL_KEY_OPTIONS_H

#include "base/err.h"
#include "base/strbuf.h"

#include <stddef.h>

enum key_option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_FLAG };

/* Of a member of the structure that is filled: const char *, int64_t or bool. */
struct key_option {
    const char *key;
    enum key_option_kind kind;
    size_t offset;
    const char *off, *on; /* of a flag: its two words */
    const char *meaning;
};

struct key_options {
    const char *name; /* of the option, "--chat" */
    const struct key_option *rows;
    size_t count;
};

/* Texts point into `text`.  0, or -1 with ERR_USAGE. */
int key_options_take(const struct key_options *options, void *filled, const char *text, struct err *err);
/* One line for each key, for the help text. */
void key_options_list(const struct key_options *options, struct strbuf *out);

#endif

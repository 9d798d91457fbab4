/*
 * KEY=VALUE of `pchat-lab --chat`: what nobody outside Microsoft has confirmed about chat servers, so that a
 * test can build a deployment of its own.
 */
#ifndef PCHAT_LAB_CONTROL_CHAT_OPTIONS_H
#define PCHAT_LAB_CONTROL_CHAT_OPTIONS_H

#include "base/err.h"
#include "base/strbuf.h"
#include "lab/world/chat.h"

/* Texts point into `text`.  0, or -1 with ERR_USAGE. */
int chat_options_take(struct chat_config *config, const char *text, struct err *err);
/* One line for each key, for the help text. */
void chat_options_list(struct strbuf *out);

#endif

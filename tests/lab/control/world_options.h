/*
 * KEY=VALUE of `pchat-lab --world`: how a deployment is set up that is as real as any other.
 */
#ifndef PCHAT_LAB_CONTROL_WORLD_OPTIONS_H
#define PCHAT_LAB_CONTROL_WORLD_OPTIONS_H

#include "base/err.h"
#include "base/strbuf.h"
#include "lab/world/world.h"

/* 0, or -1 with ERR_USAGE. */
int world_options_take(struct world_config *config, const char *text, struct err *err);
/* One line for each key, for the help text. */
void world_options_list(struct strbuf *out);

#endif

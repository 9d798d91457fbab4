/*
 * What a host showed over WinRM, as lines: "winrm: seen", then for each group that was asked "GROUP: SIGHT
 * (DETAIL)" and "GROUP KEY=VALUE …" for each row, unknown values left out.
 */
#ifndef PCHAT_TESTS_FACTS_TEXT_H
#define PCHAT_TESTS_FACTS_TEXT_H

#include "base/strbuf.h"
#include "model/snapshot.h"

void facts_text_add(struct strbuf *out, const struct host_snapshot *host);

#endif

/* What the files of the verdict share. */
#ifndef PCHAT_TESTS_CAMPAIGN_VERDICT_PARTS_H
#define PCHAT_TESTS_CAMPAIGN_VERDICT_PARTS_H

#include "campaign/verdict.h"

/* One sentence more. */
__attribute__((format(printf, 2, 3))) void violate(struct verdict *verdict, const char *format, ...);
/* By the journals: what was sent, and when, beside whom; and how soon an old primary was noticed. */
void judge_sent(const struct stage *stage, struct verdict *verdict);

#endif

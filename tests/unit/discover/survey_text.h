/*
 * A survey as a few lines, for tests.  Each line is an answer, or one more row of it:
 *
 *     services pc1 | RTCCHAT | Chat | Running | C:\ChannelService.exe      a row; "-" is NULL
 *     services pc2 ! timed_out no answer                                   no rows, and why
 *     services pc3                                                         seen, and no rows
 *
 * "@15" in a cell is 15 s after 2026-11-23T05:00:00, "@15+60" the same an hour further on.  Subjects are pc1
 * to pc4 (chat servers), fe1, fe2 (front ends), mg1, mg2 (management hosts) and all others (SQL instances).
 */
#ifndef PCHAT_TESTS_SURVEY_TEXT_H
#define PCHAT_TESTS_SURVEY_TEXT_H

#include "discover/questions.h"

struct survey *survey_of(const char *text);
/* What a judge finds, a line each: "proven: TEXT [KEY=VALUE]". */
char *judged(judge_function *judge, const char *text);

#endif

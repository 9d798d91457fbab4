/*
 * The questions that only a live system can settle, as a table: what is asked for, how, by whom it is judged,
 * and which keys of topology.yaml it settles.  Constant data, thread-safe.
 */
#ifndef PCHAT_DISCOVER_QUESTIONS_H
#define PCHAT_DISCOVER_QUESTIONS_H

#include "discover/judge.h"

struct question {
    const char *what; /* "names of the chat and compliance services" */
    const char *how;  /* "WMI", "SQL", "PowerShell", "from outside"; several with commas */
    judge_function *judge;
    const char *settles; /* keys under settings and periods, with blanks; "" for none */
};

extern const struct question questions[];
extern const size_t question_count;

/* All of them, in the table's order; finding.question is the index.  Texts live in the arena. */
struct findings questions_judge(const struct survey *survey, struct arena *arena);

#endif

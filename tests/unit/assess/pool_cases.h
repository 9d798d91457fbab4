/* Situations of a pool and what assess_pool says of them: every row of the state table is one at least. */
#ifndef PCHAT_TESTS_POOL_CASES_H
#define PCHAT_TESTS_POOL_CASES_H

#include "unit/assess/pool_builder.h"

struct pool_case {
    const char *name;
    void (*change)(struct snapshot *snapshot);
    const char *state; /* "CRITICAL split_brain": leads the report; "OK": no finding */
};

extern const struct pool_case pool_cases[];
extern const size_t pool_case_count;

const struct pool_case *pool_case_find(const char *name);

#endif

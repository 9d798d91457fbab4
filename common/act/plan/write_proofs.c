#include "act/plan/write_proofs.h"

#include "act/plan/steps_parts.h"
#include "base/cleanup.h"

int write_proofs(const struct step_scope *scope, struct sending **sendings, size_t *count)
{
    static const struct step *const tried[] = {&step_state, &step_active, &step_mirror, &step_start,
                                               &step_fence_services};

    for (size_t i = 0; i < COUNT(tried); i++)
        if (tried[i]->make(scope, sendings, count) != 0)
            return -1;
    return 0;
}

/*
 * doctor: every endpoint examined in parallel under one deadline, each up to the first layer that fails.
 */
#ifndef PCHAT_DOCTOR_H
#define PCHAT_DOCTOR_H

#include "base/clock.h"
#include "doctor/endpoint.h"
#include "doctor/examination.h"
#include "observe/core/suspects.h"

struct doctor_request {
    const struct topology_pool *pool;
    const struct endpoints *endpoints;
    const char *program_name; /* what SQL Server's session list shows */
    struct deadline deadline;
    struct suspects *suspects; /* of work in a child process; NULL: none */
};

struct doctor_result {
    struct examinations *examinations; /* the caller's; never NULL */
    unsigned hung_threads; /* as struct observe_result: then leave without freeing what they may use */
};

struct doctor_result doctor_examine(const struct doctor_request *request);

/* A management host to which the store's second hop is denied does no harm where another one may read the
 * store: then it is good. */
void doctor_compare(struct examinations *all);

#endif

/*
 * The SQL Servers of a doctor's round: a pass as the checks do it, whose connections are examined layer by
 * layer before FreeTDS has them.
 */
#ifndef PCHAT_DOCTOR_SQL_ROUND_H
#define PCHAT_DOCTOR_SQL_ROUND_H

#include "doctor/chart.h"
#include "doctor/doctor.h"

struct sql_round;

/* charts: beside the request's endpoints; those of SQL Servers that are not convicted are the round's. */
struct sql_round *sql_round_start(const struct doctor_request *request, struct chart *charts);
void sql_round_wait(struct sql_round *round);
/* index: of the request's endpoints.  Memory goes to the arena. */
struct examination sql_round_take(struct sql_round *round, size_t index, struct arena *arena);
/* The number of threads given up. */
unsigned sql_round_end(struct sql_round *round);

#endif

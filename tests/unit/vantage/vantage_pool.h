/*
 * The pool that vantage points are asked about in these tests, as the lab's world has it: dub (sqlpri1,
 * sqlmir1, the witness sqlwit1, chat servers pc1 and pc2, front end fe-dub1) and red (sqldr1, sqldr2 as a
 * named instance, pc5, fe-red1).
 */
#ifndef PCHAT_TESTS_VANTAGE_POOL_H
#define PCHAT_TESTS_VANTAGE_POOL_H

#include "base/strbuf.h"
#include "model/snapshot.h"
#include "topology/topology.h"

/* vantage: the keys of one vantage point beside name ("oob"), failure_domain ("third"), in braces' form. */
struct topology *vantage_pool(const char *vantage);
/* "sqlpri1 seen 3, sqlmir1 not_seen ?, ...": object, vote, age. */
void votes_add(struct strbuf *out, const struct host_snapshot *seen);
/* Fails with both unless the votes are those, or, where nothing was seen, "sight: detail". */
void assert_votes(const char *name, const struct host_snapshot *seen, const char *expected);

#endif

/*
 * Indexes: numbers given to names, once and for good.  A number outlives restarts and the thing that bore the
 * name, and is never given to another.
 *
 * Each pool has a number, and within it each kind of thing counts from 1.  Kept in a file of one line for
 * each name, replaced whole.  One thread per object.
 */
#ifndef PCHAT_SNMP_INDEXES_H
#define PCHAT_SNMP_INDEXES_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum index_kind { INDEX_POOL, INDEX_INSTANCE, INDEX_SERVER, INDEX_SERVICE, INDEX_OBJECT, INDEX_KIND_COUNT };

struct indexes;

/* Without a file there are none yet; one that is not ours, or damaged, is ERR_INPUT with its line: numbers
 * given anew would make graphs change owner. */
struct indexes *indexes_read(const char *path, struct err *err);
void indexes_free(struct indexes *indexes);
AUTO_DEFINE_FREE(indexes, struct indexes)

/* Of a pool: pool 0, INDEX_POOL.  The next number where the name has none yet. */
uint32_t index_of(struct indexes *indexes, uint32_t pool, enum index_kind kind, const char *name);
/* The name of a pool; NULL: no pool has that number. */
const char *index_pool_name(const struct indexes *indexes, uint32_t pool);

/* Were numbers given since they were last saved? */
bool indexes_changed(const struct indexes *indexes);
/* 0, or -1 with ERR_IO. */
int indexes_save(struct indexes *indexes, struct err *err);

#endif

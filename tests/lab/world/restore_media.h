/*
 * Reading backup files for RESTORE.
 */
#ifndef PCHAT_LAB_WORLD_RESTORE_MEDIA_H
#define PCHAT_LAB_WORLD_RESTORE_MEDIA_H

#include "lab/world/statements.h"

/* Copies the set that is asked for out, for its file may move while the database changes.  False after 3201,
 * 3241, 3287, 3189 or 3169. */
bool restore_read_set(struct world *world, struct instance *instance, const struct restore_request *request,
                      struct backup_set *ret_set, struct world_result *result);

#endif

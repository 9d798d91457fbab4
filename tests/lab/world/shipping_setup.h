/*
 * Setting log shipping up and taking it down, and finding its rows: the sp_add_log_shipping_* and
 * sp_delete_log_shipping_* procedures as the world needs them.
 */
#ifndef PCHAT_LAB_WORLD_SHIPPING_SETUP_H
#define PCHAT_LAB_WORLD_SHIPPING_SETUP_H

#include "lab/world/instance.h"

struct world;

/* Rows by id; NULL = none. */
struct ls_primary_database *shipping_primary(struct instance *instance, const struct guid *primary_id);
struct ls_monitor_primary *shipping_monitor_primary(struct instance *instance, const struct guid *primary_id);
struct ls_secondary *shipping_secondary(struct instance *instance, const struct guid *secondary_id);
struct ls_secondary_database *shipping_secondary_database(struct instance *instance,
                                                          const struct guid *secondary_id);
struct ls_monitor_secondary *shipping_monitor_secondary(struct instance *instance,
                                                        const struct guid *secondary_id);

/* The primary half on one partner (A or A'): rows, LSBackup_mgc with its schedule, LSAlert. */
void shipping_add_primary(struct world *world, struct instance *instance, const char *share,
                          const struct instance *secondary);
void shipping_delete_primary(struct world *world, struct instance *instance);
/* The rows and the job of one database, with its pairs. */
void shipping_delete_primary_database(struct instance *instance, const char *database);
/* LSAlert, unless it is there. */
void shipping_add_alert_job(struct world *world, struct instance *instance);
/* The secondary half on B: rows, LSCopy and LSRestore with their schedules, LSAlert; a new secondary_id. */
void shipping_add_secondary(struct world *world, struct instance *instance, const struct instance *primary,
                            const char *share);

#endif

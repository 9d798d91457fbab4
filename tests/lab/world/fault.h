/*
 * One row of a table of faults or acts, and what its functions are given.
 */
#ifndef PCHAT_LAB_WORLD_FAULT_H
#define PCHAT_LAB_WORLD_FAULT_H

#include "lab/world/world.h"

struct fault_call {
    struct world *world;
    struct instance *instance; /* TARGET_INSTANCE */
    struct host *host;         /* TARGET_HOST, and the host of the instance */
    enum site site;            /* TARGET_SITE */
    const char *target;        /* as given, or the default */
    const struct world_param *params;
    size_t param_count;
    struct world_fault *record; /* what clear needs to know; NULL in acts */
    struct err *err;
};

/* set returns 0 or -1 with *err; an act has no clear. */
struct fault {
    struct fault_info info;
    int (*set)(struct fault_call *call);
    void (*clear)(struct fault_call *call);
};

struct fault_table {
    const struct fault *rows;
    size_t count;
};
extern const struct fault_table fault_table_network, fault_table_jobs, fault_table_storage,
    fault_table_mirroring, fault_table_rights, fault_table_shipping, fault_table_windows, fault_table_chat,
    fault_table_statements, fault_table_product, act_table, act_table_steps, act_table_store,
    act_table_mirroring;

/* Acts that have a file of their own. */
int act_failover_by_hand(struct fault_call *call);
int act_failback_by_hand(struct fault_call *call);

const char *fault_param(const struct fault_call *call, const char *key, const char *otherwise);
int fault_number(const struct fault_call *call, const char *key, int64_t otherwise, int64_t *ret);
/* One of the words of a NULL-terminated list; the first is the default. */
int fault_word(const struct fault_call *call, const char *key, const char *const *words, int *ret_index);
/* 0, or -1 with SQL Server's refusal in *err. */
int fault_sql(const struct fault_call *call, const struct world_result *result);
bool fault_is_set(const struct world *world, const char *name, const char *target);
/* "dub", "primary", "red", "backup"; SITE_NONE for anything else. */
enum site fault_site(const char *name, size_t length);
const char *fault_site_name(enum site site);
/* Where users' mgc is served, or was last meant to be: the writable partner, else the designed principal. */
struct instance *fault_principal(struct world *world);

#endif

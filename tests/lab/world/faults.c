#include "lab/world/faults.h"

#include "lab/world/build.h"
#include "lab/world/carried_rights.h"
#include "lab/world/fault.h"
#include "lab/world/mirroring.h"
#include "lab/world/spans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct fault_table *const fault_tables[] = {
    &fault_table_network,    &fault_table_jobs,     &fault_table_storage, &fault_table_mirroring,
    &fault_table_rights,     &fault_table_shipping, &fault_table_windows, &fault_table_chat,
    &fault_table_statements, &fault_table_product,
};
static const struct fault_table *const act_tables[] = {&act_table, &act_table_steps, &act_table_store,
                                                       &act_table_mirroring};

/* --- for the rows' functions --- */

const char *fault_param(const struct fault_call *call, const char *key, const char *otherwise)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (strcmp(call->params[i].key, key) == 0)
            return call->params[i].value;
    return otherwise;
}

int fault_number(const struct fault_call *call, const char *key, int64_t otherwise, int64_t *ret)
{
    const char *text = fault_param(call, key, NULL);
    char *end;

    *ret = otherwise;
    if (!text)
        return 0;
    *ret = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        return err_set(call->err, ERR_INPUT, "%s=%s: expected a whole number", key, text);
    return 0;
}

int fault_word(const struct fault_call *call, const char *key, const char *const *words, int *ret_index)
{
    const char *text = fault_param(call, key, words[0]);

    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *ret_index = i;
            return 0;
        }
    return err_set(call->err, ERR_INPUT, "%s=%s: unknown; the first choice is %s", key, text, words[0]);
}

int fault_sql(const struct fault_call *call, const struct world_result *result)
{
    if (result->number == 0)
        return 0;
    return err_set(call->err, ERR_INPUT, "SQL Server refuses: Msg %d, %s", result->number,
                   result->messages[0].text);
}

bool fault_is_set(const struct world *world, const char *name, const char *target)
{
    for (size_t i = 0; i < world->faults.count; i++)
        if (strcmp(world->faults.rows[i].fault->info.name, name) == 0 &&
            strcasecmp(world->faults.rows[i].target, target) == 0)
            return true;
    return false;
}

struct instance *fault_principal(struct world *world)
{
    for (size_t i = 0; i < world->instance_count; i++) {
        struct database *database = database_find(&world->instances[i], "mgc");
        if (database && database->mirror.configured && database->mirror.role == ROLE_PRINCIPAL &&
            database_is_writable(database) && !world->instances[i].down)
            return &world->instances[i];
    }
    return build_designed(world, DESIGN_PRINCIPAL);
}

/* --- finding --- */

static const struct fault *row_at(const struct fault_table *const *tables, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (index < tables[i]->count)
            return &tables[i]->rows[index];
        index -= tables[i]->count;
    }
    return NULL;
}

static const struct fault *fault_at(size_t index)
{
    return row_at(fault_tables, COUNT(fault_tables), index);
}

static const struct fault *act_at(size_t index)
{
    return row_at(act_tables, COUNT(act_tables), index);
}

const struct fault_info *world_fault_info(size_t index)
{
    const struct fault *fault = fault_at(index);

    return fault ? &fault->info : NULL;
}

const struct fault_info *world_act_info(size_t index)
{
    const struct fault *act = act_at(index);

    return act ? &act->info : NULL;
}

static const struct fault *find(const struct fault *(*at)(size_t index), const char *name)
{
    const struct fault *row;

    for (size_t i = 0; (row = at(i)); i++)
        if (strcmp(row->info.name, name) == 0)
            return row;
    return NULL;
}

static const struct fault *find_fault(const char *name)
{
    return find(fault_at, name);
}

/* --- targets and parameters --- */

enum site fault_site(const char *name, size_t length)
{
    static const struct {
        const char *name;
        enum site site;
    } names[] = {
        {"dub", SITE_PRIMARY}, {"primary", SITE_PRIMARY}, {"red", SITE_BACKUP}, {"backup", SITE_BACKUP}};

    for (size_t i = 0; i < COUNT(names); i++)
        if (strlen(names[i].name) == length && strncasecmp(names[i].name, name, length) == 0)
            return names[i].site;
    return SITE_NONE;
}

const char *fault_site_name(enum site site)
{
    static const char *const names[] = {[SITE_PRIMARY] = "dub", [SITE_BACKUP] = "red"};

    return site == SITE_NONE ? NULL : names[site];
}

/* Finds what the target names, and calls it by its own name from then on; NULL = there is no such thing. */
static const char *find_target(struct fault_call *call, enum fault_target kind)
{
    switch (kind) {
    case TARGET_INSTANCE:
        call->instance = world_instance(call->world, call->target);
        call->host = call->instance ? world_host_of(call->world, call->instance) : NULL;
        return call->instance ? call->instance->name : NULL;
    case TARGET_HOST:
        call->host = world_host(call->world, call->target);
        return call->host ? call->host->name : NULL;
    case TARGET_SITE:
        call->site = fault_site(call->target, strlen(call->target));
        return fault_site_name(call->site);
    case TARGET_NONE:
    case TARGET_LINK:
        break;
    }
    return call->target;
}

static int aim(struct fault_call *call, const struct fault_info *info)
{
    static const char *const kinds[] = {[TARGET_NONE] = "target",
                                        [TARGET_INSTANCE] = "instance",
                                        [TARGET_HOST] = "host",
                                        [TARGET_SITE] = "site",
                                        [TARGET_LINK] = "link"};
    const char *name = find_target(call, info->target);

    if (!name)
        return err_set(call->err, ERR_INPUT, "%s: \"%s\" is no %s", info->name, call->target,
                       kinds[info->target]);
    call->target = name;
    return 0;
}

/* Is key= one of the words of "a=X b=Y"? */
static bool is_known(const char *params, const char *key)
{
    size_t length = strlen(key);

    for (const char *p = params; (p = strstr(p, key)); p++)
        if ((p == params || p[-1] == ' ') && p[length] == '=')
            return true;
    return false;
}

static int check_params(const struct fault_call *call, const struct fault_info *info)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (!is_known(info->params, call->params[i].key))
            return err_set(call->err, ERR_INPUT, "%s has no parameter \"%s\"%s%s", info->name,
                           call->params[i].key, *info->params ? "; it takes " : "", info->params);
    return 0;
}

/* link_cut may be given as from= and to= instead of a target. */
static const char *default_target(const struct fault_call *call, const struct fault_info *info, char *text,
                                  size_t text_bytes)
{
    const char *from = fault_param(call, "from", NULL), *to = fault_param(call, "to", NULL);

    if (info->target != TARGET_LINK || !from || !to)
        return info->default_target;
    snprintf(text, text_bytes, "%s->%s", from, to);
    return text;
}

static int prepare(struct fault_call *call, const struct fault_info *info, const char *target, char *text,
                   size_t text_bytes)
{
    if (check_params(call, info) != 0)
        return -1;
    call->target = target && *target ? target : default_target(call, info, text, text_bytes);
    if (!call->target && info->target != TARGET_NONE)
        return err_set(call->err, ERR_INPUT, "%s needs a target", info->name);
    if (!call->target)
        call->target = "";
    return aim(call, info);
}

/* --- set, clear, act --- */

static void settle(struct world *world)
{
    mirroring_refresh(world);
    spans_note(world);
}

int world_fault_set(struct world *world, const char *name, const char *target,
                    const struct world_param *params, size_t param_count, struct err *err)
{
    const struct fault *fault = find_fault(name);
    struct fault_call call = {.world = world, .params = params, .param_count = param_count, .err = err};
    struct world_fault record = {.fault = fault, .since_utc_ms = world->now_utc_ms};
    char text[2 * WORLD_NAME_BYTES];

    if (!fault)
        return err_set(err, ERR_INPUT, "there is no fault \"%s\"", name);
    if (prepare(&call, &fault->info, target, text, sizeof text) != 0)
        return -1;
    if (fault_is_set(world, name, call.target))
        return err_set(err, ERR_INPUT, "%s is already set%s%s", name, *call.target ? " on " : "",
                       call.target);
    snprintf(record.target, sizeof record.target, "%s", call.target);
    call.record = &record;
    carried_rights_follow(world);
    if (fault->set(&call) != 0)
        return -1;
    *LIST_ADD(&world->faults) = record;
    settle(world);
    return 0;
}

/* The record; without a target the newest of that name. */
static size_t find_record(const struct world *world, const char *name, const char *target)
{
    for (size_t i = world->faults.count; i-- > 0;)
        if (strcmp(world->faults.rows[i].fault->info.name, name) == 0 &&
            (!*target || strcasecmp(world->faults.rows[i].target, target) == 0))
            return i;
    return world->faults.count;
}

int world_fault_clear(struct world *world, const char *name, const char *target, struct err *err)
{
    const struct fault *fault = find_fault(name);
    struct fault_call call = {.world = world, .target = target ? target : "", .err = err};
    struct world_fault record;
    size_t index;

    if (!fault)
        return err_set(err, ERR_INPUT, "there is no fault \"%s\"", name);
    if (*call.target && aim(&call, &fault->info) != 0)
        return -1;
    index = find_record(world, name, call.target);
    if (index == world->faults.count)
        return err_set(err, ERR_INPUT, "%s is not set%s%s", name, *call.target ? " on " : "", call.target);
    record = world->faults.rows[index];
    LIST_REMOVE(&world->faults, index);
    call.record = &record;
    call.target = record.target;
    if (aim(&call, &fault->info) != 0)
        return -1;
    fault->clear(&call);
    settle(world);
    return 0;
}

int world_act(struct world *world, const char *name, const char *target, const struct world_param *params,
              size_t param_count, struct err *err)
{
    const struct fault *act = find(act_at, name);
    struct fault_call call = {.world = world, .params = params, .param_count = param_count, .err = err};
    char text[2 * WORLD_NAME_BYTES];
    int rc;

    if (!act)
        return err_set(err, ERR_INPUT, "there is no act \"%s\"", name);
    if (prepare(&call, &act->info, target, text, sizeof text) != 0)
        return -1;
    carried_rights_follow(world);
    rc = act->set(&call);
    settle(world);
    return rc;
}

size_t world_fault_count(const struct world *world)
{
    return world->faults.count;
}

const char *world_fault_name(const struct world *world, size_t index, const char **ret_target)
{
    *ret_target = world->faults.rows[index].target;
    return world->faults.rows[index].fault->info.name;
}

/* What holds between `drill` and the rest of the pool. */
#include "topology/check.h"

#include "topology/names.h"
#include "topology/read.h"

#include <string.h>

static const struct topology_sql *find_sql(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return &pool->sites[s].sql[i];
    return NULL;
}

int check_drill_in_pool(struct reader *reader, const struct node *mapping, const struct topology_pool *pool)
{
    const struct node *node = node_get(mapping, "drill");
    const struct topology_sql *instance;
    struct names names = {NULL, 0};

    if (!pool->drill)
        return 0;
    if (!pool->acting)
        return node_fail(node, reader->err,
                         "stands without acting; expected both, as the runner carries drills out");
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            names_add(&names, reader->load.arena, pool->sites[s].sql[i].name);
    if (names_check(&names, node_get(node, "instance"), "SQL instance of this pool", reader->err) != 0)
        return -1;
    instance = find_sql(pool, pool->drill->instance);
    if (instance->role == SQL_PRINCIPAL || instance->role == SQL_MIRROR)
        return node_fail(node_get(node, "instance"), reader->err,
                         "\"%s\" is the %s; expected an instance that does not serve chat", instance->name,
                         sql_role_name(instance->role));
    return 0;
}

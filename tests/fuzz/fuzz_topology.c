/*
 * Any bytes are a topology or earn one line that begins with FILE:LINE; nothing on disk is touched.
 */
#include "base/utf8.h"
#include "topology/topology.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static const char path[] = "topology.yaml";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_one_line(const struct err *err)
{
    require(err->kind == ERR_CONFIG);
    require(strncmp(err->text, path, strlen(path)) == 0 && err->text[strlen(path)] == ':');
    require(isdigit((unsigned char)err->text[strlen(path) + 1]));
    require(!strchr(err->text, '\n') && utf8_valid(err->text));
}

static void require_sound_acting(const struct topology_acting *acting)
{
    require(acting->credential && !acting->credential->password);
    require(!acting->automatic_failover || acting->fence_status);
    for (size_t i = 0; i < acting->person_count; i++)
        require(acting->people[i].name && acting->people[i].uid >= 0);
}

static void require_sound(const struct topology_pool *pool)
{
    require(pool->fqdn && pool->database && pool->site_count > 0);
    require(pool->sites[0].role == SITE_PRIMARY);
    if (pool->acting)
        require_sound_acting(pool->acting);
    for (size_t i = 0; i < pool->site_count; i++) {
        require(pool->sites[i].activate_count <= ACTIVE_SERVERS_MAX);
        for (size_t j = 0; j < pool->sites[i].sql_count; j++) {
            const struct topology_sql *sql = &pool->sites[i].sql[j];

            require(sql->name && sql->host && sql->credential && (sql->port != 0) == !sql->instance);
            require(sql->ca || sql->tls != TLS_REQUIRE);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    AUTO(topology) struct topology *topology = topology_parse((const char *)data, size, path, NULL, &err);

    if (!topology) {
        require_one_line(&err);
        return 0;
    }
    for (size_t i = 0; i < topology->pool_count; i++)
        require_sound(topology_find_pool(topology, topology->pools[i].fqdn, NULL));
    return 0;
}

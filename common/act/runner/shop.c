#include "act/runner/shop.h"

#include "act/engine/acting_pool.h"
#include "act/engine/looker.h"
#include "base/mem.h"
#include "observe/hosts/host_tracks.h"
#include "observe/sql/sql_freetds.h"
#include "observe/winrm/winrm_curl.h"

#include <string.h>

enum { LOGIN_MS = 6000, LOOK_MS = 12000, FILES_MS = 120000 };

struct shop {
    const struct topology_pool *pool; /* as whoever acts sees it */
    struct arena *arena;
    const struct topology_sql **endpoints;
    size_t endpoint_count;
    struct freetds *freetds;
    struct sql_opener freetds_sql, sql;
    struct journal *journal;
    struct looker_setup setup;
    struct pool_looker *looker;
};

/* Every instance as whoever acts logs in there. */
static void gather_endpoints(struct shop *shop)
{
    for (size_t s = 0; s < shop->pool->site_count; s++)
        for (size_t i = 0; i < shop->pool->sites[s].sql_count; i++)
            *(const struct topology_sql **)arena_push(shop->arena, &shop->endpoints, &shop->endpoint_count,
                                                      sizeof(const struct topology_sql *)) =
                &shop->pool->sites[s].sql[i];
}

/* Whatever copy of the topology somebody has in hand: the acting login is used. */
static struct sql_port *open_as_acting(void *user, const struct topology_sql *endpoint,
                                       struct deadline deadline, struct arena *arena,
                                       const char *_Atomic *doing, struct sql_failure *ret_failure)
{
    struct shop *shop = user;

    for (size_t i = 0; i < shop->endpoint_count; i++)
        if (strcmp(shop->endpoints[i]->name, endpoint->name) == 0)
            return shop->freetds_sql.open(shop->freetds_sql.user, shop->endpoints[i], deadline, arena, doing,
                                          ret_failure);
    *ret_failure =
        (struct sql_failure){.sight = SIGHT_NOT_ASKED, .text = "the topology has no such instance"};
    return NULL;
}

static int open_sql(struct shop *shop, struct err *err)
{
    gather_endpoints(shop);
    shop->freetds = freetds_new(shop->endpoints, shop->endpoint_count, "pchat-runner",
                                deadline_in_ms(clock_system(), LOGIN_MS), err);
    if (!shop->freetds)
        return -1;
    shop->freetds_sql = freetds_opener(shop->freetds);
    shop->sql = (struct sql_opener){open_as_acting, shop};
    return 0;
}

static void open_looker(struct shop *shop)
{
    shop->setup = (struct looker_setup){
        .pool = shop->pool,
        .clock = clock_system(),
        .tracks = &host_tracks,
        .program_name = "pchat-runner",
        .look_ms = LOOK_MS,
        .files_ms = FILES_MS,
    };
    shop->looker = pool_looker_new(&shop->setup);
}

struct shop *shop_open(const struct topology_pool *pool, const char *journal_path, struct err *err)
{
    AUTO(shop) struct shop *shop = mem_alloc(sizeof(*shop));
    struct shop *opened;

    shop->arena = arena_new();
    shop->pool = acting_pool(shop->arena, pool);
    shop->journal = journal_open(journal_path, err);
    if (!shop->journal || open_sql(shop, err) != 0)
        return NULL;
    open_looker(shop);
    opened = shop;
    shop = NULL;
    return opened;
}

void shop_free(struct shop *shop)
{
    if (!shop)
        return;
    pool_looker_free(shop->looker);
    freetds_free(shop->freetds);
    journal_free(shop->journal);
    arena_free(shop->arena);
    free(shop);
}

struct workshop shop_workshop(struct shop *shop, const char *topology_sha256, const char *holder)
{
    return (struct workshop){
        .pool = shop->pool,
        .topology_sha256 = topology_sha256,
        .holder = holder,
        .ports = {.clock = clock_system(),
                  .looker = pool_looker_port(shop->looker),
                  .sql = &shop->sql,
                  .winrm = &winrm_curl_opener,
                  .journal = shop->journal},
    };
}

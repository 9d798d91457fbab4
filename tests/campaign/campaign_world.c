#include "campaign/campaign_world.h"

#include "lab/control/bootstrap.h"
#include "lab/control/order.h"
#include "lab/control/topology_file.h"
#include "lab/world/world.h"

#include "base/arena.h"

#include <string.h>
#include <strings.h>

static void set(int64_t *field, int64_t value)
{
    if (value)
        *field = value;
}

static struct world_config config_of(const struct campaign_config *wanted)
{
    struct world_config config = world_config_default();

    config.admin_password = CAMPAIGN_ADMIN_PASSWORD;
    config.seed = wanted->seed ? wanted->seed : config.seed;
    config.without_witness = wanted->without_witness;
    config.names_mirror_share = wanted->names_mirror_share;
    config.shape = wanted->shape;
    set(&config.start_utc_ms, wanted->start_utc_ms);
    set(&config.history_s, wanted->history_s);
    set(&config.backup_interval_s, wanted->backup_interval_s);
    set(&config.copy_interval_s, wanted->copy_interval_s);
    set(&config.restore_interval_s, wanted->restore_interval_s);
    set(&config.write_interval_ms, wanted->write_interval_ms);
    return config;
}

struct world *campaign_world_new(const struct campaign_config *wanted, struct err *err)
{
    const struct world_config config = config_of(wanted);
    AUTO(world) struct world *world = world_new(&config);
    struct world *made = world;

    if (bootstrap_monitor_logins(world, config.sa_password, CAMPAIGN_MONITOR_PASSWORD, false, err) != 0 ||
        bootstrap_ledger(world, config.sa_password, err) != 0)
        return NULL;
    world = NULL;
    return made;
}

void campaign_world_free(struct world *world)
{
    world_free(world);
}

void campaign_world_topology(struct strbuf *out, struct world *world)
{
    topology_file_put(out, world, NULL);
}

const struct host *campaign_world_host(struct world *world, const char *name)
{
    return world_host(world, name);
}

json_t *campaign_world_truth(struct world *world)
{
    return world_truth(world);
}

bool campaign_world_is_off(struct world *world, const char *name)
{
    const struct host *host = world_host(world, name);

    return host && host->down;
}

bool campaign_world_is_writable(struct world *world, const char *name)
{
    struct instance *instance = world_instance(world, name);
    const struct database *mgc = instance ? database_find(instance, "mgc") : NULL;

    return mgc && !instance->down && !world_host_of(world, instance)->down && database_is_writable(mgc);
}

int64_t campaign_world_messages(const struct world *world)
{
    return (int64_t)world->lineage.messages.count;
}

/* ---- words ---- */

static int take_word(struct order *order, char *word, struct err *err)
{
    char *equals = strchr(word, '=');

    if (!equals && !order->name) {
        order->name = word;
    } else if (!equals) {
        order->target = word;
    } else if (order->param_count == ORDER_PARAMS_MAX) {
        return err_set(err, ERR_INPUT, "more than %d parameters", ORDER_PARAMS_MAX);
    } else {
        *equals = '\0';
        order->params[order->param_count++] = (struct world_param){word, equals + 1};
    }
    return 0;
}

static enum order_verb take_verb(const char **words)
{
    static const char signs[] = {[ORDER_FAULT] = '\0', [ORDER_ACT] = '.', [ORDER_CLEAR] = '!'};

    for (int verb = ORDER_ACT; verb <= ORDER_CLEAR; verb++)
        if (**words == signs[verb]) {
            (*words)++;
            return (enum order_verb)verb;
        }
    return ORDER_FAULT;
}

int campaign_world_do(struct world *world, const char *words, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct order order = {.verb = take_verb(&words)};
    char *rest = NULL;

    for (char *word = strtok_r(arena_text(arena, words), " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        if (take_word(&order, word, err) != 0)
            return -1;
    return order_apply(world, &order, err);
}

void campaign_world_listen(struct world *world, const struct receiver *receiver)
{
    world->receiver = *receiver;
}

void campaign_world_kill(struct world *world, const char *name, const char *login)
{
    struct instance *instance = world_instance(world, name);
    struct world_result ignored;

    for (size_t i = instance ? instance->sessions.count : 0; i-- > 0;) {
        const struct session *session = &instance->sessions.rows[i];

        if (!session->synthetic && strcasecmp(session->login, login) == 0)
            session_kill(world, instance, session->session_id, 0, &ignored);
    }
}

#include "assess/rights.h"

#include "assess/sight.h"
#include "assess/words.h"
#include "base/strbuf.h"
#include "model/right.h"

#include <string.h>

struct rights {
    struct missing_right *missing; /* in the order of discovery, each once */
    size_t count;
};

static void add_right(struct arena *arena, struct rights *rights, struct missing_right right)
{
    for (size_t i = 0; i < rights->count; i++)
        if (strcmp(rights->missing[i].name, right.name) == 0)
            return;
    *(struct missing_right *)arena_push(arena, &rights->missing, &rights->count, sizeof(right)) = right;
}

/* ---- what the server says of this login ---- */

static void add_server_right(struct arena *arena, struct rights *rights, struct fact_num has,
                             const char *name, const char *login)
{
    AUTO(strbuf) struct strbuf detail = STRBUF_INIT;
    struct missing_right right;

    if (!fact_is(has, 0))
        return;
    right_add_server(&detail, name, login);
    if (right_read(arena, strbuf_text(&detail), &right))
        add_right(arena, rights, right);
}

static void add_server_rights(struct arena *arena, struct rights *rights, const struct server_fact *server)
{
    if (!server || fact_is(server->is_sysadmin, 1))
        return;
    add_server_right(arena, rights, server->view_server_state, "VIEW SERVER STATE", server->login);
    add_server_right(arena, rights, server->view_any_definition, "VIEW ANY DEFINITION", server->login);
    add_server_right(arena, rights, server->view_any_database, "VIEW ANY DATABASE", server->login);
}

/* ---- what was denied ---- */

/* On any copy but the principal the mirroring row is hidden by design; the principal is asked instead. */
static bool may_be_hidden(const struct replication *r, const struct instance_snapshot *instance,
                          enum fact_group_id id)
{
    return id == FACT_mirroring && instance != r->roles.principal;
}

/* Without a known form the refusal speaks for itself, and no statement is made of it. */
static struct missing_right denied_right(struct arena *arena, const struct sighting *sighting,
                                         enum fact_group_id id)
{
    const char *said = words_clip(arena, sighting->detail);
    struct missing_right right;

    if (!right_read(arena, sighting->detail, &right))
        right = (struct missing_right){arena_format(arena, "the right to see %s%s%s%s", fact_group(id)->key,
                                                    *said ? " (" : "", said, *said ? ")" : ""),
                                       NULL};
    return right;
}

static void add_denied_rights(struct replication *r, struct rights *rights,
                              const struct instance_snapshot *instance)
{
    for (int id = 0; id < FACT_GROUP_COUNT; id++) {
        struct sighting sighting = fact_rows_of(instance, (enum fact_group_id)id).sighting;

        if (sighting.sight == SIGHT_DENIED && !may_be_hidden(r, instance, (enum fact_group_id)id))
            add_right(r->report->arena, rights,
                      denied_right(r->report->arena, &sighting, (enum fact_group_id)id));
    }
}

/* ---- the finding ---- */

static const char *names_of(struct arena *arena, const struct rights *rights)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < rights->count; i++)
        strbuf_format(&text, "%s%s", i ? ", " : "", rights->missing[i].name);
    return arena_text(arena, strbuf_text(&text));
}

/* The statements, and the script that holds them all. */
static const char *cure_for(struct arena *arena, const struct rights *rights, const char *instance)
{
    AUTO(strbuf) struct strbuf grants = STRBUF_INIT;

    for (size_t i = 0; i < rights->count; i++)
        if (rights->missing[i].grant)
            strbuf_format(&grants, "%s ", rights->missing[i].grant);
    return arena_format(arena, "%s%srun contrib/sql/monitor-login.sql on %s%s", strbuf_text(&grants),
                        grants.length ? "(or " : "", instance, grants.length ? ")" : "");
}

void assess_rights(struct replication *r, const struct instance_snapshot *instance)
{
    struct arena *arena = r->report->arena;
    const struct server_fact *server = FACT(instance, server);
    struct rights rights = {0};

    add_server_rights(arena, &rights, server);
    add_denied_rights(r, &rights, instance);
    if (rights.count)
        report_add(r->report, CONDITION_right_missing, instance->name, "%s: %s lacks %s", instance->name,
                   server && server->login ? words_clip(arena, server->login) : "the login",
                   names_of(arena, &rights))
            ->action = cure_for(arena, &rights, instance->name);
}

#include "campaign/runner_seat.h"

#include "base/mem.h"

#include <string.h>

enum { LOOK_MS = 12000, FILES_MS = 60000 };

static bool is_standbys(const struct campaign *campaign, const char *object)
{
    const struct topology_site *site = &campaign->pool->sites[1];

    for (size_t i = 0; i < site->sql_count; i++)
        if (strcmp(site->sql[i].name, object) == 0)
            return true;
    for (size_t i = 0; i < site->chat_server_count; i++)
        if (strcmp(site->chat_servers[i].name, object) == 0)
            return true;
    return false;
}

static enum fence_status ask_switchboard(void *user, const char *object)
{
    const struct switchboard *switchboard = user;

    if (switchboard->is_silent && !is_standbys(switchboard->campaign, object))
        return FENCE_UNKNOWN;
    if (switchboard->is_honest)
        return campaign_world_is_off(switchboard->campaign->world, object) ? FENCE_OFF : FENCE_ON;
    return switchboard->is_off && !is_standbys(switchboard->campaign, object) ? FENCE_OFF : FENCE_ON;
}

static void set_shop(struct runner_seat *runner, const char *name)
{
    runner->shop = (struct workshop){
        .pool = runner->seat->campaign->pool,
        .topology_sha256 = "campaign",
        .holder = name,
        .ports = {.clock = &runner->seat->clock.clock,
                  .looker = pool_looker_port(runner->looker),
                  .sql = &runner->seat->sql_opener,
                  .winrm = &runner->seat->winrm_opener,
                  .journal = runner->journal},
    };
}

struct runner_seat *runner_seat_new(struct campaign *campaign, const char *name, const char *journal,
                                    const struct switchboard *switchboard, struct err *err)
{
    AUTO(runner_seat) struct runner_seat *runner = mem_alloc(sizeof(*runner));
    struct runner_seat *made = runner;

    runner->journal = journal_open(journal, err);
    if (!runner->journal)
        return NULL;
    runner->seat = seat_new(campaign, &(struct seat_config){.sql_user = "pchat_admin",
                                                            .program = name,
                                                            .winrm_user = "LITWARE\\admin",
                                                            .delegated = true});
    runner->setup = (struct looker_setup){
        .pool = campaign->pool,
        .clock = &runner->seat->clock.clock,
        .opener = &runner->seat->sql_opener,
        .tracks = &runner->seat->tracks,
        .program_name = name,
        .look_ms = LOOK_MS,
        .files_ms = FILES_MS,
        .fence = switchboard ? ask_switchboard : NULL,
        .user = (void *)switchboard,
    };
    runner->looker = pool_looker_new(&runner->setup);
    set_shop(runner, name);
    runner = NULL;
    return made;
}

void runner_seat_free(struct runner_seat *runner)
{
    if (!runner)
        return;
    pool_looker_free(runner->looker);
    journal_free(runner->journal);
    free(runner);
}

struct job_request request_of_dba(enum verb verb)
{
    static const char *const overrides[] = {"logins", "stranded"};

    return (struct job_request){.verb = verb,
                                .origin = ORIGIN_PERSON,
                                .person = "dba",
                                .approves = true,
                                .hard = true,
                                .accept_loss = "unknown",
                                .overrides = overrides,
                                .override_count = COUNT(overrides)};
}

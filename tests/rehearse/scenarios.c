#include "rehearse/scenarios.h"

#include "base/nearest.h"

#include <string.h>

enum {
    /* From what happens until the monitoring system calls the handler: some checks that fail. */
    ALARM_MS = 2 * PLAY_MINUTE_MS,
    /* How long it is waited for a plan, where one does not come at once. */
    PATIENCE_MS = 20 * PLAY_MINUTE_MS,
    CALM_MS = 5 * PLAY_MINUTE_MS,
    BEHIND_MS = 90 * PLAY_MINUTE_MS,
    LINK_MS = 30 * PLAY_MINUTE_MS,
};

static const char *name_of_site(const struct play *play, enum site_role role)
{
    return shape_site(play->shape, role)->name;
}

/* ---- what befalls it ---- */

static void wait_for_alarm(struct play *play)
{
    play_advance(play, ALARM_MS);
    play_tell(play, TELLER_WORLD, NULL, "the monitoring system calls the handler: hard CRITICAL");
}

static void begin(struct play *play)
{
    play_tell(play, TELLER_WORLD, NULL, "all is well; %s serves", name_of_site(play, SITE_PRIMARY));
    person_proves(play);
    play_advance(play, PLAY_MINUTE_MS);
}

static void lose_site(struct play *play)
{
    play_world(play, play_text(play, "%s loses power, all of it", name_of_site(play, SITE_PRIMARY)),
               "site_down primary");
    wait_for_alarm(play);
}

static void site_returns(struct play *play)
{
    play_world(play, play_text(play, "%s has power again", name_of_site(play, SITE_PRIMARY)),
               "!site_down primary");
}

/* The file server alone is left. */
static void lose_all_but_share(struct play *play)
{
    const struct world_shape *world = &play->shape->world;

    play_tell(play, TELLER_WORLD, NULL, "%s loses power; the file server with the log-shipping share runs on",
              name_of_site(play, SITE_PRIMARY));
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].place == PLACED_IN_PRIMARY && world->hosts[i].part != PART_OF_LOG_SHARE)
            play_world_silently(play, play_text(play, "host_down %s", world->hosts[i].name));
    wait_for_alarm(play);
}

/* Every way between the site and whoever is elsewhere, in both directions. */
static void say_links(struct play *play, const char *sign)
{
    const struct world_shape *world = &play->shape->world;

    play_world_silently(play, play_text(play, "%slink_cut primary->backup", sign));
    play_world_silently(play, play_text(play, "%slink_cut backup->primary", sign));
    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].place == PLACED_ELSEWHERE) {
            play_world_silently(play, play_text(play, "%slink_cut primary->%s", sign, world->hosts[i].name));
            play_world_silently(play, play_text(play, "%slink_cut %s->primary", sign, world->hosts[i].name));
        }
}

/* ---- the scenarios ---- */

static void play_site_lost(struct play *play)
{
    begin(play);
    lose_site(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_site_lost_but_share(struct play *play)
{
    begin(play);
    lose_all_but_share(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_standby_behind(struct play *play)
{
    const char *standby = play_copy(play, SQL_SECONDARY);

    begin(play);
    play_world(play, play_text(play, "LSCopy on %s fails, and nobody sees to it", standby),
               play_text(play, "copy_job %s how=failing", standby));
    play_advance(play, BEHIND_MS);
    lose_site(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_log_unreadable(struct play *play)
{
    const struct limits *limits = &play->shape->pool.limits;

    begin(play);
    play_world_silently(play, play_text(play, "restore_job %s how=stopped", play_copy(play, SQL_SECONDARY)));
    play_world(
        play,
        play_text(play, "a log backup in the copy folder of %s is cut short", play_copy(play, SQL_SECONDARY)),
        "file_truncated where=copy");
    play_advance(play, (limits->backup_period_s + limits->copy_period_s) * 1000);
    lose_site(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_principal_lost(struct play *play)
{
    begin(play);
    play_world(play,
               play_text(play, "%s, the principal's machine, loses power", play_copy(play, SQL_PRINCIPAL)),
               play_text(play, "host_down %s", play_copy(play, SQL_PRINCIPAL)));
    wait_for_alarm(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_database_down(struct play *play)
{
    begin(play);
    play_world(play, play_text(play, "the chat database on %s is SUSPECT", play_copy(play, SQL_PRINCIPAL)),
               play_text(play, "database_closed %s state=suspect", play_copy(play, SQL_PRINCIPAL)));
    wait_for_alarm(play);
    person_follows_episode(play, PATIENCE_MS);
}

/* Who can ask the other site does not approve; what goes by itself does not ask. */
static void leave_it(struct play *play)
{
    const char *site = name_of_site(play, SITE_PRIMARY);

    if (play->ending == ENDING_WAITS && !play->shape->pool.acting->automatic_failover)
        play_tell(
            play, TELLER_HANDS, NULL,
            "ask in %s before you approve: is it the site, or the link? It is the link: approve nothing",
            site);
}

static void play_link_cut(struct play *play)
{
    const char *site = name_of_site(play, SITE_PRIMARY);

    begin(play);
    play_tell(play, TELLER_WORLD, NULL, "the lines to %s are cut; it lives, and serves who is there", site);
    say_links(play, "");
    wait_for_alarm(play);
    person_waits_for_runner(play, true, PATIENCE_MS);
    leave_it(play);
    play_advance(play, LINK_MS);
    play_tell(play, TELLER_WORLD, NULL, "the lines to %s are up again", site);
    say_links(play, "!");
    play_advance(play, CALM_MS);
    if (!play->done && play_chat_flows(play))
        play_end(play, ENDING_ITSELF,
                 play_text(play, "nothing was moved (%s), and %s served on", play->why, site), NULL);
}

static void play_site_returns(struct play *play)
{
    begin(play);
    lose_site(play);
    if (!person_follows_episode(play, PATIENCE_MS))
        return;
    play_advance(play, CALM_MS);
    site_returns(play);
    play_advance(play, PLAY_MINUTE_MS);
    person_fences(play);
}

static void play_site_returns_midway(struct play *play)
{
    begin(play);
    play->once_open = "!site_down primary";
    lose_site(play);
    person_follows_episode(play, PATIENCE_MS);
}

static void play_runner_lost(struct play *play)
{
    begin(play);
    lose_site(play);
    if (!person_loses_runner(play, PATIENCE_MS))
        return;
    person_waits_for_runner(play, false, PATIENCE_MS);
}

static void play_switchover(struct play *play)
{
    begin(play);
    person_asks_for(play, VERB_SWITCHOVER);
}

static void play_there_and_back(struct play *play)
{
    begin(play);
    if (!person_asks_for(play, VERB_SWITCHOVER))
        return;
    play_advance(play, 2LL * CALM_MS + (int64_t)play->shape->pool.acting->ship_every_min * PLAY_MINUTE_MS);
    person_asks_for(play, VERB_SWITCHOVER);
}

static void play_failback(struct play *play)
{
    play_site_returns(play);
    if (play->ending != ENDING_DONE)
        return;
    play_advance(play, CALM_MS);
    person_asks_for(play, VERB_FAILBACK);
}

static const struct scenario all[] = {
    {"site-lost", "the primary site is lost with everything in it", play_site_lost},
    {"site-lost-but-share", "the primary site is lost, the log-shipping share is left",
     play_site_lost_but_share},
    {"standby-behind", "the primary site is lost when nothing has been copied for 90 min",
     play_standby_behind},
    {"log-unreadable", "the primary site is lost, and a log backup that is needed is damaged",
     play_log_unreadable},
    {"principal-lost", "the principal's machine is lost, the site lives", play_principal_lost},
    {"database-down", "the chat database of the principal does not open", play_database_down},
    {"link-cut", "the primary site is cut off, and serves on", play_link_cut},
    {"site-returns", "the primary site is lost, failed over, and comes back", play_site_returns},
    {"site-returns-midway", "the same, in the midst of the failover", play_site_returns_midway},
    {"runner-lost", "the runner's host dies half-way through a failover", play_runner_lost},
    {"switchover", "the pool is moved by plan", play_switchover},
    {"there-and-back", "the pool is moved by plan, and moved back", play_there_and_back},
    {"failback", "the primary site is lost, failed over, comes back, and serves again", play_failback},
    {NULL, NULL, NULL},
};

const struct scenario *scenarios(void)
{
    return all;
}

const struct scenario *scenario_named(const char *name, struct err *err)
{
    struct nearest nearest = NEAREST_INIT(name);

    for (size_t i = 0; all[i].name; i++) {
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
        nearest_offer(&nearest, all[i].name);
    }
    err_set(err, ERR_USAGE, "\"%s\" is no scenario%s%s%s", name,
            nearest.best ? "; did you mean " : "; --list tells which there are",
            nearest.best ? nearest.best : "", nearest.best ? "?" : "");
    return NULL;
}

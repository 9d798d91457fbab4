#include "campaign/schedule.h"

#include "base/mem.h"

#include <string.h>

static const int64_t second = 1000, minute = 60000; /* in milliseconds */

static const char *const label_names[FENCE_LABEL_COUNT] = {
    [LABEL_TRUE] = "true", [LABEL_FALSE] = "false", [LABEL_LOST] = "lost"};

const char *fence_label_name(enum fence_label label)
{
    return label_names[label];
}

/* ---- chance ---- */

struct draw {
    uint64_t state;
    struct schedule *schedule;
};

/* splitmix64: neighbouring seeds have nothing in common. */
static uint64_t next(struct draw *draw)
{
    uint64_t z = draw->state += 0x9e3779b97f4a7c15ULL;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static int64_t between(struct draw *draw, int64_t least, int64_t most)
{
    return least + (int64_t)(next(draw) % (uint64_t)(most - least + 1));
}

static bool chance(struct draw *draw, int percent)
{
    return between(draw, 1, 100) <= percent;
}

#define ONE_OF(draw, list) ((list)[between(draw, 0, (int64_t)COUNT(list) - 1)])

/* ---- events ---- */

static void add_event(struct schedule *schedule, const struct event *event)
{
    if (schedule->event_count < SCHEDULE_EVENTS_MOST)
        schedule->events[schedule->event_count++] = *event;
    if (event->at_ms + event->later_ms > schedule->settled_ms)
        schedule->settled_ms = event->at_ms + event->later_ms;
}

static void say(struct schedule *schedule, int64_t at_ms, enum event_kind kind, const char *words)
{
    add_event(schedule, &(struct event){.at_ms = at_ms, .kind = kind, .words = words});
}

/* A fault, "NAME [TARGET]" and its parameters, for so long. */
static void break_for(struct schedule *schedule, int64_t at_ms, int64_t for_ms, const char *fault,
                      const char *parameters)
{
    add_event(schedule, &(struct event){.at_ms = at_ms,
                                        .kind = EVENT_WORDS,
                                        .words = arena_format(schedule->arena, "%s %s", fault, parameters),
                                        .is_mishap = true,
                                        .until_ms = at_ms + for_ms});
    say(schedule, at_ms + for_ms, EVENT_WORDS, arena_format(schedule->arena, "!%s", fault));
}

static void fall_silent(struct schedule *schedule, int64_t at_ms, int64_t for_ms)
{
    add_event(schedule, &(struct event){.at_ms = at_ms,
                                        .kind = EVENT_SILENCE,
                                        .later_ms = for_ms,
                                        .is_mishap = true,
                                        .until_ms = at_ms + for_ms});
}

/* ---- the trouble ---- */

/* At that time each of them, "!" ends what began. */
static void say_each(struct schedule *schedule, int64_t at_ms, const char *sign, const char *fault,
                     const char *const *targets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        say(schedule, at_ms, EVENT_WORDS, arena_format(schedule->arena, "%s%s %s", sign, fault, targets[i]));
}

static void say_links(struct schedule *schedule, int64_t at_ms, const char *sign)
{
    static const char *const links[] = {"dub->monitor", "monitor->dub", "dub->red",
                                        "red->dub",     "dub->oob1",    "oob1->dub"};

    say_each(schedule, at_ms, sign, "link_cut", links, COUNT(links));
}

static void say_hosts(struct schedule *schedule, int64_t at_ms, const char *sign)
{
    static const char *const hosts[] = {"sqlpri1", "sqlmir1", "sqlwit1", "pc1",
                                        "pc2",     "pc3",     "pc4",     "fe-dub1"};

    say_each(schedule, at_ms, sign, "host_down", hosts, COUNT(hosts));
}

/* Somebody began, and left off: the first so many steps of the printed procedure. */
static void begin_by_hand(struct draw *draw)
{
    static const char *const steps[] = {".step_remove_log_shipping", ".step_copy_logs",
                                        ".step_apply_logs",          ".step_recover",
                                        ".step_set_failed_over",     ".step_activate_backup"};
    struct schedule *schedule = draw->schedule;
    int64_t at_ms = schedule->strikes_ms + 20 * second, count = between(draw, 1, COUNT(steps));

    say(schedule, at_ms - 10 * second, EVENT_WORDS, ".step_move_store");
    if (chance(draw, 15)) /* the state is ahead of the database */
        say(schedule, at_ms, EVENT_BY_HAND, ".step_set_failed_over");
    for (int64_t i = 0; i < count; i++)
        say(schedule, at_ms += 5 * second, EVENT_BY_HAND, steps[i]);
}

/* Not OFFLINE: a mirrored database cannot be set so. */
static void break_database(struct draw *draw, int64_t at_ms)
{
    static const char *const states[] = {"database_closed sqlpri1 state=suspect",
                                         "database_closed sqlpri1 state=recovery_pending"};

    say(draw->schedule, at_ms, EVENT_WORDS, ONE_OF(draw, states));
}

static void lose_site(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS, "site_down dub");
}

static void site_returns(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS,
        chance(draw, 25) ? ".old_primary_returned who=mirror" : ".old_primary_returned");
}

static void lose_all_but_share(struct draw *draw, int64_t at_ms)
{
    say_hosts(draw->schedule, at_ms, "");
}

static void hosts_return(struct draw *draw, int64_t at_ms)
{
    say_hosts(draw->schedule, at_ms, "!");
}

static void lose_principal(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS, "host_down sqlpri1");
}

static void principal_returns(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS, "!host_down sqlpri1");
}

static void stop_service(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS, "instance_down sqlpri1");
}

static void service_starts(struct draw *draw, int64_t at_ms)
{
    say(draw->schedule, at_ms, EVENT_WORDS, "!instance_down sqlpri1");
}

/* The switchboard may be behind the same link. */
static void cut_off_site(struct draw *draw, int64_t at_ms)
{
    say_links(draw->schedule, at_ms, "");
    if (chance(draw, 50))
        fall_silent(draw->schedule, at_ms, between(draw, 10 * minute, 40 * minute));
}

static void link_returns(struct draw *draw, int64_t at_ms)
{
    say_links(draw->schedule, at_ms, "!");
}

static const struct trouble_kind {
    const char *name;
    bool is_within_site; /* chat servers and front end of the site go on */
    bool heals;          /* whatever anybody thinks of it */
    void (*strike)(struct draw *draw, int64_t at_ms);
    void (*come_back)(struct draw *draw, int64_t at_ms); /* NULL: a site that runs has nobody to come back */
} troubles[TROUBLE_COUNT] = {
    [TROUBLE_SITE] = {"site lost", false, false, lose_site, site_returns},
    [TROUBLE_SITE_BUT_SHARE] = {"site lost but its share", false, false, lose_all_but_share, hosts_return},
    [TROUBLE_PRINCIPAL] = {"principal lost", true, false, lose_principal, principal_returns},
    [TROUBLE_BY_HAND] = {"site lost, begun by hand", false, false, lose_site, site_returns},
    [TROUBLE_DATABASE] = {"database down", true, false, break_database, NULL},
    [TROUBLE_SERVICE] = {"service stopped", true, true, stop_service, service_starts},
    [TROUBLE_PARTITION] = {"site cut off", true, true, cut_off_site, link_returns},
};

const char *trouble_name(enum trouble trouble)
{
    return troubles[trouble].name;
}

/* ---- what goes wrong on the way ---- */

static void crash(struct draw *draw, int64_t at_ms)
{
    int64_t last = (int64_t)draw->schedule->operator_count - 1,
            later_ms = between(draw, 10 * second, 10 * minute);

    add_event(draw->schedule, &(struct event){.at_ms = at_ms,
                                              .kind = EVENT_CRASH,
                                              .operator=(size_t) between(draw, 0, last),
                                              .later_ms = later_ms,
                                              .is_mishap = true,
                                              .until_ms = at_ms + later_ms});
}

static void kill_sessions(struct draw *draw, int64_t at_ms)
{
    add_event(
        draw->schedule,
        &(struct event){
            .at_ms = at_ms, .kind = EVENT_KILL, .words = "sqldr1", .is_mishap = true, .until_ms = at_ms});
}

static void cut_link(struct draw *draw, int64_t at_ms)
{
    static const char *const links[] = {"link_cut red->monitor",     "link_cut monitor->red",
                                        "link_cut monitor->sqldr1",  "link_cut sqldr1->monitor",
                                        "link_cut monitor->fe-red1", "link_cut oob1->monitor"};

    break_for(draw->schedule, at_ms, between(draw, 5 * second, 5 * minute), ONE_OF(draw, links), "");
}

static void leave_half_open(struct draw *draw, int64_t at_ms)
{
    break_for(draw->schedule, at_ms, 5 * minute, "half_open sqldr1",
              arena_format(draw->schedule->arena, "seconds=%d", (int)between(draw, 10, 300)));
    if (chance(draw, 50))
        crash(draw, at_ms + between(draw, 1 * second, 4 * minute));
}

static void slow_cmdlets(struct draw *draw, int64_t at_ms)
{
    break_for(draw->schedule, at_ms, between(draw, minute, 10 * minute), "cmdlet_slow fe-red1",
              arena_format(draw->schedule->arena, "seconds=%d outlives=%s", (int)between(draw, 5, 120),
                           chance(draw, 50) ? "shell" : "connection"));
}

static void break_winrm(struct draw *draw, int64_t at_ms)
{
    static const char *const hosts[] = {"winrm fe-red1", "winrm pc5", "winrm pc8"};
    static const char *const hows[] = {"how=unauthorized", "how=access_denied", "how=quota",
                                       "how=lost_shell",   "how=unavailable",   "how=hung"};

    break_for(draw->schedule, at_ms, between(draw, 10 * second, 5 * minute), ONE_OF(draw, hosts),
              ONE_OF(draw, hows));
}

static void slow_recovery(struct draw *draw, int64_t at_ms)
{
    break_for(draw->schedule, at_ms, 20 * minute, "recovery_slow sqldr1",
              arena_format(draw->schedule->arena, "seconds=%d", (int)between(draw, 10, 400)));
}

static void keep_replica_stale(struct draw *draw, int64_t at_ms)
{
    static const char *const hosts[] = {"replica_stale pc5", "replica_stale pc6", "replica_stale pc7",
                                        "replica_stale pc8"};

    break_for(draw->schedule, at_ms, between(draw, minute, 15 * minute), ONE_OF(draw, hosts), "");
}

static void hide_store(struct draw *draw, int64_t at_ms)
{
    break_for(draw->schedule, at_ms, between(draw, 10 * second, 10 * minute), "store_unreachable", "");
}

static void silence_switchboard(struct draw *draw, int64_t at_ms)
{
    fall_silent(draw->schedule, at_ms, between(draw, 30 * second, 15 * minute));
}

static void do_by_hand(struct draw *draw, int64_t at_ms)
{
    static const char *const steps[] = {".step_copy_logs",         ".step_apply_logs",
                                        ".step_set_failed_over",   ".step_activate_backup",
                                        ".step_wait_for_replicas", ".step_remove_log_shipping"};

    /* Who would move the pool while the site lives makes any other end his own. */
    say(draw->schedule, at_ms, EVENT_BY_HAND,
        troubles[draw->schedule->trouble].is_within_site ? steps[0] : ONE_OF(draw, steps));
}

static void (*const mishaps[])(struct draw *draw, int64_t at_ms) = {
    crash,       crash,         kill_sessions,      cut_link,   leave_half_open, slow_cmdlets,
    break_winrm, slow_recovery, keep_replica_stale, hide_store, do_by_hand,      silence_switchboard,
};

/* ---- a schedule ---- */

static void draw_world(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->world = (struct campaign_config){
        .seed = next(draw) | 1,
        .history_s = 3600,
        .backup_interval_s = 60 * between(draw, 1, 15),
        .copy_interval_s = 60 * between(draw, 1, 15),
        .restore_interval_s = 60 * between(draw, 1, 15),
        .write_interval_ms = between(draw, 500, 5000),
        .without_witness = schedule->trouble == TROUBLE_PRINCIPAL || chance(draw, 30),
    };
}

static void draw_operators(struct draw *draw)
{
    static const enum verb usual[] = {VERB_NONE, VERB_NONE, VERB_FAILOVER},
                           other[] = {VERB_NONE, VERB_FAILOVER, VERB_MIRROR_FORCE, VERB_MIRROR_SWITCH};
    struct schedule *schedule = draw->schedule;

    schedule->operator_count = chance(draw, 40) ? 2 : 1;
    for (size_t i = 0; i < schedule->operator_count; i++)
        schedule->operators[i] = (struct operator_plan){
            .verb = i ? ONE_OF(draw, other) : ONE_OF(draw, usual),
            .begins_ms = schedule->strikes_ms + between(draw, 30 * second, 5 * minute),
            .pause_ms = between(draw, 20 * second, 2 * minute),
            .patience = chance(draw, 50) ? (unsigned)between(draw, 1, 5) : 0,
        };
}

static void draw_label(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;

    schedule->label = LABEL_TRUE;
    schedule->returns_ms = -1;
    if (!troubles[schedule->trouble].come_back || !chance(draw, 45))
        return;
    schedule->label = chance(draw, 50) ? LABEL_FALSE : LABEL_LOST;
    /* As often as not while the failover is under way, which takes some minutes. */
    schedule->returns_ms = chance(draw, 60)
                               ? schedule->operators[0].begins_ms + between(draw, 5 * second, 3 * minute)
                               : schedule->strikes_ms + between(draw, 30 * second, 40 * minute);
}

/* A site of which only a part is lost may be switched off whole, by who wants to fail over. */
static void draw_events(struct draw *draw)
{
    struct schedule *schedule = draw->schedule;
    const struct trouble_kind *trouble = &troubles[schedule->trouble];
    int64_t count = between(draw, 0, 6);

    trouble->strike(draw, schedule->strikes_ms);
    if (schedule->trouble == TROUBLE_BY_HAND)
        begin_by_hand(draw);
    else
        say(schedule, schedule->strikes_ms + between(draw, 5 * second, 10 * minute), EVENT_BY_HAND,
            ".step_move_store");
    if (schedule->label == LABEL_TRUE && trouble->is_within_site && chance(draw, 50))
        say(schedule, schedule->strikes_ms + between(draw, 2 * minute, 20 * minute), EVENT_WORDS,
            "site_down dub");
    for (int64_t i = 0; i < count; i++)
        ONE_OF(draw, mishaps)(draw, schedule->strikes_ms + between(draw, 20 * second, 20 * minute));
    if (schedule->returns_ms >= 0)
        trouble->come_back(draw, schedule->returns_ms);
    else if (trouble->heals)
        trouble->come_back(draw, schedule->strikes_ms + between(draw, 10 * minute, 40 * minute));
}

struct schedule *schedule_draw(uint64_t seed)
{
    struct schedule *schedule = mem_alloc(sizeof *schedule);
    struct draw draw = {seed, schedule};

    schedule->arena = arena_new();
    schedule->seed = seed;
    schedule->trouble = (enum trouble)between(&draw, 0, TROUBLE_COUNT - 1);
    schedule->strikes_ms = between(&draw, minute, 10 * minute);
    draw_world(&draw);
    draw_operators(&draw);
    draw_label(&draw);
    draw_events(&draw);
    return schedule;
}

bool schedule_is_calm(const struct schedule *schedule, int64_t from_ms, int64_t to_ms)
{
    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct event *event = &schedule->events[i];

        if (event->is_mishap && event->at_ms <= to_ms && event->until_ms + minute >= from_ms)
            return false;
    }
    return true;
}

bool schedule_calls_for_failover(const struct schedule *schedule)
{
    return !troubles[schedule->trouble].is_within_site && schedule->label == LABEL_TRUE;
}

bool schedule_breaks_winrm(const struct schedule *schedule, const char *host)
{
    const char *words = arena_format(schedule->arena, "winrm %s ", host);

    for (size_t i = 0; i < schedule->event_count; i++)
        if (schedule->events[i].words && strncmp(schedule->events[i].words, words, strlen(words)) == 0)
            return true;
    return false;
}

int64_t schedule_next_ms(const struct schedule *schedule, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < schedule->event_count; i++) {
        const struct event *event = &schedule->events[i];
        int64_t at_ms = event->at_ms > now_ms ? event->at_ms : event->at_ms + event->later_ms;

        if (at_ms > now_ms && at_ms < next_ms)
            next_ms = at_ms;
    }
    return next_ms;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    arena_free(schedule->arena);
    free(schedule);
}

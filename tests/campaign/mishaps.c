/* What goes wrong on the way. */
#include "campaign/draw.h"

#include <string.h>

/* ---- to runners and persons ---- */

static void crash(struct draw *draw, int64_t at_ms)
{
    int64_t last = (int64_t)draw->schedule->operator_count - 1,
            later_ms = draw_between(draw, 10 * second, 10 * minute);

    draw_event(draw, &(struct event){.at_ms = at_ms,
                                     .kind = EVENT_CRASH,
                                     .operator=(size_t) draw_between(draw, 0, last),
                                     .later_ms = later_ms,
                                     .is_mishap = true,
                                     .until_ms = at_ms + later_ms});
}

static void stop(struct draw *draw, int64_t at_ms)
{
    int64_t last = (int64_t)draw->schedule->operator_count - 1;

    draw_event(draw, &(struct event){.at_ms = at_ms,
                                     .kind = draw_chance(draw, 60) ? EVENT_GIVE_UP : EVENT_STOP,
                                     .operator=(size_t) draw_between(draw, 0, last),
                                     .is_mishap = true,
                                     .until_ms = at_ms});
}

static void kill_sessions_of(struct draw *draw, int64_t at_ms, const char *instance)
{
    draw_event(
        draw,
        &(struct event){
            .at_ms = at_ms, .kind = EVENT_KILL, .words = instance, .is_mishap = true, .until_ms = at_ms});
}

static void kill_sessions(struct draw *draw, int64_t at_ms)
{
    kill_sessions_of(draw, at_ms, "sqldr1");
}

static void kill_sessions_there(struct draw *draw, int64_t at_ms)
{
    kill_sessions_of(draw, at_ms, "sqlpri1");
}

static void silence_switchboard(struct draw *draw, int64_t at_ms)
{
    draw_silence(draw, at_ms, draw_between(draw, 30 * second, 15 * minute));
}

static void do_by_hand(struct draw *draw, int64_t at_ms)
{
    static const char *const steps[] = {".step_copy_logs",         ".step_apply_logs",
                                        ".step_set_failed_over",   ".step_activate_backup",
                                        ".step_wait_for_replicas", ".step_remove_log_shipping"};
    const struct schedule *schedule = draw->schedule;
    const bool may_live =
        trouble_of(schedule->trouble)->is_within_site || schedule->work == WORK_LOST_MEANWHILE;

    /* Who would move the pool while the site lives, or lives again, makes any other end his own. */
    draw_words(draw, at_ms, EVENT_BY_HAND, may_live ? steps[0] : DRAW_ONE_OF(draw, steps));
}

/* ---- to what runners need of the standby's site ---- */

static void cut_link(struct draw *draw, int64_t at_ms)
{
    static const char *const links[] = {"link_cut red->monitor",     "link_cut monitor->red",
                                        "link_cut monitor->sqldr1",  "link_cut sqldr1->monitor",
                                        "link_cut monitor->fe-red1", "link_cut oob1->monitor"};

    draw_break(draw, at_ms, draw_between(draw, 5 * second, 5 * minute), DRAW_ONE_OF(draw, links), "");
}

static void leave_half_open(struct draw *draw, int64_t at_ms)
{
    draw_break(draw, at_ms, 5 * minute, "half_open sqldr1",
               arena_format(draw->schedule->arena, "seconds=%d", (int)draw_between(draw, 10, 300)));
    if (draw_chance(draw, 50))
        crash(draw, at_ms + draw_between(draw, 1 * second, 4 * minute));
}

static void slow_cmdlets(struct draw *draw, int64_t at_ms)
{
    draw_break(draw, at_ms, draw_between(draw, minute, 10 * minute), "cmdlet_slow fe-red1",
               arena_format(draw->schedule->arena, "seconds=%d outlives=%s", (int)draw_between(draw, 5, 120),
                            draw_chance(draw, 50) ? "shell" : "connection"));
}

static void break_winrm(struct draw *draw, int64_t at_ms)
{
    static const char *const hosts[] = {"winrm fe-red1", "winrm pc5", "winrm pc8"};
    static const char *const hows[] = {"how=unauthorized", "how=access_denied", "how=quota",
                                       "how=lost_shell",   "how=unavailable",   "how=hung"};

    draw_break(draw, at_ms, draw_between(draw, 10 * second, 5 * minute), DRAW_ONE_OF(draw, hosts),
               DRAW_ONE_OF(draw, hows));
}

static void slow_recovery(struct draw *draw, int64_t at_ms)
{
    draw_break(draw, at_ms, 20 * minute, "recovery_slow sqldr1",
               arena_format(draw->schedule->arena, "seconds=%d", (int)draw_between(draw, 10, 400)));
}

static void keep_replica_stale(struct draw *draw, int64_t at_ms)
{
    static const char *const hosts[] = {"replica_stale pc5", "replica_stale pc6", "replica_stale pc7",
                                        "replica_stale pc8"};

    draw_break(draw, at_ms, draw_between(draw, minute, 15 * minute), DRAW_ONE_OF(draw, hosts), "");
}

static void hide_store(struct draw *draw, int64_t at_ms)
{
    draw_break(draw, at_ms, draw_between(draw, 10 * second, 10 * minute), "store_unreachable", "");
}

/* ---- to what a move between two sites that live needs ---- */

/* The end of a mishap must not give back what is lost for good. */
static bool may_go_dark(const struct draw *draw)
{
    const struct schedule *schedule = draw->schedule;
    const bool is_back = draw->act && schedule->tasks[0].verb == VERB_FAILOVER && !schedule->ends_dark;

    return schedule->trouble == TROUBLE_NONE || is_back;
}

static bool is_dark(const char *fault)
{
    return strncmp(fault, "site_down ", strlen("site_down ")) == 0 ||
           strncmp(fault, "host_down ", strlen("host_down ")) == 0;
}

/* Faults of both sites that end by themselves. */
static void break_either_site(struct draw *draw, int64_t at_ms)
{
    static const struct {
        const char *fault, *parameters;
        int64_t most_s;
    } faults[] = {
        {"link_cut monitor->dub", "", 300},
        {"link_cut dub->monitor", "", 300},
        {"link_cut dub->red", "", 300},
        {"link_cut red->dub", "", 300},
        {"link_cut monitor->sqlpri1", "", 300},
        {"link_cut sqlpri1->monitor", "", 300},
        {"instance_down sqlpri1", "", 240},
        {"instance_down sqldr1", "", 240},
        {"instance_hung sqlpri1", "", 120},
        {"site_down dub", "", 240},
        {"site_down red", "", 240},
        {"host_down sqlmir1", "", 1200},
        {"host_down sqlpri1", "", 600},
        {"host_down pc1", "", 900},
        {"host_down pc6", "", 900},
        {"half_open sqlpri1", "seconds=60", 300},
        {"recovery_slow sqlpri1", "seconds=120", 1200},
        {"media_slow sqlpri1", "seconds=45", 900},
        {"media_slow sqldr1", "seconds=45", 900},
        {"rollback_slow sqlpri1", "seconds=45", 900},
        {"winrm fe-dub1", "how=hung", 300},
        {"winrm fe-dub1", "how=lost_shell", 300},
        {"winrm pc1", "how=access_denied", 300},
        {"winrm pc2", "how=hung", 300},
        {"cmdlet_slow fe-dub1", "seconds=60 outlives=shell", 600},
        {"replica_stale pc2", "", 900},
        {"clock_skew sqldr1", "seconds=200", 900},
        {"clock_skew sqlpri1", "seconds=-200", 900},
        {"clock_skew fe-red1", "seconds=600", 900},
    };
    const int64_t which = draw_between(draw, 0, COUNT(faults) - 1);

    const int64_t for_ms = draw_between(draw, 5 * second, faults[which].most_s * second);

    if (may_go_dark(draw) || !is_dark(faults[which].fault))
        draw_break(draw, at_ms, for_ms, faults[which].fault, faults[which].parameters);
}

/* Nobody reaches a site, which lives on. */
static void cut_off(struct draw *draw, int64_t at_ms)
{
    static const char *const others[] = {"monitor", "oob1"}, *const sites[] = {"dub", "red"};
    struct arena *arena = draw->schedule->arena;
    const int64_t for_ms = draw_between(draw, 20 * second, 10 * minute);
    const bool is_red = draw_chance(draw, 50);

    for (size_t i = 0; i <= COUNT(others); i++) {
        const char *other = i < COUNT(others) ? others[i] : sites[!is_red];

        draw_break(draw, at_ms, for_ms, arena_format(arena, "link_cut %s->%s", sites[is_red], other), "");
        draw_break(draw, at_ms, for_ms, arena_format(arena, "link_cut %s->%s", other, sites[is_red]), "");
    }
}

/* Where tails, seeds and logs go through. */
static void break_storage(struct draw *draw, int64_t at_ms)
{
    static const char *const faults[] = {
        "share_full",           "share_unreachable",     "share_read_only",       "share_denied sqldr1",
        "share_denied sqlpri1", "copy_disk_full sqldr1", "db_volume_full sqldr1", "db_volume_full sqlpri1",
        "log_full sqlpri1",     "agent_stopped sqlpri1", "agent_stopped sqldr1"};

    draw_break(draw, at_ms, draw_between(draw, 10 * second, 15 * minute), DRAW_ONE_OF(draw, faults), "");
}

/* A chat service that is told to stop, and goes on. */
static void let_straggle(struct draw *draw, int64_t at_ms)
{
    static const char *const hosts[] = {"service pc1", "service pc4", "service pc5", "service pc7"};

    draw_break(draw, at_ms, draw_between(draw, minute, 15 * minute), DRAW_ONE_OF(draw, hosts), "how=hung");
}

/* ---- which ---- */

void draw_sudden_mishap(struct draw *draw, int64_t from_ms)
{
    static void (*const mishaps[])(struct draw * draw, int64_t at_ms) = {
        crash,       crash,         kill_sessions,      cut_link,   leave_half_open, slow_cmdlets,
        break_winrm, slow_recovery, keep_replica_stale, hide_store, do_by_hand,      silence_switchboard,
    };
    void (*const mishap)(struct draw * draw, int64_t at_ms) = DRAW_ONE_OF(draw, mishaps);

    mishap(draw, from_ms + draw_between(draw, 20 * second, 20 * minute));
}

void draw_planned_mishap(struct draw *draw, int64_t from_ms)
{
    static void (*const mishaps[])(struct draw * draw, int64_t at_ms) = {
        crash,
        crash,
        stop,
        stop,
        stop,
        stop,
        kill_sessions,
        cut_link,
        slow_cmdlets,
        kill_sessions_there,
        leave_half_open,
        break_winrm,
        hide_store,
        slow_recovery,
        keep_replica_stale,
        silence_switchboard,
        break_storage,
        break_storage,
        let_straggle,
        cut_off,
        break_either_site,
        break_either_site,
        break_either_site,
    };

    void (*const mishap)(struct draw * draw, int64_t at_ms) = DRAW_ONE_OF(draw, mishaps);

    /* A move takes some five minutes, if nothing holds it up. */
    mishap(draw, from_ms + draw_between(draw, 0, draw_chance(draw, 75) ? 6 * minute : 15 * minute));
}

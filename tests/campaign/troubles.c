/* What strikes the site that serves, and what of it comes back. */
#include "campaign/draw.h"

/* ---- within reach of the links ---- */

static void say_links(struct draw *draw, int64_t at_ms, const char *sign)
{
    static const char *const links[] = {"dub->monitor", "monitor->dub", "dub->red",
                                        "red->dub",     "dub->oob1",    "oob1->dub"};

    draw_words_each(draw, at_ms, sign, "link_cut", links, COUNT(links));
}

static void say_hosts(struct draw *draw, int64_t at_ms, const char *sign)
{
    static const char *const hosts[] = {"sqlpri1", "sqlmir1", "sqlwit1", "pc1",
                                        "pc2",     "pc3",     "pc4",     "fe-dub1"};

    draw_words_each(draw, at_ms, sign, "host_down", hosts, COUNT(hosts));
}

/* The first so many steps of the printed procedure. */
void draw_begin_by_hand(struct draw *draw)
{
    static const char *const steps[] = {".step_remove_log_shipping", ".step_copy_logs",
                                        ".step_apply_logs",          ".step_recover",
                                        ".step_set_failed_over",     ".step_activate_backup"};
    int64_t at_ms = draw->schedule->strikes_ms + 20 * second, count = draw_between(draw, 1, COUNT(steps));

    draw_words(draw, at_ms - 10 * second, EVENT_WORDS, ".step_move_store");
    if (draw_chance(draw, 15)) /* the state is ahead of the database */
        draw_words(draw, at_ms, EVENT_BY_HAND, ".step_set_failed_over");
    for (int64_t i = 0; i < count; i++)
        draw_words(draw, at_ms += 5 * second, EVENT_BY_HAND, steps[i]);
}

/* ---- each of them ---- */

/* Not OFFLINE: a mirrored database cannot be set so. */
static void break_database(struct draw *draw, int64_t at_ms)
{
    static const char *const states[] = {"database_closed sqlpri1 state=suspect",
                                         "database_closed sqlpri1 state=recovery_pending"};

    draw_words(draw, at_ms, EVENT_WORDS, DRAW_ONE_OF(draw, states));
}

static void lose_site(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "site_down dub");
}

static void site_returns(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS,
               draw_chance(draw, 25) ? ".old_primary_returned who=mirror" : ".old_primary_returned");
}

static void lose_all_but_share(struct draw *draw, int64_t at_ms)
{
    say_hosts(draw, at_ms, "");
}

static void hosts_return(struct draw *draw, int64_t at_ms)
{
    say_hosts(draw, at_ms, "!");
}

static void lose_principal(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "host_down sqlpri1");
}

static void principal_returns(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "!host_down sqlpri1");
}

static void stop_service(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "instance_down sqlpri1");
}

static void service_starts(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "!instance_down sqlpri1");
}

/* The switchboard may be behind the same link. */
static void cut_off_site(struct draw *draw, int64_t at_ms)
{
    say_links(draw, at_ms, "");
    if (draw_chance(draw, 50))
        draw_silence(draw, at_ms, draw_between(draw, 10 * minute, 40 * minute));
}

static void link_returns(struct draw *draw, int64_t at_ms)
{
    say_links(draw, at_ms, "!");
}

static void lose_backup_site(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "site_down red");
}

static void backup_site_returns(struct draw *draw, int64_t at_ms)
{
    draw_words(draw, at_ms, EVENT_WORDS, "!site_down red");
}

static const struct trouble_kind troubles[TROUBLE_COUNT] = {
    [TROUBLE_SITE] = {"site lost", false, false, lose_site, site_returns},
    [TROUBLE_SITE_BUT_SHARE] = {"site lost but its share", false, false, lose_all_but_share, hosts_return},
    [TROUBLE_PRINCIPAL] = {"principal lost", true, false, lose_principal, principal_returns},
    [TROUBLE_BY_HAND] = {"site lost, begun by hand", false, false, lose_site, site_returns},
    [TROUBLE_DATABASE] = {"database down", true, false, break_database, NULL},
    [TROUBLE_SERVICE] = {"service stopped", true, true, stop_service, service_starts},
    [TROUBLE_PARTITION] = {"site cut off", true, true, cut_off_site, link_returns},
    [TROUBLE_BACKUP_SITE] = {"backup site lost", false, false, lose_backup_site, backup_site_returns},
    [TROUBLE_NONE] = {"nothing lost", true, false, NULL, NULL},
};

const struct trouble_kind *trouble_of(enum trouble trouble)
{
    return &troubles[trouble];
}

const char *trouble_name(enum trouble trouble)
{
    return troubles[trouble].name;
}

/* ---- when ---- */

static void mark_since(struct draw *draw, size_t count, enum event_mark mark)
{
    for (size_t i = count; i < draw->schedule->event_count; i++)
        draw->schedule->events[i].mark = mark;
}

void draw_strike(struct draw *draw, int64_t at_ms)
{
    const size_t count = draw->schedule->event_count;

    troubles[draw->schedule->trouble].strike(draw, at_ms);
    mark_since(draw, count, MARK_STRIKES);
}

void draw_return(struct draw *draw, int64_t at_ms)
{
    const size_t count = draw->schedule->event_count;

    troubles[draw->schedule->trouble].come_back(draw, at_ms);
    mark_since(draw, count, MARK_RETURNS);
}

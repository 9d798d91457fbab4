#include "assess/copies.h"

#include "assess/jobs.h"
#include "assess/mirror_view.h"
#include "assess/replication.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

/* ---- one copy ---- */

/* No row: absent, or OFFLINE and hidden - both not writable, if this login would see all the others. */
static enum copy_writability judge_no_row(const struct instance_snapshot *instance)
{
    const struct server_fact *server = FACT(instance, server);
    bool sees_all = server && (fact_is(server->view_any_database, 1) || fact_is(server->is_sysadmin, 1));

    return sees_all ? COPY_NOT_WRITABLE : COPY_UNSEEN;
}

static enum copy_writability judge_online(const struct instance_snapshot *instance,
                                          const struct database_fact *database)
{
    if (fact_is(database->is_in_standby, 1) || fact_is(database->is_read_only, 1))
        return COPY_NOT_WRITABLE;
    if (!database->is_read_only.known)
        return COPY_UNSEEN;
    return mirror_lacks_quorum(instance) ? COPY_MAY_BECOME_WRITABLE : COPY_WRITABLE;
}

/* RESTORING is a log-shipping secondary, an abandoned source, or a mirror that may take over any moment -
 * unless it has neither partner nor witness: then somebody must force it. */
static enum copy_writability judge_restoring(const struct instance_snapshot *instance)
{
    enum mirror_sight mirroring = mirror_sight(instance);

    if (mirroring == MIRROR_ABSENT || mirror_is_alone(mirror_row(instance)) ||
        (mirroring != MIRROR_SEEN && receives_logs(instance)))
        return COPY_NOT_WRITABLE;
    return COPY_MAY_BECOME_WRITABLE;
}

enum copy_writability copy_writability(const struct instance_snapshot *instance)
{
    const struct database_fact *database = FACT(instance, database);

    if (FACT_NONE(instance, database))
        return judge_no_row(instance);
    if (!database || !database->state)
        return COPY_UNSEEN;
    if (words_equal(database->state, "ONLINE"))
        return judge_online(instance, database);
    if (words_equal(database->state, "RESTORING"))
        return judge_restoring(instance);
    return words_equal(database->state, "OFFLINE") ? COPY_NOT_WRITABLE : COPY_MAY_BECOME_WRITABLE;
}

static const char *unseen_words(struct arena *arena, const struct instance_snapshot *instance)
{
    const struct sighting *sighting =
        instance_seen(instance) ? &instance->database.sighting : &instance->reach;

    return sighting->sight == SIGHT_SEEN ? "state unknown"
                                         : arena_format(arena, "not seen (%s)", sight_words(sighting->sight));
}

const char *copy_words(struct arena *arena, const struct instance_snapshot *instance)
{
    const struct database_fact *database = FACT(instance, database);

    if (FACT_NONE(instance, database))
        return judge_no_row(instance) == COPY_UNSEEN ? "state unknown" : "absent";
    if (!database || !database->state)
        return unseen_words(arena, instance);
    if (!words_equal(database->state, "ONLINE"))
        return words_lower(arena, database->state);
    if (fact_is(database->is_in_standby, 1))
        return "online, standby";
    return fact_is(database->is_read_only, 1) ? "online, read-only" : "online";
}

bool copy_is_standby(const struct instance_snapshot *instance)
{
    const struct database_fact *database = FACT(instance, database);

    return database && words_equal(database->state, "ONLINE") && fact_is(database->is_in_standby, 1);
}

/* ---- sessions: who writes? ---- */

bool session_is_administration(const char *program)
{
    static const char *const programs[] = {"SQLAgent",   "Management Studio", "SQLCMD",     "OSQL",
                                           "sqllogship", "Log Shipping",      "check_pchat"};

    for (size_t i = 0; program && i < COUNT(programs); i++)
        if (words_contain(program, programs[i]))
            return true;
    return false;
}

static bool has_chat_sessions(const struct instance_snapshot *instance)
{
    for (size_t i = 0; FACT(instance, session) && i < instance->session.count; i++)
        if (!session_is_administration(instance->session.rows[i].program))
            return true;
    return false;
}

/* ---- all copies ---- */

enum { MOST_COPIES = SQL_ROLE_COUNT };

struct copies {
    const struct instance_snapshot *all[MOST_COPIES];
    size_t count, unseen;
    const struct instance_snapshot *writable[SITE_ROLE_COUNT]; /* per site; NULL: none */
};

static struct copies find_copies(const struct replication *r)
{
    static const enum sql_role holders[] = {SQL_PRINCIPAL, SQL_MIRROR, SQL_SECONDARY, SQL_SECONDARY_MIRROR};
    struct copies copies = {0};

    for (size_t i = 0; i < COUNT(holders); i++) {
        const struct instance_snapshot *instance = r->roles.by_design[holders[i]];
        bool is_backup = holders[i] == SQL_SECONDARY || holders[i] == SQL_SECONDARY_MIRROR;

        if (!instance)
            continue;
        copies.all[copies.count++] = instance;
        copies.unseen += copy_writability(instance) == COPY_UNSEEN;
        if (copy_is_writable(instance) && !copies.writable[is_backup])
            copies.writable[is_backup] = instance;
    }
    return copies;
}

/* "sqlpri1 not seen (timed out), sqlmir1 restoring" */
static const char *list_copies(const struct replication *r, const struct copies *copies)
{
    AUTO(strbuf) struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; i < copies->count; i++)
        strbuf_format(&list, "%s%s %s", i ? ", " : "", copies->all[i]->name,
                      copy_words(r->report->arena, copies->all[i]));
    return arena_text(r->report->arena, strbuf_text(&list));
}

static void two_sites(struct replication *r, const struct copies *copies)
{
    const struct instance_snapshot *a = copies->writable[SITE_PRIMARY], *b = copies->writable[SITE_BACKUP];
    bool both_used;

    if (!a || !b)
        return;
    both_used = has_chat_sessions(a) && has_chat_sessions(b);
    report_add(r->report, both_used ? CONDITION_split_brain : CONDITION_two_online_copies, r->snapshot->pool,
               "%s is writable on %s and on %s%s", r->snapshot->database, a->name, b->name,
               both_used ? ", and sessions write to both" : "");
}

static void two_partners(struct replication *r)
{
    const struct instance_snapshot *a = r->roles.partners[0], *b = r->roles.partners[1];

    if (copy_is_writable(a) && copy_is_writable(b))
        report_add(r->report, CONDITION_two_principals, r->snapshot->pool,
                   "%s is writable on both partners, %s and %s; %s has the better claim",
                   r->snapshot->database, a->name, b->name, r->roles.principal->name);
}

/* A seen partner that has lost contact with an unseen one is a second witness of its absence. */
static bool absence_is_witnessed(const struct replication *r)
{
    for (int i = 0; i < PARTNERS; i++) {
        const struct mirroring_fact *row = mirror_row(r->roles.partners[i]);
        const struct instance_snapshot *other = r->roles.partners[1 - i];

        if (row && words_equal(row->state, "DISCONNECTED") && other && !instance_seen(other))
            return true;
    }
    return false;
}

static bool any_partner_is_seen(const struct replication *r)
{
    return instance_seen(r->roles.partners[0]) || instance_seen(r->roles.partners[1]);
}

static void none_writable(struct replication *r, const struct copies *copies)
{
    bool is_down = !copies->unseen || absence_is_witnessed(r);
    struct finding *finding;

    if (copies->writable[SITE_PRIMARY] || copies->writable[SITE_BACKUP] || !any_partner_is_seen(r))
        return;
    finding = report_add(r->report, is_down ? CONDITION_database_down : CONDITION_writable_copy_unseen,
                         r->snapshot->pool, "no writable copy of %s is seen: %s", r->snapshot->database,
                         list_copies(r, copies));
    if (!is_down)
        finding->severity = r->options->unreachable;
}

static void recovered(struct replication *r)
{
    const struct instance_snapshot *secondary = r->roles.by_design[SQL_SECONDARY];
    const struct restore_fact *restore = restore_newest(secondary, "L");
    struct finding *finding;

    if (!copy_is_writable(secondary) || !receives_logs(secondary))
        return;
    finding = report_add(r->report, CONDITION_secondary_recovered, secondary->name,
                         "%s on %s is online and writable while log shipping to it is set up",
                         r->snapshot->database, secondary->name);
    if (restore && fact_is(restore->recovery, 1))
        finding->since_utc_ms = restore->restored_utc_ms;
}

static void lost_quorum(struct replication *r, const struct copies *copies)
{
    for (int i = 0; i < PARTNERS; i++) {
        const struct instance_snapshot *partner = r->roles.partners[i];

        if (mirror_lacks_quorum(partner) && !copy_is_writable(partner))
            report_add(r->report, CONDITION_quorum_lost, partner->name,
                       "%s claims to be principal, but sees neither its mirror nor the witness",
                       partner->name)
                ->severity = copies->writable[SITE_PRIMARY] ? SEVERITY_WARNING : SEVERITY_CRITICAL;
    }
}

/* ---- copies that need repair ---- */

static bool is_recovering(const struct instance_snapshot *instance)
{
    const struct database_fact *database = FACT(instance, database);

    return database && words_equal(database->state, "RECOVERING");
}

/* While a log is restored the state flips for moments. */
static bool is_restoring_now(const struct instance_snapshot *instance)
{
    const struct job_fact *job = job_of(instance, LS_AGENT_RESTORE);

    return is_recovering(instance) && job && fact_is(job->running, 1);
}

static bool is_standby_read_only(const struct database_fact *database)
{
    return words_equal(database->state, "ONLINE") && fact_is(database->is_read_only, 1) &&
           !fact_is(database->is_in_standby, 1);
}

static bool needs_repair(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct database_fact *database = FACT(instance, database);

    if (FACT_NONE(instance, database))
        return judge_no_row(instance) == COPY_NOT_WRITABLE;
    if (!database || !database->state || words_equal(database->state, "RESTORING"))
        return false;
    if (words_equal(database->state, "ONLINE"))
        return instance == r->roles.standby && is_standby_read_only(database);
    return !is_restoring_now(instance);
}

static void not_open(struct replication *r, const struct instance_snapshot *instance)
{
    struct finding *finding;

    if (!instance || mirror_lacks_quorum(instance) || !needs_repair(r, instance))
        return;
    finding = report_add(r->report, CONDITION_database_not_open, instance->name, "%s on %s is %s",
                         r->snapshot->database, instance->name, copy_words(r->report->arena, instance));
    /* RECOVERING may be over with the next look. */
    finding->severity =
        instance == r->roles.standby && !is_recovering(instance) ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    if (FACT_NONE(instance, database))
        finding->action = "re-seed the copy from a full backup";
}

/* ---- does intent agree? ---- */

static void who_serves(struct replication *r)
{
    const struct instance_snapshot *principal = r->roles.principal;
    bool both = copy_is_writable(r->roles.partners[0]) && copy_is_writable(r->roles.partners[1]);

    if (!r->roles.exchanged && principal && principal == r->roles.partners[1] &&
        copy_is_writable(principal) && !both)
        report_add(r->report, CONDITION_normal_on_mirror, principal->name,
                   "%s, the mirror by design, serves %s", principal->name, r->snapshot->database);
    if (r->roles.exchanged && principal)
        report_add(r->report, CONDITION_dr_active, principal->name, "%s in the backup site serves %s",
                   principal->name, r->snapshot->database);
}

static void backup_site_alone(struct replication *r)
{
    bool no_mirror = mirror_sight(r->roles.principal) == MIRROR_ABSENT;
    bool no_shipping = FACT_NONE(r->roles.principal, ls_primary);

    if (!r->roles.exchanged || !r->roles.principal || !(no_mirror || no_shipping))
        return;
    report_add(r->report, CONDITION_dr_active_no_ha, r->roles.principal->name, "%s serves %s%s%s",
               r->roles.principal->name, no_mirror ? "without a mirror" : "",
               no_mirror && no_shipping ? " and " : "", no_shipping ? "without log shipping" : "");
}

void assess_copies(struct replication *r)
{
    struct copies copies = find_copies(r);

    two_sites(r, &copies);
    two_partners(r);
    none_writable(r, &copies);
    recovered(r);
    lost_quorum(r, &copies);
    not_open(r, r->roles.partners[0]);
    /* A backup site that serves without a mirror is said in other words. */
    if (!r->roles.exchanged)
        not_open(r, r->roles.partners[1]);
    if (r->roles.standby && !r->roles.exchanged)
        not_open(r, r->roles.standby);
    who_serves(r);
    backup_site_alone(r);
}

/*
 * Gates of planned moves: both sites live, one copy is open and will be closed by its own tail.
 */
#include "act/judge/gates.h"

#include "act/judge/fenced.h"
#include "act/judge/guard.h"
#include "act/judge/ledger_view.h"
#include "assess/chain.h"
#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <stdio.h>
#include <string.h>

/* ---- stranded messages ---- */

/* What is written into the old copy later than that was not told: a run that has ended may have let it. */
static int64_t newest_run_utc_ms(const struct ledger_view *ledger, int64_t but)
{
    int64_t newest = 0;

    for (size_t i = 0; i < ledger->facts->ledger_run.count; i++) {
        const struct ledger_run_fact *run = &ledger->facts->ledger_run.rows[i];

        if (!fact_is(run->run, but) && run->begun_utc_ms.known && run->begun_utc_ms.value > newest)
            newest = run->begun_utc_ms.value;
    }
    return newest;
}

/* Of a copy that is closed, and may be overwritten. */
static struct gate_verdict judge_told(const struct judging *judging, const struct instance_snapshot *copy)
{
    static const char remedy[] = "pchatctl stranded tells which messages it alone holds";
    const struct ledger_view ledger = ledger_view_of(judging->look);
    const struct ledger_note_fact *note =
        ledger.facts ? ledger_view_note(&ledger, NOTE_STRANDED, copy->name) : NULL;

    if (!note || !note->text || !note->at_utc_ms.known ||
        note->at_utc_ms.value < newest_run_utc_ms(&ledger, judging->question->run))
        return gate_open(judging, copy->name, remedy,
                         "what %s alone holds was not told since it was shut out", copy->name);
    if (strcmp(note->text, STRANDED_NONE) == 0)
        return gate_ok(judging, "ledger", "%s holds no message that nobody else has", copy->name);
    return gate_open(
        judging, "ledger",
        "have them looked at, in the file that pchatctl stranded names; then override stranded: they "
        "are kept in that file, and in the backup of the step keep",
        "%s alone holds %s", copy->name, note->text);
}

static struct gate_verdict judge_stranded(const struct judging *judging, enum part part)
{
    static const char reach[] =
        "bring it online and shut it out at once (pchatctl plan fence), so that it is "
        "kept; or override stranded: it is overwritten unread";
    const struct instance_snapshot *copy = judged_copy(judging, part);
    const struct database_fact *database = FACT(copy, database);

    if (!instance_seen(copy) || copy->database.sighting.sight != SIGHT_SEEN)
        return gate_open(judging, judged_name(judging, part), "bring it into sight",
                         "whether %s holds a copy is not seen", judged_name(judging, part));
    if (!database || words_equal(database->state, "RESTORING"))
        return gate_ok(judging, copy->name, "%s holds nothing that can be read: its copy is %s", copy->name,
                       copy_words(judging->arena, copy));
    if (!words_equal(database->state, "ONLINE"))
        return gate_open(judging, copy->name, reach, "what %s alone holds cannot be read: its copy is %s",
                         copy->name, copy_words(judging->arena, copy));
    if (copy_is_writable(copy))
        return gate_ok(judging, copy->name, "%s is open: nothing of it is overwritten", copy->name);
    return judge_told(judging, copy);
}

struct gate_verdict gate_stranded(const struct judging *judging)
{
    return judge_stranded(judging, PART_B);
}

/* ---- the copy that serves ---- */

/* Open, or closed by this run's own tail. */
static struct gate_verdict source_seen(const struct judging *judging)
{
    const enum part part = look_principal(judging->look);
    const struct instance_snapshot *copy = judged_copy(judging, part);
    const struct database_fact *database = FACT(copy, database);

    if (copy && copy_is_writable(copy) && part != PART_A)
        return gate_open(judging, copy->name, "pchatctl plan mirror-switch, before", "%s, the mirror, serves",
                         copy->name);
    if (copy && copy_is_writable(copy))
        return gate_ok(judging, copy->name, "%s answers as principal", copy->name);
    if (database && words_equal(database->state, "RESTORING") && !mirror_row(copy))
        return gate_ok(judging, copy->name, "%s answers, and is closed", copy->name);
    return gate_open(judging, judged_name(judging, part),
                     "it is for a principal that is open; where it is lost, failover", "%s is not seen open",
                     judged_name(judging, part));
}

/* ---- the other copies ---- */

/* The mirror of the copy that serves becomes one of nobody when that leaves the session, if it hears of it.
 */
static bool ends_with_its_session(const struct judging *judging, enum part part)
{
    const struct mirroring_fact *row = mirror_row(judged_copy(judging, part));

    return part == look_mirror(judging->look) && row && words_equal(row->role, "MIRROR") &&
           !words_equal(row->state, "DISCONNECTED");
}

/* Whom the guard would not pass once nobody is served any more: found while everybody still is. */
static enum part unsafe_bystander(const struct judging *judging, const char **ret_why)
{
    const struct guard_question question = {.target = PART_B, .gates = *judging->question};
    const enum part others[] = {look_mirror(judging->look), PART_B_MIRROR};

    for (size_t i = 0; i < COUNT(others); i++)
        if (!ends_with_its_session(judging, others[i]) &&
            !guard_copy_is_safe(judging->look, others[i], &question, judging->arena, ret_why))
            return others[i];
    return PART_COUNT;
}

static struct gate_verdict bystanders_seen(const struct judging *judging)
{
    const char *why = NULL;
    const enum part part = unsafe_bystander(judging, &why);

    if (part == PART_COUNT)
        return source_seen(judging);
    return gate_open(judging, judged_name(judging, part),
                     arena_format(judging->arena,
                                  "bring it into sight and close its copy (SET PARTNER OFF, pchatctl plan "
                                  "fence), or fence it: fence_off %s; gone for good: pchatctl fence-word %s",
                                  judged_name(judging, part), judged_name(judging, part)),
                     "the recover guard would not pass %s: %s", judged_name(judging, part), why);
}

/* ---- of a failback ---- */

/* What is to be overwritten must not be open: what came back is shut out first, and what it holds is kept. */
static const struct instance_snapshot *open_beside(const struct judging *judging)
{
    static const enum part others[] = {PART_B, PART_B_MIRROR};

    for (size_t i = 0; i < COUNT(others); i++) {
        const struct instance_snapshot *copy = judged_copy(judging, others[i]);

        if (copy && copy_is_writable(copy))
            return copy;
    }
    return NULL;
}

static bool is_at_home(const struct judging *judging)
{
    return judging->cast->serving && judging->cast->serving->role == SITE_PRIMARY;
}

static bool has_chat(const struct instance_snapshot *copy)
{
    for (size_t i = 0; FACT(copy, session) && i < copy->session.count; i++)
        if (!session_is_administration(copy->session.rows[i].program))
            return true;
    return false;
}

/* The copy that was left need not be the same as the one that was restored from it: what was written between
 * the backup and its end is in it alone, as in an old copy that comes back. */
static struct gate_verdict judge_left_over(const struct judging *judging,
                                           const struct instance_snapshot *opened, enum part left)
{
    const struct gate_verdict told = judge_stranded(judging, left);

    if (told.state != GATE_OK && !(judging->question->overridden >> GATE_stranded & 1))
        return told;
    return gate_ok(judging, opened->name, "%s is open, and %s is closed: what is left of the failback",
                   opened->name, judged_name(judging, left));
}

/* Somebody has gone home by hand: where the copy that was left is closed, the rest is ours.  Where it is not,
 * whoever shuts out the copy that is chatted in loses what is written there. */
static struct gate_verdict judge_open_beside(const struct judging *judging,
                                             const struct instance_snapshot *other)
{
    const enum part part = look_principal(judging->look);
    const struct instance_snapshot *source = judged_copy(judging, part);
    const char *why, *name = judged_name(judging, part);

    if (other == judged_copy(judging, PART_B) && copy_is_proven(judging->look, part, judging->arena, &why))
        return judge_left_over(judging, other, part);
    if (has_chat(other) && !has_chat(source))
        return gate_open(judging, other->name,
                         arena_format(judging->arena,
                                      "if it was brought home by hand: close %s for good (on %s: ALTER "
                                      "DATABASE [%s] SET READ_ONLY WITH ROLLBACK IMMEDIATE), and failback "
                                      "does what is left; if not: pchatctl plan fence",
                                      name, name, judging->snapshot->database),
                         "%s is open, too, and is what chat writes into", other->name);
    return gate_open(judging, other->name, "pchatctl plan fence", "%s is open, too", other->name);
}

struct gate_verdict planned_source_seen(const struct judging *judging)
{
    const struct instance_snapshot *other = open_beside(judging);

    if (judging->question->verb != VERB_FAILBACK)
        return bystanders_seen(judging);
    if (is_at_home(judging))
        return gate_refuses(judging, "ledger",
                            "nothing; to move chat to the other site: pchatctl plan switchover",
                            "chat is served by the primary site, %s", judging->cast->serving->name);
    return other ? judge_open_beside(judging, other) : bystanders_seen(judging);
}

/* ---- tail ---- */

static const struct backup_fact *newest_log(const struct instance_snapshot *copy)
{
    const struct backup_fact *newest = NULL;

    for (size_t i = 0; FACT(copy, backup) && i < copy->backup.count; i++) {
        const struct backup_fact *set = &copy->backup.rows[i];

        if (words_equal(set->type, "L") && lsn_known(&set->last_lsn) &&
            (!newest || lsn_compare(&set->last_lsn, &newest->last_lsn) > 0))
            newest = set;
    }
    return newest;
}

/* The source closed with its last log backup, and the target stands where that ends. */
struct gate_verdict gate_tail(const struct judging *judging)
{
    enum part part = look_principal(judging->look);
    const struct instance_snapshot *source = judged_copy(judging, part);
    const struct backup_fact *tail = newest_log(source);
    struct chain_walk target = {0};
    const char *why;

    chain_find_start(judged_copy(judging, PART_B), &target);
    if (!copy_is_proven(judging->look, part, judging->arena, &why))
        return gate_open(judging, judged_name(judging, part), "back up the tail WITH NORECOVERY there",
                         "%s %s", judged_name(judging, part), why);
    if (!tail || !lsn_known(&target.start))
        return gate_open(judging, judged_name(judging, part), "let the acting login see both servers",
                         "the ends of both copies were not seen");
    if (lsn_compare(&tail->last_lsn, &target.start) != 0)
        return gate_open(judging, judged_name(judging, PART_B), "restore the tail there WITH NORECOVERY",
                         "%s stands at LSN %s, the tail of %s ends at %s", judged_name(judging, PART_B),
                         lsn_text(&target.start), judged_name(judging, part), lsn_text(&tail->last_lsn));
    return gate_ok(judging, judged_name(judging, PART_B), "both copies end at LSN %s",
                   lsn_text(&target.start));
}

/* ---- versions ---- */

/* A backup is restored by its own major version or a newer one; the minor number counts (10.0 and 10.50). */
static bool version_of(const struct instance_snapshot *copy, long *ret_version)
{
    const struct server_fact *server = FACT(copy, server);
    int major, minor;

    if (!server || !server->version || sscanf(server->version, "%d.%d", &major, &minor) != 2)
        return false;
    *ret_version = major * 1000L + minor;
    return true;
}

struct gate_verdict gate_versions(const struct judging *judging)
{
    const enum part part = look_principal(judging->look);
    const struct instance_snapshot *source = judged_copy(judging, part),
                                   *target = judged_copy(judging, PART_B);
    long from, to;

    if (!version_of(source, &from) || !version_of(target, &to))
        return gate_open(judging, judged_name(judging, PART_B), "let the acting login see both servers",
                         "the versions of %s and %s are not both seen", judged_name(judging, part),
                         judged_name(judging, PART_B));
    if (from > to)
        return gate_refuses(
            judging, target->name,
            arena_format(judging->arena, "bring %s to the version of %s first", target->name, source->name),
            "%s is SQL Server %s, %s is %s: what the newer one wrote the older one cannot restore",
            source->name, source->server.rows[0].version, target->name, target->server.rows[0].version);
    if (from < to)
        return gate_ok(judging, target->name, "%s is SQL Server %s, %s is %s: there is no way back",
                       source->name, source->server.rows[0].version, target->name,
                       target->server.rows[0].version);
    return gate_ok(judging, target->name, "%s and %s are SQL Server %s", source->name, target->name,
                   target->server.rows[0].version);
}

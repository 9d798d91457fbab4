/*
 * The mirror: what the principal says of the session - the mirror hides its own view from a login without
 * sysadmin. Decided by the names of states; the documentation's numbers contradict each other.  Source:
 * sys.database_mirroring.
 */
#include "assess/mirror_view.h"
#include "assess/replication.h"
#include "assess/sight.h"
#include "assess/words.h"

static bool is_synchronous(const struct mirroring_fact *row)
{
    return !words_equal(row->safety_level, "OFF");
}

static bool is_running_safe(const struct mirroring_fact *row)
{
    /* SYNCHRONIZING is where an asynchronous mirror lives. */
    return words_equal(row->state, "SYNCHRONIZED") ||
           (words_equal(row->state, "SYNCHRONIZING") && !is_synchronous(row));
}

static enum condition state_condition(const char *state)
{
    if (words_equal(state, "SUSPENDED"))
        return CONDITION_mirror_suspended;
    return words_equal(state, "DISCONNECTED") ? CONDITION_mirror_disconnected
                                              : CONDITION_mirror_not_synchronized;
}

static const char *partner_name(const struct replication *r, const struct mirroring_fact *row)
{
    const struct instance_snapshot *partner = roles_partner_of(&r->roles, r->roles.principal);

    if (partner)
        return partner->name;
    return row->partner_instance ? words_clip(r->report->arena, row->partner_instance) : "its mirror";
}

static const char *log_wait(const struct replication *r)
{
    const struct database_fact *database = FACT(r->roles.principal, database);

    return database && words_equal(database->log_reuse_wait, "DATABASE_MIRRORING")
               ? "; the log cannot be truncated"
               : "";
}

static void assess_state(struct replication *r, const struct mirroring_fact *row)
{
    if (row->state && !is_running_safe(row))
        report_add(r->report, state_condition(row->state), r->roles.principal->name,
                   "mirroring from %s to %s is %s%s", r->roles.principal->name, partner_name(r, row),
                   words_lower(r->report->arena, row->state), log_wait(r));
}

static void assess_safety(struct replication *r, const struct mirroring_fact *row)
{
    if (!is_synchronous(row))
        report_add(r->report, CONDITION_mirror_safety_off, r->roles.principal->name,
                   "mirroring from %s to %s is asynchronous (SAFETY OFF)", r->roles.principal->name,
                   partner_name(r, row));
}

static void assess_witness(struct replication *r, const struct mirroring_fact *row)
{
    const struct instance_snapshot *designed = r->roles.by_design[SQL_WITNESS];
    const char *principal = r->roles.principal->name;

    if (!mirror_has_witness(row)) {
        if (designed && !r->roles.exchanged)
            report_add(r->report, CONDITION_witness_lost, principal,
                       "%s has no witness, though %s is meant to be it", principal, designed->name)
                ->action = "SET WITNESS on the principal";
    } else if (row->witness_state && !words_equal(row->witness_state, "CONNECTED")) {
        report_add(r->report, CONDITION_witness_lost, principal, "%s does not see its witness %s (%s)",
                   principal, words_clip(r->report->arena, row->witness_name),
                   words_lower(r->report->arena, row->witness_state));
    }
}

void assess_mirroring(struct replication *r)
{
    const struct instance_snapshot *principal = r->roles.principal;
    const struct mirroring_fact *row = mirror_row(principal);

    if (row) {
        assess_state(r, row);
        assess_safety(r, row);
        assess_witness(r, row);
    } else if (mirror_sight(principal) == MIRROR_ABSENT && r->roles.partners[1] && !r->roles.exchanged) {
        report_add(r->report, CONDITION_mirror_absent, principal->name, "%s on %s is not mirrored",
                   r->snapshot->database, principal->name);
    }
}

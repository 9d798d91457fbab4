/*
 * One line for each instance, whatever its state: what it is now, and beside it how log shipping goes there.
 */
#include "assess/copies.h"
#include "assess/exposure.h"
#include "assess/metrics.h"
#include "assess/mirror_view.h"
#include "assess/replication.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

static const char *ago(struct arena *arena, const char *what, struct fact_num age_s)
{
    return age_s.known ? arena_format(arena, "%s %s ago", what, words_duration(arena, age_s.value)) : "";
}

/* ---- what it is ---- */

static const char *principal_text(const struct replication *r, const struct instance_snapshot *instance)
{
    struct arena *arena = r->report->arena;
    const struct mirroring_fact *row = mirror_row(instance);
    const char *open =
        copy_is_writable(instance) ? "" : arena_format(arena, " (%s)", copy_words(arena, instance));
    const char *witness = "";

    if (!row)
        return arena_format(arena, "%s, %s", copy_words(arena, instance),
                            mirror_sight(instance) == MIRROR_ABSENT ? "not mirrored"
                                                                    : "its mirroring not seen");
    if (mirror_has_witness(row))
        witness = arena_format(arena, ", witness %s", words_lower(arena, row->witness_state));
    return arena_format(arena, "principal%s, %s%s", open, words_lower(arena, row->state), witness);
}

/* The mirror's own view is hidden from most logins: the principal tells. */
static const char *mirror_text(const struct replication *r, const struct instance_snapshot *instance)
{
    struct arena *arena = r->report->arena;
    const struct mirroring_fact *told = mirror_row(r->roles.principal), *own = mirror_row(instance);
    const char *state = copy_words(arena, instance);

    if (mirror_claims_principal(instance))
        return principal_text(r, instance);
    if (told)
        return words_equal(state, "restoring")
                   ? arena_format(arena, "mirror, %s", words_lower(arena, told->state))
                   : arena_format(arena, "mirror, but %s", state);
    if (own)
        return arena_format(arena, "%s, %s", words_lower(arena, own->role), words_lower(arena, own->state));
    if (mirror_sight(r->roles.principal) == MIRROR_ABSENT)
        return arena_format(arena, "%s, no mirror of %s", state, r->roles.principal->name);
    if (mirror_sight(instance) == MIRROR_HIDDEN)
        return arena_format(arena, "%s; its mirroring is not visible to this login", state);
    return state;
}

static const char *standby_text(const struct replication *r, const struct instance_snapshot *instance)
{
    struct arena *arena = r->report->arena;
    const char *state = copy_words(arena, instance);

    if (!words_equal(state, "restoring") && !words_equal(state, "online, standby"))
        return state;
    if (r->chain.verdict == CHAIN_PROVEN && r->chain.until_utc_ms.known)
        return arena_format(arena, "%s, chain unbroken to %s", state,
                            words_time(arena, r->chain.until_utc_ms, r->snapshot->taken_utc_ms));
    return r->chain.verdict == CHAIN_PROVEN ? arena_format(arena, "%s, chain unbroken", state) : state;
}

static const char *witness_text(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct witness_fact *witness = FACT(instance, witness);
    struct arena *arena = r->report->arena;

    if (!witness)
        return FACT_NONE(instance, witness) ? "witness of nothing" : "witness";
    return arena_format(arena, "witness, partners %s", words_lower(arena, witness->partner_sync_state));
}

static bool is_partner(const struct replication *r, const struct instance_snapshot *instance)
{
    return instance == r->roles.partners[0] || instance == r->roles.partners[1];
}

static const char *line_text(const struct replication *r, const struct instance_snapshot *instance)
{
    struct arena *arena = r->report->arena;

    if (!instance_seen(instance))
        return arena_format(arena, "not seen: %s", sight_words(instance->reach.sight));
    if (instance->role == SQL_WITNESS)
        return witness_text(r, instance);
    if (instance == r->roles.principal)
        return principal_text(r, instance);
    if (instance == r->roles.standby)
        return standby_text(r, instance);
    if (is_partner(r, instance) && !FACT_NONE(instance, database))
        return mirror_text(r, instance);
    return FACT_NONE(instance, database) ? "no copy here" : copy_words(arena, instance);
}

/* ---- how log shipping goes there ---- */

static bool is_alike(const struct replication *r)
{
    for (size_t i = 0; i < r->report->finding_count; i++)
        if (r->report->findings[i].condition == CONDITION_log_shipping_differs)
            return false;
    return true;
}

static const char *partner_aside(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct instance_snapshot *other = roles_partner_of(&r->roles, instance);

    if (FACT_NONE(instance, ls_primary))
        return "no log shipping";
    if (!FACT(instance, ls_primary))
        return "";
    if (!FACT(other, ls_primary))
        return "log shipping set up";
    return arena_format(r->report->arena, "log shipping set up %s %s", is_alike(r) ? "like" : "unlike",
                        other->name);
}

static const char *standby_aside(const struct replication *r)
{
    struct arena *arena = r->report->arena;
    struct fact_num copied = r->shipped.copy_age_s, restored = r->shipped.restore_age_s;

    if (copied.known && restored.known)
        return arena_format(arena, "copied %s, restored %s ago", words_duration(arena, copied.value),
                            words_duration(arena, restored.value));
    return copied.known ? ago(arena, "copied", copied) : ago(arena, "restored", restored);
}

static const char *line_aside(const struct replication *r, const struct instance_snapshot *instance)
{
    if (!instance_seen(instance) || !r->roles.standby)
        return "";
    if (instance == r->roles.principal && !FACT_NONE(instance, ls_primary))
        return ago(r->report->arena, "log backup", r->shipped.backup_age_s);
    if (instance == r->roles.standby)
        return replication_ships(r) ? standby_aside(r) : "";
    return is_partner(r, instance) ? partner_aside(r, instance) : "";
}

void assess_lines(struct replication *r)
{
    for (size_t i = 0; i < r->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &r->snapshot->instances[i];
        struct object_line *line = report_line(r->report, site_role_name(instance->site), instance->name);

        line->text = line_text(r, instance);
        line->aside = line_aside(r, instance);
    }
}

/* ---- the first line when all is well ---- */

static const char *add_part(struct arena *arena, const char *parts, const char *part)
{
    return *parts ? arena_format(arena, "%s, %s", parts, part) : part;
}

static const char *mirror_part(const struct replication *r)
{
    const struct mirroring_fact *row = mirror_row(r->roles.principal);

    return row ? arena_format(r->report->arena, "mirror %s", words_lower(r->report->arena, row->state))
               : "not mirrored";
}

const char *replication_summary(const struct replication *r)
{
    struct arena *arena = r->report->arena;
    struct fact_num exposed_s = exposure_s(r), behind_s = r->shipped.restore_age_s;
    const char *parts = "";

    if (replication_speaks_of(r, r->roles.standby)) {
        if (exposed_s.known)
            parts = arena_format(arena, "exposure %s", words_duration(arena, exposed_s.value));
        if (behind_s.known)
            parts = add_part(arena, parts,
                             arena_format(arena, "%s %s behind", r->roles.standby->name,
                                          words_duration(arena, behind_s.value)));
    }
    if (replication_speaks_of(r, r->roles.principal))
        parts = add_part(arena, parts, mirror_part(r));
    return *parts ? parts : "nothing wrong is seen";
}

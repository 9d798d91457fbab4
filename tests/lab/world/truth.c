#include "lab/world/world.h"

#include "lab/world/agents.h"
#include "lab/world/build.h"
#include "lab/world/truth_chat.h"
#include "lab/world/truth_spans.h"

#include <string.h>
#include <strings.h>

static json_t *lsn_json(lsn_t lsn)
{
    char text[LSN_TEXT_BYTES];

    return lsn ? json_string(world_lsn_text(lsn, text)) : json_null();
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* --- copies --- */

/* Messages whose number this copy holds more than once. */
static int64_t doubled(const struct lineage *lineage, struct lineage_place place)
{
    int64_t count = 0, last = 0;

    for (size_t i = 0; i < lineage->messages.count; i++) {
        const struct chat_message *message = &lineage->messages.rows[i];
        if (!lineage_contains(lineage, place, message))
            continue;
        count += message->n == last;
        last = message->n;
    }
    return count;
}

static void put_mirror(json_t *copy, const struct mirror *mirror)
{
    if (!mirror->configured) {
        put(copy, "mirroring", json_null());
        return;
    }
    put(copy, "mirroring",
        json_pack("{s:s, s:s, s:i, s:b, s:b, s:I}", "role",
                  mirror->role == ROLE_PRINCIPAL ? "principal" : "mirror", "state",
                  mirroring_state_desc(mirror->state), "role_sequence", mirror->role_sequence, "quorum",
                  !mirror->lost_quorum, "witness_seen", mirror->witness_seen, "send_queue_bytes",
                  (json_int_t)mirror->send_queue_bytes));
}

static json_t *copy_json(const struct world *world, const struct database *database, bool reachable)
{
    const struct lineage *lineage = &world->lineage;
    const struct chat_message *newest = lineage_newest(lineage, database->place);
    int64_t held = lineage_count(lineage, database->place);
    json_t *copy = json_object();

    put(copy, "state", json_string(database_state_desc(database->state)));
    put(copy, "writable", json_boolean(reachable && database_is_writable(database)));
    put(copy, "in_standby", json_boolean(database->is_in_standby));
    put_mirror(copy, &database->mirror);
    put(copy, "end_lsn", lsn_json(database->place.end_lsn));
    put(copy, "redo_start_lsn", lsn_json(database->redo_start_lsn));
    put(copy, "recovery_fork_guid", json_string(database->recovery_fork_guid.text));
    put(copy, "messages", json_integer(held));
    put(copy, "lost_if_survivor", json_integer((json_int_t)lineage->messages.count - held));
    put(copy, "doubled", json_integer(doubled(lineage, database->place)));
    put(copy, "newest_message", newest ? json_integer(newest->n) : json_null());
    put(copy, "newest_message_utc", newest ? truth_utc(newest->written_utc_ms) : json_null());
    return copy;
}

/* How many statements that change something each login has sent. */
static json_t *mutations_json(const struct instance *instance)
{
    json_t *counts = json_object();

    for (size_t i = 0; i < instance->mutating_statements.count; i++)
        put(counts, instance->mutating_statements.rows[i].login,
            json_integer((json_int_t)instance->mutating_statements.rows[i].count));
    return counts;
}

static json_t *instances_json(struct world *world)
{
    json_t *instances = json_object();

    for (size_t i = 0; i < world->instance_count; i++) {
        struct instance *instance = &world->instances[i];
        const struct database *mgc = database_find(instance, "mgc");
        bool up = !instance->down && !world_host_of(world, instance)->down;
        json_t *row = json_object();

        put(row, "up", json_boolean(up));
        put(row, "agent_running", json_boolean(instance->agent.running));
        put(row, "clock_skew_s", json_real((double)world_host_of(world, instance)->clock_skew_ms / 1000.0));
        put(row, "sessions_in_mgc", json_integer((json_int_t)sessions_in(instance, "mgc")));
        put(row, "mutating_statements", mutations_json(instance));
        put(row, "mgc", mgc ? copy_json(world, mgc, up) : json_null());
        put(instances, instance->name, row);
    }
    return instances;
}

/* --- writable copies --- */

static json_t *writable_now(const struct world *world)
{
    json_t *names = json_array();

    for (size_t i = 0; i < world->writable_spans.count; i++)
        if (world->writable_spans.rows[i].to_utc_ms < 0)
            json_array_append_new(names,
                                  json_string(world->instances[world->writable_spans.rows[i].instance].name));
    return names;
}

/* --- shipping --- */

/* How far B would come with the files of one or two folders. */
struct reach {
    struct lineage_place place;
    int64_t as_of_utc_ms, newest_utc_ms;
};

static bool extends(const struct world *world, const struct backup_set *set, const struct reach *reach)
{
    lsn_t until;

    return set->type == 'L' && strcasecmp(set->database_name, "mgc") == 0 &&
           set->first_lsn <= reach->place.end_lsn && set->last_lsn > reach->place.end_lsn &&
           lineage_on_chain(&world->lineage, set->last_fork, reach->place.fork, &until) &&
           reach->place.end_lsn <= until;
}

static bool is_backup_in(const struct stored_file *file, const char *folder)
{
    return strncasecmp(file->path, folder, strlen(folder)) == 0 &&
           ls_is_backup_name(files_base_name(file->path), "mgc") && file->sets.count > 0;
}

/* One pass over a folder; true when it brought B further. */
static bool pass(const struct world *world, const struct host *host, const char *folder, struct reach *reach)
{
    bool moved = false;

    for (size_t i = 0; i < host->files.count; i++) {
        const struct stored_file *file = &host->files.rows[i];
        if (!is_backup_in(file, folder))
            continue;
        if (file->sets.rows[0].produced_utc_ms > reach->newest_utc_ms)
            reach->newest_utc_ms = file->sets.rows[0].produced_utc_ms;
        if (file->damaged || file->truncated || !extends(world, &file->sets.rows[0], reach))
            continue;
        reach->place = (struct lineage_place){file->sets.rows[0].last_fork, file->sets.rows[0].last_lsn};
        reach->as_of_utc_ms = file->sets.rows[0].produced_utc_ms;
        moved = true;
    }
    return moved;
}

static struct reach reach_of(struct world *world, const struct database *mgc, bool with_share)
{
    struct reach reach = {mgc->place, mgc->as_of_utc_ms, mgc->as_of_utc_ms};
    const struct host *b = world_host_of(world, build_designed(world, DESIGN_SECONDARY)),
                      *share = build_share_host(world);
    bool moved = true;

    while (moved) {
        moved = pass(world, b, "E:\\LogCopy\\", &reach);
        if (with_share)
            moved = pass(world, share, share->shares[0].folder, &reach) || moved;
    }
    return reach;
}

/*
 * newest_log_age_s is the exposure of the architecture's definition: now minus the newest log that has
 * arrived.  usable_age_s counts only what an unbroken chain of sound files can bring into B; unshipped are
 * the messages that this leaves behind.
 */
static json_t *exposure_json(struct world *world, const struct database *mgc, bool with_share)
{
    struct reach reach = reach_of(world, mgc, with_share);
    json_int_t held = lineage_count(&world->lineage, reach.place);

    return json_pack("{s:f, s:f, s:I}", "newest_log_age_s",
                     (double)(world->now_utc_ms - reach.newest_utc_ms) / 1000.0, "usable_age_s",
                     (double)(world->now_utc_ms - reach.as_of_utc_ms) / 1000.0, "unshipped_messages",
                     (json_int_t)world->lineage.messages.count - held);
}

static json_t *backlog_json(struct world *world, const struct database *mgc)
{
    const struct host *b = world_host_of(world, build_designed(world, DESIGN_SECONDARY));
    json_int_t files = 0, bytes = 0;
    int64_t newest = mgc->as_of_utc_ms;

    for (size_t i = 0; i < b->files.count; i++) {
        const struct stored_file *file = &b->files.rows[i];
        if (!is_backup_in(file, "E:\\LogCopy\\") || file->sets.rows[0].last_lsn <= mgc->place.end_lsn)
            continue;
        files++;
        bytes += file->size_bytes;
        if (file->sets.rows[0].produced_utc_ms > newest)
            newest = file->sets.rows[0].produced_utc_ms;
    }
    return json_pack("{s:I, s:I, s:f}", "files", files, "bytes", bytes, "s",
                     (double)(newest - mgc->as_of_utc_ms) / 1000.0);
}

static json_t *shipping_json(struct world *world)
{
    const struct database *mgc = database_find(build_designed(world, DESIGN_SECONDARY), "mgc");
    json_t *shipping = json_object();

    if (!mgc || mgc->as_of_utc_ms == 0)
        return shipping;
    put(shipping, "exposure_share_lost", exposure_json(world, mgc, false));
    put(shipping, "exposure_share_kept", exposure_json(world, mgc, true));
    put(shipping, "backlog", backlog_json(world, mgc));
    put(shipping, "restored_as_of", truth_utc(mgc->as_of_utc_ms));
    return shipping;
}

/* Which cmdlets that change something were sent to which host, and how often. */
static json_t *cmdlets_json(const struct world *world)
{
    json_t *hosts = json_object();

    for (size_t i = 0; i < world->host_count; i++) {
        const struct windows *windows = &world->hosts[i].windows;
        json_t *counts = windows->changes.count > 0 ? json_object() : NULL;

        for (size_t j = 0; j < windows->changes.count; j++)
            put(counts, windows->changes.rows[j].name,
                json_integer((json_int_t)windows->changes.rows[j].count));
        if (counts)
            put(hosts, world->hosts[i].name, counts);
    }
    return hosts;
}

/* Names of hosts without power. */
static json_t *dark_json(const struct world *world)
{
    json_t *hosts = json_array();

    for (size_t i = 0; i < world->host_count; i++)
        if (world->hosts[i].down)
            json_array_append_new(hosts, json_string(world->hosts[i].name));
    return hosts;
}

static json_t *faults_json(const struct world *world)
{
    json_t *faults = json_array();

    for (size_t i = 0; i < world_fault_count(world); i++) {
        const char *target;
        json_t *row = json_object();
        put(row, "name", json_string(world_fault_name(world, i, &target)));
        put(row, "target", json_string(target));
        put(row, "since", truth_utc(world->faults.rows[i].since_utc_ms));
        json_array_append_new(faults, row);
    }
    return faults;
}

json_t *world_truth(struct world *world)
{
    json_t *truth = json_object();

    put(truth, "now", truth_utc(world->now_utc_ms));
    put(truth, "pool_state",
        json_string(world->store.settings.state == POOL_NORMAL ? "normal" : "failed_over"));
    put(truth, "messages_written", json_integer((json_int_t)world->lineage.messages.count));
    put(truth, "messages_refused", json_integer(world->messages_refused));
    put(truth, "writable", writable_now(world));
    put(truth, "writable_spans", truth_spans(world, &world->writable_spans));
    put(truth, "writable_overlap_s", json_real(truth_overlap_s(world, &world->writable_spans)));
    put(truth, "writer_spans", truth_spans(world, &world->writer_spans));
    put(truth, "writer_overlap_s", json_real(truth_overlap_s(world, &world->writer_spans)));
    put(truth, "writer_overlaps", truth_overlaps(world, &world->writer_spans));
    put(truth, "instances", instances_json(world));
    put(truth, "shipping", shipping_json(world));
    put(truth, "chat", truth_chat(world));
    put(truth, "changing_cmdlets", cmdlets_json(world));
    put(truth, "dark", dark_json(world));
    put(truth, "faults", faults_json(world));
    return truth;
}

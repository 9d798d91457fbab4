/*
 * The JSON form of a snapshot, written.  Unknown is null.  snapshot_reader.c is the other direction.
 */
#include "model/snapshot.h"

#include "model/json_text.h"
#include "model/json_writer.h"
#include "model/snapshot_json.h"

static json_t *write_instance(const struct instance_snapshot *instance)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_text(instance->name));
    json_object_set_new(object, "site", json_text(instance->site_name));
    json_object_set_new(object, "site_role", json_string(site_role_name(instance->site)));
    json_object_set_new(object, "role", json_string(sql_role_name(instance->role)));
    json_object_set_new(object, "address", json_text(instance->address));
    json_object_set_new(object, "reach", json_sighting(&instance->reach));
    json_object_set_new(object, "clock_offset_ms", json_num(&instance->clock_offset_ms));
    json_object_set_new(object, "round_trip_ms", json_num(&instance->round_trip_ms));
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        json_set_group(object, fact_group((enum fact_group_id)id), instance);
    return object;
}

static json_t *write_ways(const struct host_snapshot *host)
{
    json_t *object = json_object();

    for (int way = 0; way < HOST_WAY_COUNT; way++)
        json_object_set_new(object, host_way_name((enum host_way)way), json_sighting(&host->ways[way]));
    return object;
}

static json_t *write_host(const struct host_snapshot *host)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_text(host->name));
    json_object_set_new(object, "fqdn", json_text(host->fqdn));
    json_object_set_new(object, "site", json_text(host->site_name));
    json_object_set_new(object, "site_role",
                        host->site == SITE_NONE ? json_null() : json_string(site_role_name(host->site)));
    json_object_set_new(object, "kind", json_string(host_kind_name(host->kind)));
    json_object_set_new(object, "address", json_text(host->address));
    json_object_set_new(object, "failure_domain", json_text(host->failure_domain));
    json_object_set_new(object, "ways", write_ways(host));
    json_object_set_new(object, "clock_offset_ms", json_num(&host->clock_offset_ms));
    json_object_set_new(object, "round_trip_ms", json_num(&host->round_trip_ms));
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        json_set_group(object, host_fact_group((enum host_fact_id)id), host);
    return object;
}

static json_t *write_settings(const struct settings *settings)
{
    json_t *object = json_object();

    for (const struct setting_info *info = settings_list(); info->name; info++) {
        const void *member = (const unsigned char *)settings + info->offset;

        json_object_set_new(object, info->name,
                            info->text ? json_text(*(const char *const *)member)
                                       : json_integer(*(const int64_t *)member));
    }
    return object;
}

static json_t *write_range(const struct range *range)
{
    char text[RANGE_TEXT_BYTES];

    return range->set ? json_string(range_format(range, text)) : json_null();
}

static json_t *write_limits(const struct limits *limits)
{
    json_t *object = json_object(), *periods = json_object();

    for (int id = 0; id < METRIC_COUNT; id++) {
        json_t *pair = json_object();

        json_object_set_new(pair, "warning", write_range(&limits->warning[id]));
        json_object_set_new(pair, "critical", write_range(&limits->critical[id]));
        json_object_set_new(object, metric_info((enum metric_id)id)->name, pair);
    }
    json_object_set_new(periods, "backup_s", json_integer(limits->backup_period_s));
    json_object_set_new(periods, "copy_s", json_integer(limits->copy_period_s));
    json_object_set_new(periods, "restore_s", json_integer(limits->restore_period_s));
    json_object_set_new(object, "periods", periods);
    return object;
}

json_t *json_snapshot(const struct snapshot *snapshot)
{
    json_t *root = json_object(), *instances = json_array(), *hosts = json_array();

    json_object_set_new(root, "schema", json_integer(SNAPSHOT_SCHEMA));
    json_object_set_new(root, "pool", json_text(snapshot->pool));
    json_object_set_new(root, "database", json_text(snapshot->database));
    json_object_set_new(root, "share", json_text(snapshot->share));
    json_object_set_new(root, "taken_utc",
                        snapshot->taken_utc_ms ? json_utc(snapshot->taken_utc_ms) : json_null());
    json_object_set_new(root, "limits", write_limits(&snapshot->limits));
    for (size_t i = 0; i < snapshot->instance_count; i++)
        json_array_append_new(instances, write_instance(&snapshot->instances[i]));
    json_object_set_new(root, "instances", instances);
    json_object_set_new(root, "settings", write_settings(&snapshot->settings));
    for (size_t i = 0; i < snapshot->host_count; i++)
        json_array_append_new(hosts, write_host(&snapshot->hosts[i]));
    json_object_set_new(root, "hosts", hosts);
    return root;
}

char *snapshot_to_json(const struct snapshot *snapshot)
{
    json_t *root = json_snapshot(snapshot);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    json_print(root, &out);
    json_decref(root);
    return strbuf_take(&out);
}

/*
 * The JSON form of a snapshot, read back (json_reader.h).
 */
#include "model/snapshot.h"

#include "model/json_reader.h"
#include "model/snapshot_json.h"

enum { MOST_INSTANCES = 256, MOST_HOSTS = 256 };

/* ---- words ---- */

static int read_site_role(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !site_role_parse(json_string_value(value), member))
        return json_expected(reader, "primary or backup");
    return 0;
}

static int read_sql_role(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !sql_role_parse(json_string_value(value), member))
        return json_expected(reader, "principal, mirror, secondary, secondary_mirror or witness");
    return 0;
}

/* ---- instances ---- */

static int read_groups(struct json_reader *reader, const json_t *value, struct instance_snapshot *instance)
{
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        if (json_read_group(reader, value, fact_group((enum fact_group_id)id), instance) != 0)
            return -1;
    return 0;
}

static int read_instance(struct json_reader *reader, const json_t *value, struct instance_snapshot *instance)
{
    const struct {
        const char *key;
        json_read_fn *read;
        void *member;
    } members[] = {
        {"name", json_read_required, &instance->name},
        {"site", json_read_text, &instance->site_name},
        {"site_role", read_site_role, &instance->site},
        {"role", read_sql_role, &instance->role},
        {"address", json_read_text, &instance->address},
        {"reach", json_read_sighting, &instance->reach},
        {"clock_offset_ms", json_read_num, &instance->clock_offset_ms},
        {"round_trip_ms", json_read_num, &instance->round_trip_ms},
    };

    if (!json_is_object(value))
        return json_expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (json_read_key(reader, value, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    return read_groups(reader, value, instance);
}

/* Assessment speaks of instances by name; two of one name would be one to it. */
static int add_instance(struct json_reader *reader, const json_t *value, struct snapshot *snapshot)
{
    struct instance_snapshot instance = {0};

    if (read_instance(reader, value, &instance) != 0)
        return -1;
    if (snapshot_find(snapshot, instance.name))
        return json_expected(reader, "a name that no other instance has");
    *(struct instance_snapshot *)arena_push(snapshot->arena, &snapshot->instances, &snapshot->instance_count,
                                            sizeof(instance)) = instance;
    return 0;
}

/* member: struct snapshot */
static int read_instances(struct json_reader *reader, const json_t *value, void *member)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(value) || json_array_size(value) > MOST_INSTANCES)
        return json_expected(reader, "an array of at most 256 instances");
    json_array_foreach(value, i, item)
    {
        size_t mark = json_enter_index(reader, i);

        if (json_leave(reader, mark, add_instance(reader, item, member)) != 0)
            return -1;
    }
    return 0;
}

/* ---- hosts ---- */

static int read_host_site(struct json_reader *reader, const json_t *value, void *member)
{
    *(enum site_role *)member = SITE_NONE;
    return json_absent(value) ? 0 : read_site_role(reader, value, member);
}

static int read_host_kind(struct json_reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !host_kind_parse(json_string_value(value), member))
        return json_expected(reader, "chat_server, front_end, management or vantage");
    return 0;
}

/* member: struct sighting[HOST_WAY_COUNT] */
static int read_ways(struct json_reader *reader, const json_t *value, void *member)
{
    struct sighting *ways = member;

    if (json_object_or_absent(reader, value) != 0)
        return -1;
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (json_read_key(reader, value, host_way_name((enum host_way)way), json_read_sighting, &ways[way]) !=
            0)
            return -1;
    return 0;
}

static int read_host(struct json_reader *reader, const json_t *value, struct host_snapshot *host)
{
    const struct {
        const char *key;
        json_read_fn *read;
        void *member;
    } members[] = {
        {"name", json_read_required, &host->name},
        {"fqdn", json_read_text, &host->fqdn},
        {"site", json_read_text, &host->site_name},
        {"site_role", read_host_site, &host->site},
        {"kind", read_host_kind, &host->kind},
        {"address", json_read_text, &host->address},
        {"failure_domain", json_read_text, &host->failure_domain},
        {"ways", read_ways, host->ways},
        {"clock_offset_ms", json_read_num, &host->clock_offset_ms},
        {"round_trip_ms", json_read_num, &host->round_trip_ms},
    };

    if (!json_is_object(value))
        return json_expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (json_read_key(reader, value, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (json_read_group(reader, value, host_fact_group((enum host_fact_id)id), host) != 0)
            return -1;
    return 0;
}

static int add_host(struct json_reader *reader, const json_t *value, struct snapshot *snapshot)
{
    struct host_snapshot host = {0};

    if (read_host(reader, value, &host) != 0)
        return -1;
    if (snapshot_find_host(snapshot, host.kind, host.name))
        return json_expected(reader, "a name that no other host of its kind has");
    *(struct host_snapshot *)arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count,
                                        sizeof(host)) = host;
    return 0;
}

/* Records of before there were hosts have none.  member: struct snapshot */
static int read_hosts(struct json_reader *reader, const json_t *value, void *member)
{
    const json_t *item;
    size_t i;

    if (json_absent(value))
        return 0;
    if (!json_is_array(value) || json_array_size(value) > MOST_HOSTS)
        return json_expected(reader, "an array of at most 256 hosts");
    json_array_foreach(value, i, item)
    {
        size_t mark = json_enter_index(reader, i);

        if (json_leave(reader, mark, add_host(reader, item, member)) != 0)
            return -1;
    }
    return 0;
}

/* ---- settings ---- */

static int read_setting(struct json_reader *reader, const json_t *value, const struct setting_info *info,
                        void *member)
{
    if (info->text)
        return json_read_text(reader, value, member);
    if (json_absent(value))
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < info->least ||
        json_integer_value(value) > info->most)
        return json_expected(reader, arena_format(reader->arena, "a whole number from %lld to %lld",
                                                  (long long)info->least, (long long)info->most));
    *(int64_t *)member = json_integer_value(value);
    return 0;
}

/* A missing one keeps its default.  member: struct settings */
static int read_settings(struct json_reader *reader, const json_t *value, void *member)
{
    if (json_object_or_absent(reader, value) != 0)
        return -1;
    for (const struct setting_info *info = settings_list(); info->name; info++) {
        size_t mark = json_enter(reader, info->name);

        if (json_leave(reader, mark,
                       read_setting(reader, json_object_get(value, info->name), info,
                                    (unsigned char *)member + info->offset)) != 0)
            return -1;
    }
    return 0;
}

/* ---- limits ---- */

/* A missing key leaves the default of metrics.def, null takes the limit away.  member: struct range */
static int read_range(struct json_reader *reader, const json_t *value, void *member)
{
    struct range range = {0};

    if (!value)
        return 0;
    if (!json_is_null(value) &&
        (!json_is_string(value) || range_parse(json_string_value(value), &range, NULL) != 0))
        return json_expected(reader, "a range as text, like \"10:20\"");
    *(struct range *)member = range;
    return 0;
}

/* member: int64_t */
static int read_period(struct json_reader *reader, const json_t *value, void *member)
{
    if (json_absent(value))
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return json_expected(reader, "seconds, a whole number not below 0");
    *(int64_t *)member = json_integer_value(value);
    return 0;
}

/* member: struct limits */
static int read_periods(struct json_reader *reader, const json_t *value, void *member)
{
    struct limits *limits = member;

    if (json_object_or_absent(reader, value) != 0 ||
        json_read_key(reader, value, "backup_s", read_period, &limits->backup_period_s) != 0 ||
        json_read_key(reader, value, "copy_s", read_period, &limits->copy_period_s) != 0)
        return -1;
    return json_read_key(reader, value, "restore_s", read_period, &limits->restore_period_s);
}

static int read_pair(struct json_reader *reader, const json_t *value, struct limits *limits, int id)
{
    if (json_object_or_absent(reader, value) != 0 ||
        json_read_key(reader, value, "warning", read_range, &limits->warning[id]) != 0)
        return -1;
    return json_read_key(reader, value, "critical", read_range, &limits->critical[id]);
}

/* member: struct limits */
static int read_limits(struct json_reader *reader, const json_t *value, void *member)
{
    struct limits *limits = member;

    if (json_object_or_absent(reader, value) != 0)
        return -1;
    for (int id = 0; id < METRIC_COUNT; id++) {
        const char *name = metric_info((enum metric_id)id)->name;
        size_t mark = json_enter(reader, name);

        if (json_leave(reader, mark, read_pair(reader, json_object_get(value, name), limits, id)) != 0)
            return -1;
    }
    return json_read_key(reader, value, "periods", read_periods, limits);
}

/* ---- the whole ---- */

/* Everything else is read only when the schema is ours. */
static int read_schema(struct json_reader *reader, const json_t *value, void *member)
{
    (void)member;
    if (!json_is_integer(value) || json_integer_value(value) != SNAPSHOT_SCHEMA)
        return json_expected(reader, "1, the only schema this version reads");
    return 0;
}

static int read_snapshot(struct json_reader *reader, const json_t *root, struct snapshot *snapshot)
{
    struct fact_num taken_utc_ms = {0};
    const struct {
        const char *key;
        json_read_fn *read;
        void *member;
    } members[] = {
        {"schema", read_schema, NULL},
        {"pool", json_read_required, &snapshot->pool},
        {"database", json_read_text, &snapshot->database},
        {"share", json_read_text, &snapshot->share},
        {"taken_utc", json_read_utc, &taken_utc_ms},
        {"limits", read_limits, &snapshot->limits},
        {"instances", read_instances, snapshot},
        {"settings", read_settings, &snapshot->settings},
        {"hosts", read_hosts, snapshot},
    };

    if (!json_is_object(root))
        return json_expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (json_read_key(reader, root, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    snapshot->taken_utc_ms = taken_utc_ms.value;
    return 0;
}

struct snapshot *snapshot_of_json(const json_t *root, struct err *err)
{
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new();
    AUTO(json_reader) struct json_reader reader = {snapshot->arena, err, STRBUF_INIT};
    struct snapshot *result = snapshot;

    if (read_snapshot(&reader, root, snapshot) != 0)
        return NULL;
    snapshot = NULL;
    return result;
}

struct snapshot *snapshot_from_json(const char *text, size_t length, struct err *err)
{
    AUTO(json) json_t *root = json_parse(text, length, SNAPSHOT_MAX_BYTES, err);

    return root ? snapshot_of_json(root, err) : NULL;
}

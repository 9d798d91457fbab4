/*
 * The JSON form of a snapshot, read back.  The bytes may come from anybody: every value is checked, and an
 * error names its place as a path ("instances[2].backup.rows[5].first_lsn").  null and a missing key both
 * mean unknown, and unknown keys are ignored, so that programs of different age read each other's records as
 * long as the schema number is the same.
 */
#include "model/snapshot.h"

#include "base/utc.h"
#include "base/utf8.h"

#include <jansson.h>
#include <string.h>

enum { MOST_INSTANCES = 256, MOST_HOSTS = 256, ROW_SLACK = 4 };

struct reader {
    struct arena *arena;
    struct err *err;
    struct strbuf path; /* of the value being read */
};

static void reader_done(struct reader *reader)
{
    strbuf_done(&reader->path);
}
AUTO_DEFINE_DONE(reader, struct reader)

static void json_auto(json_t **value)
{
    json_decref(*value);
}

/* ---- the path ---- */

static size_t enter(struct reader *reader, const char *key)
{
    size_t mark = reader->path.length;

    strbuf_format(&reader->path, "%s%s", mark ? "." : "", key);
    return mark;
}

static size_t enter_index(struct reader *reader, size_t index)
{
    size_t mark = reader->path.length;

    strbuf_format(&reader->path, "[%zu]", index);
    return mark;
}

/* Passes the result through, so that reading a value is one expression. */
static int leave(struct reader *reader, size_t mark, int result)
{
    strbuf_truncate(&reader->path, mark);
    return result;
}

static int expected(struct reader *reader, const char *what)
{
    const char *path = strbuf_text(&reader->path);

    return err_set(reader->err, ERR_INPUT, "%s%sexpected %s", path, *path ? ": " : "", what);
}

/* ---- single values: absent ones stay unknown ---- */

static bool absent(const json_t *value)
{
    return !value || json_is_null(value);
}

static int object_or_absent(struct reader *reader, const json_t *value)
{
    return absent(value) || json_is_object(value) ? 0 : expected(reader, "an object");
}

static int read_text(struct reader *reader, const json_t *value, void *member)
{
    if (absent(value))
        return 0;
    if (!json_is_string(value))
        return expected(reader, "text");
    *(const char **)member = arena_text_n(reader->arena, json_string_value(value), json_string_length(value));
    return 0;
}

static int read_num(struct reader *reader, const json_t *value, void *member)
{
    if (absent(value))
        return 0;
    if (!json_is_integer(value))
        return expected(reader, "a whole number");
    *(struct fact_num *)member = (struct fact_num){true, json_integer_value(value)};
    return 0;
}

static int read_lsn(struct reader *reader, const json_t *value, void *member)
{
    if (absent(value))
        return 0;
    if (!json_is_string(value) || !lsn_parse(json_string_value(value), member))
        return expected(reader, "up to 25 digits as text");
    return 0;
}

static int read_utc(struct reader *reader, const json_t *value, void *member)
{
    struct fact_num utc_ms = {.known = true};

    if (absent(value))
        return 0;
    if (!json_is_string(value) || !utc_parse(json_string_value(value), &utc_ms.value))
        return expected(reader, "a UTC time like \"2026-11-23T05:15:40Z\"");
    *(struct fact_num *)member = utc_ms;
    return 0;
}

typedef int read_fn(struct reader *reader, const json_t *value, void *member);

static read_fn *const readers[] = {
    [FACT_KIND_TEXT] = read_text,
    [FACT_KIND_NUM] = read_num,
    [FACT_KIND_LSN] = read_lsn,
    [FACT_KIND_UTC] = read_utc,
};

/* Reads object[key] with one of the functions above. */
static int read_key(struct reader *reader, const json_t *object, const char *key, read_fn *read, void *member)
{
    size_t mark = enter(reader, key);

    return leave(reader, mark, read(reader, json_object_get(object, key), member));
}

static int read_required(struct reader *reader, const json_t *value, void *member)
{
    return absent(value) ? expected(reader, "text") : read_text(reader, value, member);
}

/* ---- words ---- */

static int read_sight(struct reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !sight_parse(json_string_value(value), member))
        return expected(reader, "a sight: seen, not_asked, refused, timed_out, denied, ...");
    return 0;
}

static int read_site_role(struct reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !site_role_parse(json_string_value(value), member))
        return expected(reader, "primary or backup");
    return 0;
}

static int read_sql_role(struct reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !sql_role_parse(json_string_value(value), member))
        return expected(reader, "principal, mirror, secondary, secondary_mirror or witness");
    return 0;
}

/* ---- groups of facts ---- */

/* member: struct sighting */
static int read_sighting(struct reader *reader, const json_t *value, void *member)
{
    struct sighting *sighting = member;

    if (absent(value))
        return 0;
    if (!json_is_object(value))
        return expected(reader, "an object");
    if (read_key(reader, value, "sight", read_sight, &sighting->sight) != 0)
        return -1;
    return read_key(reader, value, "detail", read_text, &sighting->detail);
}

static int read_record(struct reader *reader, const json_t *value, const struct fact_group *group,
                       void *record)
{
    if (!json_is_object(value))
        return expected(reader, "an object");
    for (size_t i = 0; i < group->field_count; i++) {
        const struct fact_field *field = &group->fields[i];

        if (read_key(reader, value, field->key, readers[field->kind], fact_member(record, field)) != 0)
            return -1;
    }
    return 0;
}

static int read_rows(struct reader *reader, const json_t *value, const struct fact_group *group,
                     struct fact_rows *rows)
{
    size_t most = group->most_rows * ROW_SLACK, i;
    const json_t *row;

    if (absent(value))
        return 0;
    if (!json_is_array(value))
        return expected(reader, "an array");
    if (json_array_size(value) > most)
        return err_set(reader->err, ERR_INPUT, "%s: %zu rows, expected at most %zu",
                       strbuf_text(&reader->path), json_array_size(value), most);
    json_array_foreach(value, i, row)
    {
        size_t mark = enter_index(reader, i);

        if (leave(reader, mark,
                  read_record(reader, row, group, fact_group_push(group, reader->arena, rows))) != 0)
            return -1;
    }
    return 0;
}

static int read_group(struct reader *reader, const json_t *value, const struct fact_group *group,
                      void *subject)
{
    struct fact_rows rows = {0};
    size_t mark;

    if (read_sighting(reader, value, &rows.sighting) != 0)
        return -1;
    mark = enter(reader, "rows");
    if (leave(reader, mark, read_rows(reader, json_object_get(value, "rows"), group, &rows)) != 0)
        return -1;
    fact_group_put(group, subject, &rows);
    return 0;
}

static int read_group_of(struct reader *reader, const json_t *value, const struct fact_group *group,
                         void *subject)
{
    size_t mark = enter(reader, group->key);

    return leave(reader, mark, read_group(reader, json_object_get(value, group->key), group, subject));
}

/* ---- instances ---- */

static int read_groups(struct reader *reader, const json_t *value, struct instance_snapshot *instance)
{
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        if (read_group_of(reader, value, fact_group((enum fact_group_id)id), instance) != 0)
            return -1;
    return 0;
}

static int read_instance(struct reader *reader, const json_t *value, struct instance_snapshot *instance)
{
    const struct {
        const char *key;
        read_fn *read;
        void *member;
    } members[] = {
        {"name", read_required, &instance->name},
        {"site", read_text, &instance->site_name},
        {"site_role", read_site_role, &instance->site},
        {"role", read_sql_role, &instance->role},
        {"address", read_text, &instance->address},
        {"reach", read_sighting, &instance->reach},
        {"clock_offset_ms", read_num, &instance->clock_offset_ms},
        {"round_trip_ms", read_num, &instance->round_trip_ms},
    };

    if (!json_is_object(value))
        return expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (read_key(reader, value, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    return read_groups(reader, value, instance);
}

/* Assessment speaks of instances by name; two of one name would be one to it. */
static int add_instance(struct reader *reader, const json_t *value, struct snapshot *snapshot)
{
    struct instance_snapshot instance = {0};

    if (read_instance(reader, value, &instance) != 0)
        return -1;
    if (snapshot_find(snapshot, instance.name))
        return expected(reader, "a name that no other instance has");
    *(struct instance_snapshot *)arena_push(snapshot->arena, &snapshot->instances, &snapshot->instance_count,
                                            sizeof(instance)) = instance;
    return 0;
}

/* member: struct snapshot */
static int read_instances(struct reader *reader, const json_t *value, void *member)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(value) || json_array_size(value) > MOST_INSTANCES)
        return expected(reader, "an array of at most 256 instances");
    json_array_foreach(value, i, item)
    {
        size_t mark = enter_index(reader, i);

        if (leave(reader, mark, add_instance(reader, item, member)) != 0)
            return -1;
    }
    return 0;
}

/* ---- hosts ---- */

static int read_host_site(struct reader *reader, const json_t *value, void *member)
{
    *(enum site_role *)member = SITE_NONE;
    return absent(value) ? 0 : read_site_role(reader, value, member);
}

static int read_host_kind(struct reader *reader, const json_t *value, void *member)
{
    if (!json_is_string(value) || !host_kind_parse(json_string_value(value), member))
        return expected(reader, "chat_server, front_end, management or vantage");
    return 0;
}

/* member: struct sighting[HOST_WAY_COUNT] */
static int read_ways(struct reader *reader, const json_t *value, void *member)
{
    struct sighting *ways = member;

    if (object_or_absent(reader, value) != 0)
        return -1;
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        if (read_key(reader, value, host_way_name((enum host_way)way), read_sighting, &ways[way]) != 0)
            return -1;
    return 0;
}

static int read_host(struct reader *reader, const json_t *value, struct host_snapshot *host)
{
    const struct {
        const char *key;
        read_fn *read;
        void *member;
    } members[] = {
        {"name", read_required, &host->name},
        {"fqdn", read_text, &host->fqdn},
        {"site", read_text, &host->site_name},
        {"site_role", read_host_site, &host->site},
        {"kind", read_host_kind, &host->kind},
        {"address", read_text, &host->address},
        {"failure_domain", read_text, &host->failure_domain},
        {"ways", read_ways, host->ways},
        {"clock_offset_ms", read_num, &host->clock_offset_ms},
        {"round_trip_ms", read_num, &host->round_trip_ms},
    };

    if (!json_is_object(value))
        return expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (read_key(reader, value, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        if (read_group_of(reader, value, host_fact_group((enum host_fact_id)id), host) != 0)
            return -1;
    return 0;
}

static int add_host(struct reader *reader, const json_t *value, struct snapshot *snapshot)
{
    struct host_snapshot host = {0};

    if (read_host(reader, value, &host) != 0)
        return -1;
    if (snapshot_find_host(snapshot, host.kind, host.name))
        return expected(reader, "a name that no other host of its kind has");
    *(struct host_snapshot *)arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count,
                                        sizeof(host)) = host;
    return 0;
}

/* Records of before there were hosts have none.  member: struct snapshot */
static int read_hosts(struct reader *reader, const json_t *value, void *member)
{
    const json_t *item;
    size_t i;

    if (absent(value))
        return 0;
    if (!json_is_array(value) || json_array_size(value) > MOST_HOSTS)
        return expected(reader, "an array of at most 256 hosts");
    json_array_foreach(value, i, item)
    {
        size_t mark = enter_index(reader, i);

        if (leave(reader, mark, add_host(reader, item, member)) != 0)
            return -1;
    }
    return 0;
}

/* ---- settings ---- */

static int read_setting(struct reader *reader, const json_t *value, const struct setting_info *info,
                        void *member)
{
    if (info->text)
        return read_text(reader, value, member);
    if (absent(value))
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < info->least ||
        json_integer_value(value) > info->most)
        return expected(reader, arena_format(reader->arena, "a whole number from %lld to %lld",
                                             (long long)info->least, (long long)info->most));
    *(int64_t *)member = json_integer_value(value);
    return 0;
}

/* A missing one keeps its default.  member: struct settings */
static int read_settings(struct reader *reader, const json_t *value, void *member)
{
    if (object_or_absent(reader, value) != 0)
        return -1;
    for (const struct setting_info *info = settings_list(); info->name; info++) {
        size_t mark = enter(reader, info->name);

        if (leave(reader, mark,
                  read_setting(reader, json_object_get(value, info->name), info,
                               (unsigned char *)member + info->offset)) != 0)
            return -1;
    }
    return 0;
}

/* ---- limits ---- */

/* A missing key leaves the default of metrics.def, null takes the limit away.  member: struct range */
static int read_range(struct reader *reader, const json_t *value, void *member)
{
    struct range range = {0};

    if (!value)
        return 0;
    if (!json_is_null(value) &&
        (!json_is_string(value) || range_parse(json_string_value(value), &range, NULL) != 0))
        return expected(reader, "a range as text, like \"10:20\"");
    *(struct range *)member = range;
    return 0;
}

/* member: int64_t */
static int read_period(struct reader *reader, const json_t *value, void *member)
{
    if (absent(value))
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return expected(reader, "seconds, a whole number not below 0");
    *(int64_t *)member = json_integer_value(value);
    return 0;
}

/* member: struct limits */
static int read_periods(struct reader *reader, const json_t *value, void *member)
{
    struct limits *limits = member;

    if (object_or_absent(reader, value) != 0 ||
        read_key(reader, value, "backup_s", read_period, &limits->backup_period_s) != 0 ||
        read_key(reader, value, "copy_s", read_period, &limits->copy_period_s) != 0)
        return -1;
    return read_key(reader, value, "restore_s", read_period, &limits->restore_period_s);
}

static int read_pair(struct reader *reader, const json_t *value, struct limits *limits, int id)
{
    if (object_or_absent(reader, value) != 0 ||
        read_key(reader, value, "warning", read_range, &limits->warning[id]) != 0)
        return -1;
    return read_key(reader, value, "critical", read_range, &limits->critical[id]);
}

/* member: struct limits */
static int read_limits(struct reader *reader, const json_t *value, void *member)
{
    struct limits *limits = member;

    if (object_or_absent(reader, value) != 0)
        return -1;
    for (int id = 0; id < METRIC_COUNT; id++) {
        const char *name = metric_info((enum metric_id)id)->name;
        size_t mark = enter(reader, name);

        if (leave(reader, mark, read_pair(reader, json_object_get(value, name), limits, id)) != 0)
            return -1;
    }
    return read_key(reader, value, "periods", read_periods, limits);
}

/* ---- the whole ---- */

/* Everything else is read only when the schema is ours. */
static int read_schema(struct reader *reader, const json_t *value, void *member)
{
    (void)member;
    if (!json_is_integer(value) || json_integer_value(value) != SNAPSHOT_SCHEMA)
        return expected(reader, "1, the only schema this version reads");
    return 0;
}

static int read_snapshot(struct reader *reader, const json_t *root, struct snapshot *snapshot)
{
    struct fact_num taken_utc_ms = {0};
    const struct {
        const char *key;
        read_fn *read;
        void *member;
    } members[] = {
        {"schema", read_schema, NULL},
        {"pool", read_required, &snapshot->pool},
        {"database", read_text, &snapshot->database},
        {"share", read_text, &snapshot->share},
        {"taken_utc", read_utc, &taken_utc_ms},
        {"limits", read_limits, &snapshot->limits},
        {"instances", read_instances, snapshot},
        {"settings", read_settings, &snapshot->settings},
        {"hosts", read_hosts, snapshot},
    };

    if (!json_is_object(root))
        return expected(reader, "an object");
    for (size_t i = 0; i < COUNT(members); i++)
        if (read_key(reader, root, members[i].key, members[i].read, members[i].member) != 0)
            return -1;
    snapshot->taken_utc_ms = taken_utc_ms.value;
    return 0;
}

/* jansson quotes what it could not read: foreign bytes, made one printable line. */
static int bad_json(const json_error_t *error, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    utf8_add_text(&text, error->text);
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.text[i] < ' ' || text.text[i] == 0x7F)
            text.text[i] = ' ';
    return err_set(err, ERR_INPUT, "line %d, column %d: no valid JSON: %s", error->line, error->column,
                   strbuf_text(&text));
}

/* Moves what root says into a new snapshot. */
static struct snapshot *from_root(const json_t *root, struct err *err)
{
    AUTO(snapshot) struct snapshot *snapshot = snapshot_new();
    AUTO(reader) struct reader reader = {snapshot->arena, err, STRBUF_INIT};
    struct snapshot *result = snapshot;

    if (read_snapshot(&reader, root, snapshot) != 0)
        return NULL;
    snapshot = NULL;
    return result;
}

struct snapshot *snapshot_from_json(const char *text, size_t length, struct err *err)
{
    AUTO(json) json_t *root = NULL;
    json_error_t error;

    if (length > SNAPSHOT_MAX_BYTES) {
        err_set(err, ERR_INPUT, "%zu bytes, expected at most %d", length, SNAPSHOT_MAX_BYTES);
        return NULL;
    }
    root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        bad_json(&error, err);
        return NULL;
    }
    return from_root(root, err);
}

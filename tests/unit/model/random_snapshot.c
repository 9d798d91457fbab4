#include "random_snapshot.h"

#include <stdio.h>

enum { MOST_INSTANCES = 4, MOST_HOSTS = 4, MOST_ROWS = 3 };

static const char *const texts[] = {
    "",
    "sqldr1",
    "LITWARE\\svc$",
    "a|b;c='d'",
    "line\nbreak\ttab",
    "\xf0\x9f\x92\xa9",
    "\x1b[2J",
    "'; DROP TABLE x",
    "\xff\xfe broken",
    "\"quoted\"",
    "\xe2\x80\xae reversed",
};

struct source {
    struct arena *arena;
    unsigned seed;
};

static int below(struct source *source, int bound)
{
    return rand_r(&source->seed) % bound;
}

static int64_t any_number(struct source *source)
{
    static const int64_t corners[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1795410940123};

    if (below(source, 2))
        return corners[below(source, (int)COUNT(corners))];
    return ((int64_t)rand_r(&source->seed) << 20) - rand_r(&source->seed);
}

static const char *any_text(struct source *source)
{
    int i = below(source, (int)COUNT(texts) + 1);

    return i < (int)COUNT(texts) ? arena_text(source->arena, texts[i]) : NULL;
}

static struct fact_num any_num(struct source *source)
{
    return below(source, 4) ? (struct fact_num){true, any_number(source)} : (struct fact_num){0};
}

static void fill_text(struct source *source, void *member)
{
    *(const char **)member = any_text(source);
}

static void fill_num(struct source *source, void *member)
{
    *(struct fact_num *)member = any_num(source);
}

static void fill_lsn(struct source *source, void *member)
{
    char digits[LSN_DIGITS + 1];
    int length = below(source, LSN_DIGITS + 1);

    for (int i = 0; i < length; i++)
        digits[i] = (char)('0' + below(source, 10));
    digits[length] = '\0';
    lsn_parse(digits, member); /* no digits: stays unknown */
}

static void (*const fillers[])(struct source *source, void *member) = {
    [FACT_KIND_TEXT] = fill_text,
    [FACT_KIND_NUM] = fill_num,
    [FACT_KIND_LSN] = fill_lsn,
    [FACT_KIND_UTC] = fill_num,
};

static struct sighting any_sighting(struct source *source)
{
    return (struct sighting){(enum sight)below(source, SIGHT_COUNT), any_text(source)};
}

static void fill_group(struct source *source, void *subject, const struct fact_group *group)
{
    struct fact_rows rows = {.sighting = any_sighting(source)};

    for (int count = below(source, MOST_ROWS + 1); count > 0; count--) {
        void *record = fact_group_push(group, source->arena, &rows);

        for (size_t i = 0; i < group->field_count; i++)
            fillers[group->fields[i].kind](source, fact_member(record, &group->fields[i]));
    }
    fact_group_put(group, subject, &rows);
}

static void fill_instance(struct source *source, struct instance_snapshot *instance, int number)
{
    instance->name = arena_format(source->arena, "sql%d %s", number, texts[below(source, (int)COUNT(texts))]);
    instance->site_name = any_text(source);
    instance->site = (enum site_role)below(source, SITE_ROLE_COUNT);
    instance->role = (enum sql_role)below(source, SQL_ROLE_COUNT);
    instance->address = any_text(source);
    instance->reach = any_sighting(source);
    instance->clock_offset_ms = any_num(source);
    instance->round_trip_ms = any_num(source);
    for (int id = 0; id < FACT_GROUP_COUNT; id++)
        fill_group(source, instance, fact_group((enum fact_group_id)id));
}

static void fill_host(struct source *source, struct host_snapshot *host, int number)
{
    host->name = arena_format(source->arena, "pc%d %s", number, texts[below(source, (int)COUNT(texts))]);
    host->fqdn = any_text(source);
    host->site_name = any_text(source);
    host->site = (enum site_role)below(source, SITE_ROLE_COUNT + 1);
    host->kind = (enum host_kind)below(source, HOST_KIND_COUNT);
    host->address = any_text(source);
    host->failure_domain = any_text(source);
    for (int way = 0; way < HOST_WAY_COUNT; way++)
        host->ways[way] = any_sighting(source);
    host->clock_offset_ms = any_num(source);
    host->round_trip_ms = any_num(source);
    for (int id = 0; id < HOST_FACT_COUNT; id++)
        fill_group(source, host, host_fact_group((enum host_fact_id)id));
}

static struct range any_range(struct source *source)
{
    static const char *const ranges[] = {"10", "10:", "~:10", "10:20", "@10:20", "0.5", "@~:-3"};
    struct range range = {0};

    if (below(source, 4))
        range_parse(ranges[below(source, (int)COUNT(ranges))], &range, NULL);
    return range;
}

struct snapshot *random_snapshot(unsigned seed)
{
    struct snapshot *snapshot = snapshot_new();
    struct source source = {snapshot->arena, seed};

    snapshot->pool = texts[below(&source, (int)COUNT(texts))];
    snapshot->database = any_text(&source);
    snapshot->share = any_text(&source);
    snapshot->taken_utc_ms = any_number(&source);
    for (int id = 0; id < METRIC_COUNT; id++) {
        snapshot->limits.warning[id] = any_range(&source);
        snapshot->limits.critical[id] = any_range(&source);
    }
    snapshot->limits.copy_period_s = below(&source, 3600);
    for (int i = below(&source, MOST_INSTANCES + 1); i > 0; i--)
        fill_instance(&source,
                      arena_push(snapshot->arena, &snapshot->instances, &snapshot->instance_count,
                                 sizeof(struct instance_snapshot)),
                      i);
    snapshot->settings.ping_gap_s = below(&source, 600);
    snapshot->settings.chat_executable = texts[below(&source, (int)COUNT(texts))];
    for (int i = below(&source, MOST_HOSTS + 1); i > 0; i--)
        fill_host(&source,
                  arena_push(snapshot->arena, &snapshot->hosts, &snapshot->host_count,
                             sizeof(struct host_snapshot)),
                  i);
    return snapshot;
}

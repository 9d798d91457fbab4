/*
 * The chat database mgc and the compliance queue mgccomp ("Persistent Chat database schema" and its pages,
 * one a table). datetime stands in for smalldatetime and datetime2.
 */
#include "lab/tsql/catalog.h"

#include <stdio.h>

static const struct database *chat_database(const struct rows *rows)
{
    return database_find(rows_instance(rows), rows_database(rows));
}

static struct world *world_of(const struct rows *rows)
{
    return rows_session(rows)->world;
}

/* --- mgc --- */

static const struct catalog_column identity_columns[] = {
    {"serverID", {INT}, 0},
    {"serverAddress", {NVARCHAR(256)}, 0},
    {"serverLastPingTime", {DATETIME, NULLABLE}, 0},
};

static void fill_identity(struct rows *rows)
{
    struct chat_identity identities[CHAT_SERVERS_MAX];
    size_t count = chat_identities(world_of(rows), chat_database(rows), identities);

    for (size_t i = 0; i < count; i++) {
        row_begin(rows);
        row_integer(rows, "serverID", identities[i].server_id);
        row_text(rows, "serverAddress", identities[i].server_address);
        row_date(rows, "serverLastPingTime", identities[i].last_ping_time);
        row_end(rows);
    }
}

static const struct catalog_column peers_columns[] = {
    {"aplServerID", {INT}, 0},
    {"aplPeerID", {INT}, 0},
};

static void fill_peers(struct rows *rows)
{
    struct chat_peer peers[CHAT_SERVERS_MAX * CHAT_SERVERS_MAX];
    size_t count = chat_peers(world_of(rows), rows_instance(rows), peers);

    for (size_t i = 0; i < count; i++) {
        row_begin(rows);
        row_integer(rows, "aplServerID", peers[i].server_id);
        row_integer(rows, "aplPeerID", peers[i].peer_id);
        row_end(rows);
    }
}

static const struct catalog_column lock_columns[] = {
    {"lockExpiresTime", {DATETIME, NULLABLE}, 0},
    {"lockServerID", {INT, NULLABLE}, 0},
    {"lockActorID", {INT, NULLABLE}, 0},
};

/* Nobody administers. */
static void fill_lock(struct rows *rows)
{
    row_begin(rows);
    row_end(rows);
}

static const struct catalog_column revision_columns[] = {
    {"sysRevision", {BIGINT}, 0},
};

static void fill_revision(struct rows *rows)
{
    row_begin(rows);
    row_integer(rows, "sysRevision", chat_revision(world_of(rows), chat_database(rows)));
    row_end(rows);
}

static const struct catalog_column config_columns[] = {
    {"configLabel", {NVARCHAR(255)}, 0},
    {"configContent", {NTEXT, NULLABLE}, 0},
    {"configPoolID", {GUID}, 0},
};

static void fill_config(struct rows *rows)
{
    row_begin(rows);
    row_text(rows, "configLabel", "pool");
    row_text(rows, "configContent", "<config/>");
    row_guid(rows, "configPoolID", chat_config_pool_id(world_of(rows), chat_database(rows)));
    row_end(rows);
}

static const struct catalog_column cookie_columns[] = {
    {"lastUpdated", {DATETIME, NULLABLE}, 0},
    {"lockedUntil", {DATETIME, NULLABLE}, 0},
    {"prinDCHost", {NVARCHAR(256), NULLABLE}, 0},
};

static void fill_cookie(struct rows *rows)
{
    row_begin(rows);
    row_date(rows, "lastUpdated", chat_revised_at(world_of(rows), chat_database(rows)));
    row_text(rows, "prinDCHost", "dc1.litwareinc.com");
    row_end(rows);
}

/* Of the many columns of rooms and people only their keys. */
static const struct catalog_column node_columns[] = {{"nodeID", {INT}, 0}};
static const struct catalog_column principal_columns[] = {{"prinID", {INT}, 0}};

enum { ROOM = 7, USER = 1001 };

static void fill_node(struct rows *rows)
{
    row_begin(rows);
    row_integer(rows, "nodeID", ROOM);
    row_end(rows);
}

static void fill_principal(struct rows *rows)
{
    row_begin(rows);
    row_integer(rows, "prinID", USER);
    row_end(rows);
}

static const struct catalog_column chat_columns[] = {
    {"channelId", {INT}, 0}, {"chatId", {BIGINT}, 0}, {"chatDate", {BIGINT}, 0},
    {"userId", {INT}, 0},    {"isAlert", {BIT}, 0},   {"content", {NTEXT}, 0},
};

/* 100 ns since the year 1. */
static int64_t ticks(int64_t utc_ms)
{
    return (utc_ms + INT64_C(62135596800000)) * 10000;
}

static void put_message(struct rows *rows, const struct chat_message *message)
{
    row_begin(rows);
    row_integer(rows, "channelId", ROOM);
    row_integer(rows, "chatId", message->n);
    row_integer(rows, "chatDate", ticks(message->written_utc_ms));
    row_integer(rows, "userId", USER);
    row_integer(rows, "isAlert", 0);
    row_text(rows, "content", "a message");
    row_end(rows);
}

static void fill_chat(struct rows *rows)
{
    const struct lineage *lineage = &world_of(rows)->lineage;
    const struct database *mgc = chat_database(rows);

    for (size_t i = 0; i < lineage->messages.count; i++)
        if (lineage_contains(lineage, mgc->place, &lineage->messages.rows[i]))
            put_message(rows, &lineage->messages.rows[i]);
}

/* --- mgccomp --- */

static const struct compliance *compliance(const struct rows *rows)
{
    struct world *world = world_of(rows);

    return compliance_of(world, (int)world_host_of(world, rows_instance(rows))->site);
}

static int64_t server_utc(const struct rows *rows, int64_t utc_ms)
{
    return host_utc_ms(world_host_of(world_of(rows), rows_instance(rows)), utc_ms);
}

static const struct catalog_column data_columns[] = {
    {"cmplEventID", {BIGINT}, 0},
    {"entryDate", {DATETIME}, 0},
    {"cmplType", {INT}, 0},
    {"cmplTime", {BIGINT}, 0},
    {"cmplChannelUri", {NVARCHAR(255)}, 0},
    {"cmplChatID", {BIGINT, NULLABLE}, 0},
    {"cmplUserID", {INT}, 0},
    {"cmplUserUri", {NVARCHAR(255)}, 0},
    {"cmplMessage", {NTEXT, NULLABLE}, 0},
};

enum { TYPE_CHAT = 1, TYPE_PENDING_TRANSFER = 9 };

static void put_event(struct rows *rows, int64_t id, int type, int64_t entry_date, int64_t utc_ms)
{
    row_begin(rows);
    row_integer(rows, "cmplEventID", id);
    row_date(rows, "entryDate", entry_date);
    row_integer(rows, "cmplType", type);
    row_integer(rows, "cmplTime", ticks(utc_ms));
    row_text(rows, "cmplChannelUri", "ma-chan://litwareinc.com/7");
    row_integer(rows, "cmplChatID", type == TYPE_CHAT ? id : SQL_NULL_INT);
    row_integer(rows, "cmplUserID", 1001);
    row_text(rows, "cmplUserUri", "sip:user@litwareinc.com");
    row_end(rows);
}

/* A transfer under way is only a placeholder, dated far in the future. */
static void fill_data(struct rows *rows)
{
    static const int64_t far_future_ms = INT64_C(3376684800000); /* 2077-01-01: smalldatetime ends in 2079 */
    const struct compliance *queue = compliance(rows);

    put_event(rows, 0, TYPE_PENDING_TRANSFER, far_future_ms, world_of(rows)->now_utc_ms);
    for (size_t i = 0; i < queue->backlog.count; i++)
        put_event(rows, queue->backlog.rows[i].entry_id, TYPE_CHAT,
                  server_utc(rows, queue->backlog.rows[i].date_utc_ms), queue->backlog.rows[i].date_utc_ms);
}

static const struct catalog_column state_columns[] = {
    {"lastProcessedEntryID", {BIGINT}, 0},
    {"activeServerID", {INT}, 0},
    {"lockExpirationTime", {DATETIME}, 0},
};

static void fill_state(struct rows *rows)
{
    const struct compliance *queue = compliance(rows);

    row_begin(rows);
    row_integer(rows, "lastProcessedEntryID", queue->last_processed_entry_id);
    row_integer(rows, "activeServerID", queue->active_server_id);
    row_date(rows, "lockExpirationTime", server_utc(rows, queue->lock_expires_utc_ms));
    row_end(rows);
}

#define CHAT_TABLE(table_place, table_name, table_columns, table_fill)                                       \
    {                                                                                                        \
        .name = (table_name), .place = (table_place), .right = RIGHT_SELECT, .columns = (table_columns),     \
        .column_count = COUNT(table_columns), .fill = (table_fill)                                           \
    }

static const struct catalog_table tables[] = {
    CHAT_TABLE(PLACE_CHAT, "tblServerIdentity", identity_columns, fill_identity),
    CHAT_TABLE(PLACE_CHAT, "tblActivePeers", peers_columns, fill_peers),
    CHAT_TABLE(PLACE_CHAT, "tblAdminLock", lock_columns, fill_lock),
    CHAT_TABLE(PLACE_CHAT, "tblSystemRevision", revision_columns, fill_revision),
    CHAT_TABLE(PLACE_CHAT, "tblConfig", config_columns, fill_config),
    CHAT_TABLE(PLACE_CHAT, "tblADCookie", cookie_columns, fill_cookie),
    CHAT_TABLE(PLACE_CHAT, "tblNode", node_columns, fill_node),
    CHAT_TABLE(PLACE_CHAT, "tblPrincipal", principal_columns, fill_principal),
    CHAT_TABLE(PLACE_CHAT, "tblChat", chat_columns, fill_chat),
    CHAT_TABLE(PLACE_COMPLIANCE, "tblComplianceData", data_columns, fill_data),
    CHAT_TABLE(PLACE_COMPLIANCE, "tblComplianceState", state_columns, fill_state),
};
const struct catalog_family catalog_chat = {tables, COUNT(tables)};

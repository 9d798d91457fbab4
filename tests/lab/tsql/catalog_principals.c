/* Logins, users, permissions, roles ("Security Catalog Views"). */
#include "lab/tsql/catalog.h"

#include <string.h>
#include <strings.h>

static const char *const server_roles[] = {"sysadmin",     "securityadmin", "serveradmin", "setupadmin",
                                           "processadmin", "diskadmin",     "dbcreator",   "bulkadmin"};
static const char *const database_roles[] = {"db_owner",      "db_accessadmin",    "db_securityadmin",
                                             "db_ddladmin",   "db_backupoperator", "db_datareader",
                                             "db_datawriter", "db_denydatareader", "db_denydatawriter"};
enum { PUBLIC_ID = 2, FIRST_SERVER_ROLE_ID = 3, FIRST_DATABASE_ROLE_ID = 16384 };

static const struct catalog_column server_principals_columns[] = {
    {"name", {SYSNAME}, 0},
    {"principal_id", {INT}, 0},
    {"sid", {VARBINARY(85), NULLABLE}, 0},
    {"type", {CHAR(1)}, 0},
    {"type_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"is_disabled", {BIT, NULLABLE}, 0},
    {"create_date", {DATETIME}, 0},
    {"modify_date", {DATETIME}, 0},
    {"default_database_name", {SYSNAME, NULLABLE}, 0},
    {"default_language_name", {SYSNAME, NULLABLE}, 0},
};

static void put_login(struct rows *rows, const struct login *login)
{
    row_begin(rows);
    row_text(rows, "name", login->name);
    row_integer(rows, "principal_id", login->principal_id);
    row_bytes(rows, "sid", login->sid.bytes, login->sid.length_bytes);
    row_text(rows, "type", login->is_windows ? "U" : "S");
    row_text(rows, "type_desc", login->is_windows ? "WINDOWS_LOGIN" : "SQL_LOGIN");
    row_integer(rows, "is_disabled", login->disabled);
    row_date(rows, "create_date", login->create_date);
    row_date(rows, "modify_date", login->create_date);
    row_text(rows, "default_database_name", login->default_database);
    row_text(rows, "default_language_name", "us_english");
    row_end(rows);
}

static void put_server_role(struct rows *rows, const char *name, int principal_id)
{
    row_begin(rows);
    row_text(rows, "name", name);
    row_integer(rows, "principal_id", principal_id);
    row_text(rows, "type", "R");
    row_text(rows, "type_desc", "SERVER_ROLE");
    row_integer(rows, "is_disabled", 0);
    row_date(rows, "create_date", 0);
    row_date(rows, "modify_date", 0);
    row_end(rows);
}

/* One sees oneself, sa and the roles; the rest with VIEW ANY DEFINITION or ALTER ANY LOGIN. */
static void fill_server_principals(struct rows *rows)
{
    struct tsql_session *session = rows_session(rows);
    const struct security *security = &rows_instance(rows)->security;
    bool all = sees_all(session, "VIEW ANY DEFINITION") || sees_all(session, "ALTER ANY LOGIN");

    put_server_role(rows, "public", PUBLIC_ID);
    for (size_t i = 0; i < COUNT(server_roles); i++)
        put_server_role(rows, server_roles[i], FIRST_SERVER_ROLE_ID + (int)i);
    for (size_t i = 0; i < security->logins.count; i++) {
        const struct login *login = &security->logins.rows[i];

        if (all || strcasecmp(login->name, session->login) == 0 || strcasecmp(login->name, "sa") == 0)
            put_login(rows, login);
    }
}

/* "VIEW SERVER STATE" -> "VWSS"; four letters for each permission ("sys.server_permissions"). */
static const char *permission_type(const char *permission)
{
    static const struct {
        const char *permission, *type;
    } types[] = {
        {"VIEW SERVER STATE", "VWSS"},
        {"VIEW ANY DEFINITION", "VWAD"},
        {"VIEW ANY DATABASE", "VWDB"},
        {"CONNECT SQL", "COSQ"},
        {"ALTER ANY DATABASE", "ALDB"},
        {"CREATE ANY DATABASE", "CRDB"},
        {"CONTROL SERVER", "CL"},
        {"ALTER ANY LOGIN", "ALLG"},
        {"ALTER ANY CONNECTION", "ALCO"},
        {"SELECT", "SL"},
        {"EXECUTE", "EX"},
        {"CONNECT", "CO"},
        {"VIEW DEFINITION", "VW"},
        {"VIEW DATABASE STATE", "VWDS"},
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (strcasecmp(types[i].permission, permission) == 0)
            return types[i].type;
    return "";
}

static const struct catalog_column permissions_columns[] = {
    {"class", {TINYINT}, 0},
    {"class_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"major_id", {INT}, 0},
    {"minor_id", {INT}, 0},
    {"grantee_principal_id", {INT}, 0},
    {"grantor_principal_id", {INT}, 0},
    {"type", {CHAR(4)}, 0},
    {"permission_name", {NVARCHAR(128), NULLABLE}, 0},
    {"state", {CHAR(1)}, 0},
    {"state_desc", {NVARCHAR(60), NULLABLE}, 0},
};

static void put_grant(struct rows *rows, const struct grant *grant, int grantee, int class, int major_id)
{
    static const char *const classes[] = {"DATABASE", "OBJECT_OR_COLUMN"};

    row_begin(rows);
    row_integer(rows, "class", class);
    row_text(rows, "class_desc", class == 100 ? "SERVER" : classes[class]);
    row_integer(rows, "major_id", major_id);
    row_integer(rows, "minor_id", 0);
    row_integer(rows, "grantee_principal_id", grantee);
    row_integer(rows, "grantor_principal_id", 1);
    row_text(rows, "type", permission_type(grant->permission));
    row_text(rows, "permission_name", grant->permission);
    row_text(rows, "state", grant->state == GRANT_DENY ? "D" : "G");
    row_text(rows, "state_desc", grant->state == GRANT_DENY ? "DENY" : "GRANT");
    row_end(rows);
}

static void fill_server_permissions(struct rows *rows)
{
    struct tsql_session *session = rows_session(rows);
    struct instance *instance = rows_instance(rows);
    bool all = sees_all(session, "VIEW ANY DEFINITION");

    for (size_t i = 0; i < instance->security.grants.count; i++) {
        const struct grant *grant = &instance->security.grants.rows[i];
        const struct login *login = *grant->database ? NULL : security_login(instance, grant->grantee);
        bool is_public = strcasecmp(grant->grantee, "public") == 0;

        if (*grant->database || (!login && !is_public))
            continue;
        if (all || is_public || strcasecmp(login->name, session->login) == 0)
            put_grant(rows, grant, is_public ? PUBLIC_ID : login->principal_id, 100, 0);
    }
}

static const struct catalog_column role_members_columns[] = {
    {"role_principal_id", {INT}, 0},
    {"member_principal_id", {INT}, 0},
};

static void put_member(struct rows *rows, int role, int member)
{
    row_begin(rows);
    row_integer(rows, "role_principal_id", role);
    row_integer(rows, "member_principal_id", member);
    row_end(rows);
}

static int server_role_id(const char *name)
{
    for (size_t i = 0; i < COUNT(server_roles); i++)
        if (strcasecmp(server_roles[i], name) == 0)
            return FIRST_SERVER_ROLE_ID + (int)i;
    return 0;
}

static void fill_server_role_members(struct rows *rows)
{
    struct instance *instance = rows_instance(rows);
    const struct security *security = &instance->security;

    for (size_t i = 0; i < security->logins.count; i++)
        if (security->logins.rows[i].is_sysadmin)
            put_member(rows, FIRST_SERVER_ROLE_ID, security->logins.rows[i].principal_id);
    for (size_t i = 0; i < security->members.count; i++) {
        const struct role_member *member = &security->members.rows[i];
        const struct login *login = *member->database ? NULL : security_login(instance, member->member);

        if (login && !login->is_sysadmin && server_role_id(member->role))
            put_member(rows, server_role_id(member->role), login->principal_id);
    }
}

static const struct catalog_column database_principals_columns[] = {
    {"name", {SYSNAME}, 0},
    {"principal_id", {INT}, 0},
    {"type", {CHAR(1)}, 0},
    {"type_desc", {NVARCHAR(60), NULLABLE}, 0},
    {"default_schema_name", {SYSNAME, NULLABLE}, 0},
    {"create_date", {DATETIME}, 0},
    {"modify_date", {DATETIME}, 0},
    {"owning_principal_id", {INT, NULLABLE}, 0},
    {"sid", {VARBINARY(85), NULLABLE}, 0},
    {"is_fixed_role", {BIT}, 0},
};

static void begin_principal(struct rows *rows, const char *name, int principal_id, bool role)
{
    row_begin(rows);
    row_text(rows, "name", name);
    row_integer(rows, "principal_id", principal_id);
    row_text(rows, "type", role ? "R" : "S");
    row_text(rows, "type_desc", role ? "DATABASE_ROLE" : "SQL_USER");
    row_text(rows, "default_schema_name", role ? NULL : strcmp(name, "guest") == 0 ? "guest" : "dbo");
    row_date(rows, "create_date", 0);
    row_date(rows, "modify_date", 0);
    row_integer(rows, "is_fixed_role",
                role && principal_id >= FIRST_DATABASE_ROLE_ID &&
                    principal_id < FIRST_DATABASE_ROLE_ID + (int)COUNT(database_roles));
}

static bool is_here(const struct rows *rows, const char *database)
{
    return strcasecmp(database, rows_database(rows)) == 0;
}

static int database_role_id(struct rows *rows, const char *name)
{
    const struct security *security = &rows_instance(rows)->security;

    for (size_t i = 0; i < COUNT(database_roles); i++)
        if (strcasecmp(database_roles[i], name) == 0)
            return FIRST_DATABASE_ROLE_ID + (int)i;
    for (size_t i = 0; i < security->roles.count; i++)
        if (is_here(rows, security->roles.rows[i].database) &&
            strcasecmp(security->roles.rows[i].role, name) == 0)
            return 1000 + (int)i;
    return 0;
}

static void put_roles(struct rows *rows)
{
    const struct security *security = &rows_instance(rows)->security;

    begin_principal(rows, "public", 0, true);
    row_end(rows);
    for (size_t i = 0; i < COUNT(database_roles); i++) {
        begin_principal(rows, database_roles[i], FIRST_DATABASE_ROLE_ID + (int)i, true);
        row_end(rows);
    }
    for (size_t i = 0; i < security->roles.count; i++) {
        if (!is_here(rows, security->roles.rows[i].database))
            continue;
        begin_principal(rows, security->roles.rows[i].role, 1000 + (int)i, true);
        row_end(rows);
    }
}

static void put_dbo(struct rows *rows)
{
    const struct database *database = database_find(rows_instance(rows), rows_database(rows));
    const struct login *owner = database ? security_login(rows_instance(rows), database->owner) : NULL;

    begin_principal(rows, "dbo", 1, false);
    if (owner)
        row_bytes(rows, "sid", owner->sid.bytes, owner->sid.length_bytes);
    row_end(rows);
    begin_principal(rows, "guest", 2, false);
    row_end(rows);
}

static void fill_database_principals(struct rows *rows)
{
    const struct security *security = &rows_instance(rows)->security;

    put_roles(rows);
    put_dbo(rows);
    for (size_t i = 0; i < security->users.count; i++) {
        const struct database_user *user = &security->users.rows[i];

        if (!is_here(rows, user->database))
            continue;
        begin_principal(rows, user->name, user->principal_id, false);
        row_bytes(rows, "sid", user->sid.bytes, user->sid.length_bytes);
        row_end(rows);
    }
}

static int database_user_id(struct rows *rows, const char *name)
{
    const struct security *security = &rows_instance(rows)->security;

    for (size_t i = 0; i < security->users.count; i++)
        if (is_here(rows, security->users.rows[i].database) &&
            strcasecmp(security->users.rows[i].name, name) == 0)
            return security->users.rows[i].principal_id;
    return strcasecmp(name, "dbo") == 0 ? 1 : strcasecmp(name, "guest") == 0 ? 2 : 0;
}

static void fill_database_role_members(struct rows *rows)
{
    const struct security *security = &rows_instance(rows)->security;

    for (size_t i = 0; i < security->members.count; i++) {
        const struct role_member *member = &security->members.rows[i];
        int role = is_here(rows, member->database) ? database_role_id(rows, member->role) : 0;

        if (role && database_user_id(rows, member->member))
            put_member(rows, role, database_user_id(rows, member->member));
    }
}

/* "dbo.sysjobs" -> the number of that table; 0 = none. */
static int granted_object_id(struct rows *rows, const char *object)
{
    const char *dot = strchr(object, '.');
    struct name name = {.part = {rows_database(rows), "dbo", dot ? dot + 1 : object}, .count = 3};
    const char *database;
    const struct catalog_table *table = *object ? catalog_lookup(rows_session(rows), &name, &database) : NULL;

    return table ? catalog_object_id(table) : 0;
}

static void fill_database_permissions(struct rows *rows)
{
    const struct security *security = &rows_instance(rows)->security;

    for (size_t i = 0; i < security->grants.count; i++) {
        const struct grant *grant = &security->grants.rows[i];
        int grantee = is_here(rows, grant->database) ? database_user_id(rows, grant->grantee) : 0;

        if (grantee)
            put_grant(rows, grant, grantee, *grant->object != '\0', granted_object_id(rows, grant->object));
    }
}

static const struct catalog_table tables[] = {
    {.name = "server_principals",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = server_principals_columns,
     .column_count = COUNT(server_principals_columns),
     .fill = fill_server_principals},
    {.name = "server_permissions",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = permissions_columns,
     .column_count = COUNT(permissions_columns),
     .fill = fill_server_permissions},
    {.name = "server_role_members",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = role_members_columns,
     .column_count = COUNT(role_members_columns),
     .fill = fill_server_role_members},
    {.name = "database_principals",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = database_principals_columns,
     .column_count = COUNT(database_principals_columns),
     .fill = fill_database_principals},
    {.name = "database_role_members",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = role_members_columns,
     .column_count = COUNT(role_members_columns),
     .fill = fill_database_role_members},
    {.name = "database_permissions",
     .place = PLACE_SYS,
     .right = RIGHT_NONE,
     .columns = permissions_columns,
     .column_count = COUNT(permissions_columns),
     .fill = fill_database_permissions},
};
const struct catalog_family catalog_principals = {tables, COUNT(tables)};

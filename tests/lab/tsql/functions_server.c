/* What a server says of itself, its databases, its logins ("Metadata Functions", "Security Functions"). */
#include "lab/tsql/function.h"

#include "base/arena.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/decimal.h"
#include "lab/tsql/parser.h"
#include "lab/tsql/procedure.h"
#include "lab/world/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct tsql_session *session_of(sqlite3_context *context)
{
    return function_run(context)->session;
}

/* --- @@ variables --- */

static const char *product_level(const struct instance *instance)
{
    static const struct {
        int major, build;
        const char *level;
    } levels[] = {{10, 6000, "SP3"}, {10, 4000, "SP2"}, {10, 2500, "SP1"}, {11, 7001, "SP4"},
                  {11, 6020, "SP3"}, {11, 5058, "SP2"}, {11, 3000, "SP1"}, {12, 6024, "SP3"},
                  {12, 5000, "SP2"}, {12, 4100, "SP1"}, {13, 6300, "SP3"}, {13, 5026, "SP2"},
                  {13, 4001, "SP1"}};

    for (size_t i = 0; i < COUNT(levels); i++)
        if (levels[i].major == instance->version_major && instance->version_build >= levels[i].build)
            return levels[i].level;
    return "RTM";
}

static const char *product_year(int version_major)
{
    static const char *const years[] = {"2008 R2", "2012", "2014", "2016", "2017", "2019"};

    return version_major >= 10 && version_major <= 15 ? years[version_major - 10] : "";
}

static void version_text(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct instance *instance = session_of(context)->instance;

    (void)count;
    (void)arguments;
    function_return_text(
        context,
        arena_format(function_run(context)->arena,
                     "Microsoft SQL Server %s (%s) - %d.%d.%d.0 (X64)\n\tCopyright (c) Microsoft "
                     "Corporation\n\t%s on Windows NT 6.3 <X64>\n",
                     product_year(instance->version_major), product_level(instance), instance->version_major,
                     instance->version_minor, instance->version_build, instance->edition));
}

static void server_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, session_of(context)->instance->server_name);
}

static void service_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, session_of(context)->instance->service_name);
}

static void spid(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_integer(context, session_of(context)->session_id);
}

static void last_error(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_integer(context, session_of(context)->last_error);
}

static void row_count(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_integer(context, session_of(context)->last_row_count);
}

static void new_id(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct guid guid = world_new_guid(session_of(context)->world);

    (void)count;
    (void)arguments;
    function_return_text(context, guid.text);
}

/* No procedure or trigger stands between the two here. */
static void scope_identity(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct tsql_session *session = session_of(context);
    char text[DECIMAL_TEXT_BYTES];

    (void)count;
    (void)arguments;
    snprintf(text, sizeof(text), "%lld", (long long)session->last_identity);
    function_return_text(context, session->has_identity ? text : NULL);
}

static void transaction_count(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_integer(context, session_of(context)->transaction_count);
}

static void language(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, session_of(context)->settings.language);
}

static void text_size(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int64_t bytes = session_of(context)->settings.text_size_bytes;

    (void)count;
    (void)arguments;
    function_return_integer(context, bytes < 0 ? INT32_MAX : bytes);
}

static void lock_timeout(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_integer(context, session_of(context)->settings.lock_timeout_ms);
}

/* Bits of the SET options that tools test: all ANSI ones on, as drivers leave them. */
static void option_bits(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    enum { ANSI_OPTIONS = 5176 + 256, NOCOUNT = 512 };

    (void)count;
    (void)arguments;
    function_return_integer(context, ANSI_OPTIONS | (session_of(context)->settings.nocount ? NOCOUNT : 0));
}

/* --- SERVERPROPERTY --- */

static const char *format_version(struct run *run)
{
    const struct instance *instance = run->session->instance;

    return arena_format(run->arena, "%d.%d.%d.0", instance->version_major, instance->version_minor,
                        instance->version_build);
}

static const char *machine_name(struct run *run)
{
    char *name = arena_text(run->arena, run->session->instance->server_name);

    name[strcspn(name, "\\")] = '\0';
    return name;
}

static const char *instance_name(struct run *run)
{
    const char *name = run->session->instance->service_name;

    return strcasecmp(name, "MSSQLSERVER") == 0 ? NULL : name;
}

static const char *own_name(struct run *run)
{
    return run->session->instance->server_name;
}

static const char *edition(struct run *run)
{
    return run->session->instance->edition;
}

static const char *engine_edition(struct run *run)
{
    return arena_format(run->arena, "%d", run->session->instance->engine_edition);
}

static const char *level(struct run *run)
{
    return product_level(run->session->instance);
}

static const char *collation(struct run *run)
{
    return run->session->instance->collation;
}

static const char *zero(struct run *run)
{
    (void)run;
    return "0";
}

static const char *hadr(struct run *run)
{
    return session_at_least(run->session, 11) ? "0" : NULL;
}

static const struct {
    const char *name;
    const char *(*value)(struct run *run);
} server_properties[] = {
    {"Collation", collation},
    {"ComputerNamePhysicalNetBIOS", machine_name},
    {"Edition", edition},
    {"EngineEdition", engine_edition},
    {"InstanceName", instance_name},
    {"IsClustered", zero},
    {"IsFullTextInstalled", zero},
    {"IsHadrEnabled", hadr},
    {"IsIntegratedSecurityOnly", zero},
    {"IsSingleUser", zero},
    {"MachineName", machine_name},
    {"ProductLevel", level},
    {"ProductVersion", format_version},
    {"ServerName", own_name},
};

static void server_property(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *name = function_text(arguments[0]);

    (void)count;
    for (size_t i = 0; i < COUNT(server_properties); i++)
        if (strcasecmp(server_properties[i].name, name) == 0)
            function_return_text(context, server_properties[i].value(function_run(context)));
}

/* --- databases --- */

static const struct database *database_argument(sqlite3_context *context, int count,
                                                sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);

    return database_find(session->instance, count ? function_text(arguments[0]) : session_database(session));
}

static void db_id(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct database *database = database_argument(context, count, arguments);

    if (database)
        function_return_integer(context, database->database_id);
}

static void db_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);

    if (count == 0) {
        function_return_text(context, session_database(session));
        return;
    }
    for (size_t i = 0; i < session->instance->database_count; i++)
        if (session->instance->databases[i].database_id == sqlite3_value_int(arguments[0]))
            function_return_text(context, session->instance->databases[i].name);
}

static const char *user_access_name(const struct database *database)
{
    static const char *const names[] = {"MULTI_USER", "SINGLE_USER", "RESTRICTED_USER"};

    return names[database->user_access];
}

static const char *database_property_value(const struct instance *instance, const struct database *database,
                                           const char *name)
{
    if (strcasecmp(name, "Status") == 0)
        return database_state_desc(database->state);
    if (strcasecmp(name, "IsInStandBy") == 0)
        return database->is_in_standby ? "1" : "0";
    if (strcasecmp(name, "Updateability") == 0)
        return database->is_read_only ? "READ_ONLY" : "READ_WRITE";
    if (strcasecmp(name, "UserAccess") == 0)
        return user_access_name(database);
    if (strcasecmp(name, "Recovery") == 0)
        return recovery_model_desc(database->recovery_model);
    if (strcasecmp(name, "Collation") == 0)
        return database->state == DATABASE_ONLINE ? instance->collation : NULL;
    return NULL;
}

static void database_property(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct database *database = database_argument(context, count, arguments);

    if (database)
        function_return_text(context, database_property_value(session_of(context)->instance, database,
                                                              function_text(arguments[1])));
}

/* 1 or 0; NULL for a name that is no database. */
static void has_dbaccess(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct database *database = database_argument(context, count, arguments);
    struct problems problems = {.arena = function_run(context)->arena};

    if (database)
        function_return_integer(context,
                                session_may_enter(session_of(context), database->name, 1, &problems) == 0);
}

/* --- objects --- */

/* "msdb.dbo.sysjobs", "[msdb]..[sysjobs]"; false when it is no name. */
static bool read_name(struct run *run, const char *text, struct name *ret)
{
    struct problems problems = {.arena = run->arena};
    struct tokens tokens;
    struct parser parser = {.arena = run->arena, .problems = &problems};

    if (tokens_read(text, true, &tokens, &problems) != 0)
        return false;
    parser.first = parser.at = tokens.items;
    return need_name(&parser, ret) == 0 && parser.at->kind == TOKEN_END;
}

static bool sees_object(struct tsql_session *session, const struct catalog_table *table)
{
    return catalog_may_select(session, table) || sees_all(session, "VIEW ANY DEFINITION");
}

static void object_id(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct run *run = function_run(context);
    const char *kind = count > 1 ? function_text(arguments[1]) : "";
    const struct catalog_table *table;
    const char *database;
    struct name name;

    if (!read_name(run, function_text(arguments[0]), &name))
        return;
    table = catalog_lookup(run->session, &name, &database);
    if (table && strcasecmp(kind, "P") != 0 && sees_object(run->session, table))
        function_return_integer(context, catalog_object_id(table));
    else if (!table && (!*kind || strcasecmp(kind, "P") == 0) && procedure_find(run->session, &name))
        function_return_integer(context, 100);
}

/* --- logins and users --- */

static void login_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);
    const struct security *security = &session->instance->security;

    if (count == 0) {
        function_return_text(context, session->login);
        return;
    }
    for (size_t i = 0; i < security->logins.count; i++) {
        const struct login *login = &security->logins.rows[i];
        bool same =
            sqlite3_value_type(arguments[0]) == SQLITE_BLOB
                ? (size_t)sqlite3_value_bytes(arguments[0]) == login->sid.length_bytes &&
                      memcmp(sqlite3_value_blob(arguments[0]), login->sid.bytes, login->sid.length_bytes) == 0
                : sqlite3_value_int(arguments[0]) == login->principal_id;

        if (same)
            function_return_text(context, login->name);
    }
}

static const struct login *login_argument(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);

    return count ? security_login(session->instance, function_text(arguments[0])) : session_login(session);
}

static void login_id(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct login *login = login_argument(context, count, arguments);

    if (login)
        function_return_integer(context, login->principal_id);
}

static void login_sid(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct login *login = login_argument(context, count, arguments);

    if (login)
        sqlite3_result_blob(context, login->sid.bytes, (int)login->sid.length_bytes, SQLITE_TRANSIENT);
}

static void user_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);

    (void)count;
    (void)arguments;
    function_return_text(context,
                         security_user(session->instance, session_login(session), session_database(session)));
}

static void host_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, session_row(session_of(context))->host);
}

static void app_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, session_row(session_of(context))->program);
}

static void schema_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    function_return_text(context, "dbo");
}

/* APPLOCK_MODE('principal', 'resource', 'owner'): of this session, in the present database. */
static void applock_mode(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    static const char *const words[] = {
        [APPLOCK_NONE] = "NoLock", [APPLOCK_SHARED] = "Shared", [APPLOCK_EXCLUSIVE] = "Exclusive"};
    struct tsql_session *session = session_of(context);
    enum applock_mode mode;

    if (function_any_null(context, count, arguments))
        return;
    if (strcasecmp(function_text(arguments[2]), "Session") != 0) {
        PROBLEM0(&function_run(context)->problems, function_run(context)->line, 3918);
        function_fail(context);
        return;
    }
    mode = applock_held(session->instance, session_database(session), function_text(arguments[1]),
                        session->session_id);
    function_return_text(context, words[mode]);
}

static bool is_server_role(const char *name)
{
    static const char *const roles[] = {"sysadmin",      "serveradmin",  "setupadmin",
                                        "securityadmin", "processadmin", "dbcreator",
                                        "diskadmin",     "bulkadmin",    "public"};

    for (size_t i = 0; i < COUNT(roles); i++)
        if (strcasecmp(roles[i], name) == 0)
            return true;
    return false;
}

/* NULL: no such role, or no such login. */
static void is_server_role_member(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);
    const char *role = function_text(arguments[0]);
    const struct login *login = login_argument(context, count - 1, arguments + 1);

    if (!login || !is_server_role(role))
        return;
    function_return_integer(context, login->is_sysadmin || strcasecmp(role, "public") == 0 ||
                                         security_in_role(session->instance, login, "", role));
}

static bool role_exists(const struct tsql_session *session, const char *database, const char *role)
{
    const struct security *security = &session->instance->security;

    if (strncasecmp(role, "db_", 3) == 0 || strcasecmp(role, "public") == 0)
        return true;
    for (size_t i = 0; i < security->roles.count; i++)
        if (strcasecmp(security->roles.rows[i].database, database) == 0 &&
            strcasecmp(security->roles.rows[i].role, role) == 0)
            return true;
    return false;
}

static void is_member(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    struct tsql_session *session = session_of(context);
    const char *database = session_database(session), *role = function_text(arguments[0]);

    (void)count;
    if (role_exists(session, database, role))
        function_return_integer(context,
                                security_in_role(session->instance, session_login(session), database, role));
}

static bool is_server_permission(const char *permission)
{
    static const char *const permissions[] = {
        "ALTER ANY CONNECTION", "ALTER ANY DATABASE", "ALTER ANY LOGIN",     "ALTER SERVER STATE",
        "CONNECT SQL",          "CONTROL SERVER",     "CREATE ANY DATABASE", "VIEW ANY DATABASE",
        "VIEW ANY DEFINITION",  "VIEW SERVER STATE"};

    for (size_t i = 0; i < COUNT(permissions); i++)
        if (strcasecmp(permissions[i], permission) == 0)
            return true;
    return false;
}

static void server_permission(sqlite3_context *context, const char *permission)
{
    struct tsql_session *session = session_of(context);

    if (is_server_permission(permission))
        function_return_integer(
            context, strcasecmp(permission, "CONNECT SQL") == 0 ||
                         security_may_server(session->instance, session_login(session), permission));
}

static void object_permission(sqlite3_context *context, const char *securable, const char *permission)
{
    struct run *run = function_run(context);
    const struct catalog_table *table;
    const struct procedure *procedure;
    const char *database;
    struct name name;

    if (!read_name(run, securable, &name))
        return;
    table = catalog_lookup(run->session, &name, &database);
    procedure = table ? NULL : procedure_find(run->session, &name);
    if (table && strcasecmp(permission, "SELECT") == 0)
        function_return_integer(context, catalog_may_select(run->session, table));
    else if (procedure && strcasecmp(permission, "EXECUTE") == 0)
        function_return_integer(context, procedure_may_execute(run->session, procedure));
}

static void database_permission(sqlite3_context *context, const char *securable, const char *permission)
{
    struct tsql_session *session = session_of(context);
    const char *name = *securable ? securable : session_database(session);

    if (database_find(session->instance, name))
        function_return_integer(
            context, security_may_object(session->instance, session_login(session), permission, name, ""));
}

/* HAS_PERMS_BY_NAME(securable, class, permission); NULL for what does not exist. */
static void has_perms_by_name(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const char *securable = function_text(arguments[0]), *class = function_text(arguments[1]);
    const char *permission = function_text(arguments[2]);

    (void)count;
    if (!*class)
        server_permission(context, permission);
    else if (strcasecmp(class, "OBJECT") == 0)
        object_permission(context, securable, permission);
    else if (strcasecmp(class, "DATABASE") == 0)
        database_permission(context, securable, permission);
}

static struct type result_flag(const struct expr *call)
{
    (void)call;
    return type_nullable(type_of(TSQL_INT), true);
}

/* --- the error of a CATCH; NULL outside one --- */

static void return_or_null(sqlite3_context *context, bool is_null, int64_t value)
{
    if (is_null)
        function_return_text(context, NULL);
    else
        function_return_integer(context, value);
}

#define ERROR_FUNCTION(name, field)                                                                          \
    static void name(sqlite3_context *context, int count, sqlite3_value **arguments)                         \
    {                                                                                                        \
        const struct problem *error = function_run(context)->error;                                          \
                                                                                                             \
        (void)count;                                                                                         \
        (void)arguments;                                                                                     \
        return_or_null(context, !error, error ? error->field : 0);                                           \
    }
ERROR_FUNCTION(error_line, line)
ERROR_FUNCTION(error_number, number)
ERROR_FUNCTION(error_severity, severity)
ERROR_FUNCTION(error_state, state)

static void error_message(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const struct problem *error = function_run(context)->error;

    (void)count;
    (void)arguments;
    function_return_text(context, error ? error->text : NULL);
}

static struct type result_message(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, TEXT_LENGTH_MAX), true);
}

static struct type result_guid(const struct expr *call)
{
    (void)call;
    return type_of(TSQL_UNIQUEIDENTIFIER);
}

static struct type result_identity(const struct expr *call)
{
    (void)call;
    return type_nullable(type_numeric(NUMERIC_PRECISION_MAX, 0), true);
}

static struct type result_counter(const struct expr *call)
{
    (void)call;
    return type_of(TSQL_INT);
}

static struct type result_smallint(const struct expr *call)
{
    (void)call;
    return type_nullable(type_of(TSQL_SMALLINT), true);
}

static struct type result_version(const struct expr *call)
{
    (void)call;
    return type_nullable(type_text(TSQL_NVARCHAR, 300), true);
}

static struct type result_sid(const struct expr *call)
{
    (void)call;
    return (struct type){.base = TSQL_VARBINARY, .length = 85, .nullable = true};
}

static const struct function table[] = {
    {"@@ERROR", FUNCTION_SCALAR, "", result_counter, last_error, NULL, 0},
    {"@@IDENTITY", FUNCTION_SCALAR, "", result_identity, scope_identity, NULL, 0},
    {"@@LANGUAGE", FUNCTION_SCALAR, "", result_sysname, language, NULL, 0},
    {"@@LOCK_TIMEOUT", FUNCTION_SCALAR, "", result_counter, lock_timeout, NULL, 0},
    {"@@OPTIONS", FUNCTION_SCALAR, "", result_counter, option_bits, NULL, 0},
    {"@@ROWCOUNT", FUNCTION_SCALAR, "", result_counter, row_count, NULL, 0},
    {"@@SERVERNAME", FUNCTION_SCALAR, "", result_sysname, server_name, NULL, 0},
    {"@@SERVICENAME", FUNCTION_SCALAR, "", result_sysname, service_name, NULL, 0},
    {"@@SPID", FUNCTION_SCALAR, "", result_smallint, spid, NULL, 0},
    {"@@TEXTSIZE", FUNCTION_SCALAR, "", result_counter, text_size, NULL, 0},
    {"@@TRANCOUNT", FUNCTION_SCALAR, "", result_counter, transaction_count, NULL, 0},
    {"@@VERSION", FUNCTION_SCALAR, "", result_version, version_text, NULL, 0},
    {"APPLOCK_MODE", FUNCTION_SCALAR, "ttt", result_sysname, applock_mode, NULL, 0},
    {"APP_NAME", FUNCTION_SCALAR, "", result_sysname, app_name, NULL, 0},
    {"CURRENT_USER", FUNCTION_SCALAR, "", result_sysname, user_name, NULL, 0},
    {"DATABASEPROPERTYEX", FUNCTION_SCALAR, "tt", result_sysname, database_property, NULL, 0},
    {"DB_ID", FUNCTION_SCALAR, "?t", result_smallint, db_id, NULL, 0},
    {"DB_NAME", FUNCTION_SCALAR, "?i", result_sysname, db_name, NULL, 0},
    {"ERROR_LINE", FUNCTION_SCALAR, "", result_flag, error_line, NULL, 0},
    {"ERROR_MESSAGE", FUNCTION_SCALAR, "", result_message, error_message, NULL, 0},
    {"ERROR_NUMBER", FUNCTION_SCALAR, "", result_flag, error_number, NULL, 0},
    {"ERROR_SEVERITY", FUNCTION_SCALAR, "", result_flag, error_severity, NULL, 0},
    {"ERROR_STATE", FUNCTION_SCALAR, "", result_flag, error_state, NULL, 0},
    {"HAS_DBACCESS", FUNCTION_SCALAR, "t", result_flag, has_dbaccess, NULL, 0},
    {"HAS_PERMS_BY_NAME", FUNCTION_SCALAR, "ttt", result_flag, has_perms_by_name, NULL, 0},
    {"HOST_NAME", FUNCTION_SCALAR, "", result_sysname, host_name, NULL, 0},
    {"IS_MEMBER", FUNCTION_SCALAR, "t", result_flag, is_member, NULL, 0},
    {"IS_ROLEMEMBER", FUNCTION_SCALAR, "t", result_flag, is_member, NULL, 11},
    {"IS_SRVROLEMEMBER", FUNCTION_SCALAR, "t?t", result_flag, is_server_role_member, NULL, 0},
    {"NEWID", FUNCTION_SCALAR, "", result_guid, new_id, NULL, 0},
    {"OBJECT_ID", FUNCTION_SCALAR, "t?t", result_flag, object_id, NULL, 0},
    {"ORIGINAL_LOGIN", FUNCTION_SCALAR, "", result_sysname, login_name, NULL, 0},
    {"SCHEMA_NAME", FUNCTION_SCALAR, "", result_sysname, schema_name, NULL, 0},
    {"SCOPE_IDENTITY", FUNCTION_SCALAR, "", result_identity, scope_identity, NULL, 0},
    {"SERVERPROPERTY", FUNCTION_SCALAR, "t", result_sysname, server_property, NULL, 0},
    {"SESSION_USER", FUNCTION_SCALAR, "", result_sysname, user_name, NULL, 0},
    {"SUSER_ID", FUNCTION_SCALAR, "?t", result_flag, login_id, NULL, 0},
    {"SUSER_NAME", FUNCTION_SCALAR, "?i", result_sysname, login_name, NULL, 0},
    {"SUSER_SID", FUNCTION_SCALAR, "?t", result_sid, login_sid, NULL, 0},
    {"SUSER_SNAME", FUNCTION_SCALAR, "?*", result_sysname, login_name, NULL, 0},
    {"SYSTEM_USER", FUNCTION_SCALAR, "", result_sysname, login_name, NULL, 0},
    {"USER", FUNCTION_SCALAR, "", result_sysname, user_name, NULL, 0},
    {"USER_NAME", FUNCTION_SCALAR, "", result_sysname, user_name, NULL, 0},
};
const struct function_family functions_server = {table, COUNT(table)};

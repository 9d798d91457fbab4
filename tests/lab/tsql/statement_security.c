/* Logins, users, roles, permissions: CREATE/ALTER/DROP LOGIN and USER, CREATE/ALTER ROLE, GRANT, DENY,
 * REVOKE. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "lab/tsql/catalog.h"
#include "lab/tsql/procedure.h"
#include "lab/tsql/value.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct login_statement {
    const char *name;
    const char *password, *default_database; /* NULL = not given */
    const char *sid;                         /* hex digits */
    bool windows, enable, disable;
};

static int need_flag(struct parser *parser)
{
    return take_word(parser, "ON") || take_word(parser, "OFF") ? 0 : parse_error(parser);
}

static int parse_sid(struct parser *parser, struct login_statement *login)
{
    if (parser->at->kind != TOKEN_HEX)
        return parse_error(parser);
    login->sid = parser->at++->text;
    return 0;
}

static int parse_password(struct parser *parser, struct login_statement *login)
{
    login->password = need_string(parser);
    if (take_word(parser, "OLD_PASSWORD"))
        return need_mark(parser, "=") != 0 || !need_string(parser) ? -1 : 0;
    take_word(parser, "MUST_CHANGE");
    return login->password ? 0 : -1;
}

static int parse_default_database(struct parser *parser, struct login_statement *login)
{
    login->default_database = need_identifier(parser);
    return login->default_database ? 0 : -1;
}

static int parse_login_option(struct parser *parser, struct login_statement *login)
{
    static const char *const flags[] = {"CHECK_POLICY", "CHECK_EXPIRATION"};
    const struct token *word = parser->at++;

    if (need_mark(parser, "=") != 0)
        return -1;
    for (size_t i = 0; i < COUNT(flags); i++)
        if (token_is_word(word, flags[i]))
            return need_flag(parser);
    if (token_is_word(word, "PASSWORD"))
        return parse_password(parser, login);
    if (token_is_word(word, "SID"))
        return parse_sid(parser, login);
    if (token_is_word(word, "DEFAULT_DATABASE"))
        return parse_default_database(parser, login);
    if (token_is_word(word, "DEFAULT_LANGUAGE"))
        return need_identifier(parser) ? 0 : -1;
    return PROBLEM(parser->problems, word->line, 102, word->text);
}

static int parse_login_options(struct parser *parser, struct login_statement *login)
{
    do {
        if (parser->at->kind != TOKEN_WORD || parse_login_option(parser, login) != 0)
            return parser->problems->count ? -1 : parse_error(parser);
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_create_login(struct parser *parser, struct statement *statement)
{
    struct login_statement *login = DETAIL(parser, statement, struct login_statement);

    login->name = need_identifier(parser);
    if (!login->name)
        return -1;
    if (take_word(parser, "FROM")) {
        login->windows = true;
        if (need_word(parser, "WINDOWS") != 0)
            return -1;
        return take_word(parser, "WITH") ? parse_login_options(parser, login) : 0;
    }
    if (need_word(parser, "WITH") != 0 || parse_login_options(parser, login) != 0)
        return -1;
    return login->password ? 0 : parse_error(parser);
}

static int parse_alter_login(struct parser *parser, struct statement *statement)
{
    struct login_statement *login = DETAIL(parser, statement, struct login_statement);

    login->name = need_identifier(parser);
    if (!login->name)
        return -1;
    login->enable = take_word(parser, "ENABLE");
    login->disable = !login->enable && take_word(parser, "DISABLE");
    if (login->enable || login->disable)
        return 0;
    return need_word(parser, "WITH") == 0 ? parse_login_options(parser, login) : -1;
}

static int parse_name(struct parser *parser, struct statement *statement)
{
    statement->detail = arena_text(parser->arena, need_identifier(parser));
    return statement->detail ? 0 : -1;
}

static bool may(struct run *run, const char *server_permission)
{
    return security_may_server(run->session->instance, session_login(run->session), server_permission);
}

static bool owns_database(struct run *run)
{
    return security_in_role(run->session->instance, session_login(run->session),
                            session_database(run->session), "db_owner");
}

static int read_sid(struct run *run, const char *digits, struct sid *ret)
{
    struct tsql_value value = value_from_hex(run->arena, digits);

    if (value.length_bytes != 16)
        return PROBLEM0(&run->problems, run->line, 15419);
    memcpy(ret->bytes, value.bytes, value.length_bytes);
    ret->length_bytes = value.length_bytes;
    return 0;
}

static int run_create_login(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct login_statement *asked = statement->detail;
    struct instance *instance = run->session->instance;
    struct world_result result = {0};
    struct sid sid = {.length_bytes = 0};
    struct login *login;

    (void)ret_flow;
    if (!may(run, "ALTER ANY LOGIN"))
        return PROBLEM0(&run->problems, statement->line, 15247);
    if (asked->windows != (strchr(asked->name, '\\') != NULL))
        return PROBLEM(&run->problems, statement->line, asked->windows ? 15407 : 15006, asked->name);
    if (asked->sid && read_sid(run, asked->sid, &sid) != 0)
        return -1;
    login = security_create_login(instance, asked->name, asked->password, asked->sid ? &sid : NULL,
                                  asked->default_database, &result);
    if (login) {
        login->is_windows = asked->windows;
        login->create_date = world_getdate(run->session->world, instance);
    }
    return run_world_result(run, statement->line, &result);
}

static struct login *need_login(struct run *run, const char *name)
{
    struct login *login = security_login(run->session->instance, name);

    if (!login)
        PROBLEM(&run->problems, run->line, 15151, "login", name);
    return login;
}

static int run_alter_login(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct login_statement *asked = statement->detail;
    struct login *login;

    (void)ret_flow;
    if (!may(run, "ALTER ANY LOGIN"))
        return PROBLEM(&run->problems, statement->line, 15151, "login", asked->name);
    login = need_login(run, asked->name);
    if (!login)
        return -1;
    if (asked->enable || asked->disable)
        login->disabled = asked->disable;
    if (asked->password)
        snprintf(login->password, sizeof(login->password), "%s", asked->password);
    if (asked->default_database)
        snprintf(login->default_database, sizeof(login->default_database), "%s", asked->default_database);
    return 0;
}

static int run_drop_login(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct world_result result = {0};

    (void)ret_flow;
    if (!may(run, "ALTER ANY LOGIN"))
        return PROBLEM(&run->problems, statement->line, 15151, "login", statement->detail);
    security_drop_login(run->session->instance, statement->detail, &result);
    return run_world_result(run, statement->line, &result);
}

struct user_statement {
    const char *name, *login;
};

/* CREATE USER x [FOR | FROM LOGIN y] [WITH DEFAULT_SCHEMA = dbo] */
static int parse_create_user(struct parser *parser, struct statement *statement)
{
    struct user_statement *user = DETAIL(parser, statement, struct user_statement);

    user->name = user->login = need_identifier(parser);
    if (!user->name)
        return -1;
    if (take_word(parser, "FOR") || take_word(parser, "FROM")) {
        if (need_word(parser, "LOGIN") != 0)
            return -1;
        user->login = need_identifier(parser);
    }
    if (!user->login || !take_word(parser, "WITH"))
        return user->login ? 0 : -1;
    if (need_word(parser, "DEFAULT_SCHEMA") != 0 || need_mark(parser, "=") != 0)
        return -1;
    return need_identifier(parser) ? 0 : -1;
}

static bool login_has_user(struct run *run, const char *login_name)
{
    const struct login *login = security_login(run->session->instance, login_name);
    const char *user =
        login ? security_user(run->session->instance, login, session_database(run->session)) : NULL;

    return user && strcasecmp(user, "dbo") != 0 && strcasecmp(user, "guest") != 0;
}

static int run_create_user(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct user_statement *user = statement->detail;
    struct world_result result = {0};

    (void)ret_flow;
    if (!owns_database(run))
        return PROBLEM0(&run->problems, statement->line, 15247);
    security_create_user(run->session->instance, session_database(run->session), user->name, user->login,
                         &result);
    if (result.number == 0 || result.number == 15023 || !login_has_user(run, user->login))
        return run_world_result(run, statement->line, &result);
    return PROBLEM0(&run->problems, statement->line, 15063);
}

static int run_drop_user(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct world_result result = {0};

    (void)ret_flow;
    if (!owns_database(run))
        return PROBLEM(&run->problems, statement->line, 15151, "user", statement->detail);
    security_drop_user(run->session->instance, session_database(run->session), statement->detail, &result);
    return run_world_result(run, statement->line, &result);
}

static int run_create_role(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    struct world_result result = {0};

    (void)ret_flow;
    if (!owns_database(run))
        return PROBLEM0(&run->problems, statement->line, 15247);
    security_create_role(run->session->instance, session_database(run->session), statement->detail, &result);
    return run_world_result(run, statement->line, &result);
}

struct role_statement {
    const char *role, *verb, *member;
    bool server;
};

/* ALTER [SERVER] ROLE x ADD | DROP MEMBER y */
static int parse_role_change(struct parser *parser, struct role_statement *role)
{
    role->role = need_identifier(parser);
    if (!role->role)
        return -1;
    role->verb = parser->at->text;
    if (!take_word(parser, "ADD") && !take_word(parser, "DROP"))
        return parse_error(parser);
    if (need_word(parser, "MEMBER") != 0)
        return -1;
    role->member = need_identifier(parser);
    return role->member ? 0 : -1;
}

static int parse_alter_role(struct parser *parser, struct statement *statement)
{
    return parse_role_change(parser, DETAIL(parser, statement, struct role_statement));
}

static int parse_alter_server_role(struct parser *parser, struct statement *statement)
{
    struct role_statement *role = DETAIL(parser, statement, struct role_statement);

    role->server = true;
    return need_word(parser, "ROLE") == 0 ? parse_role_change(parser, role) : -1;
}

/* The statement exists since SQL Server 2012. */
static int run_alter_role(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct role_statement *role = statement->detail;
    struct world_result result = {0};
    bool add = strcasecmp(role->verb, "ADD") == 0;
    const char *database = role->server ? "" : session_database(run->session);

    (void)ret_flow;
    if (!session_at_least(run->session, 11))
        return PROBLEM(&run->problems, statement->line, role->server ? 102 : 156,
                       role->server ? "SERVER" : role->verb);
    if (role->server ? !session_login(run->session)->is_sysadmin : !owns_database(run))
        return PROBLEM(&run->problems, statement->line, 15151, "role", role->role);
    (add ? security_add_member : security_drop_member)(run->session->instance, database, role->role,
                                                       role->member, &result);
    return run_world_result(run, statement->line, &result);
}

enum grant_verb { VERB_GRANT, VERB_DENY, VERB_REVOKE };

struct names {
    const char **items;
    size_t count;
};

struct grant_statement {
    enum grant_verb verb;
    struct names permissions, principals;
    struct name object; /* count 0 = none */
};

static void add_name(struct parser *parser, struct names *list, const char *name)
{
    *(const char **)arena_push(parser->arena, &list->items, &list->count, sizeof(const char *)) = name;
}

static bool at_permission_end(const struct parser *parser)
{
    return at_mark(parser, ",") || at_word(parser, "ON") || at_word(parser, "TO") ||
           at_word(parser, "FROM") || parser->at->kind != TOKEN_WORD;
}

/* "VIEW SERVER STATE": its words, up to a comma, ON, TO or FROM. */
static int parse_permission(struct parser *parser, struct grant_statement *grant)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (at_permission_end(parser))
        return parse_error(parser);
    while (!at_permission_end(parser)) {
        strbuf_add(&text, text.length ? " " : "");
        for (const char *c = parser->at->text; *c; c++)
            strbuf_add_char(&text, (char)toupper((unsigned char)*c));
        parser->at++;
    }
    add_name(parser, &grant->permissions, arena_text(parser->arena, strbuf_text(&text)));
    return 0;
}

static int parse_principals(struct parser *parser, struct grant_statement *grant)
{
    if (grant->verb == VERB_REVOKE ? !take_word(parser, "FROM") && !take_word(parser, "TO")
                                   : !take_word(parser, "TO"))
        return parse_error(parser);
    do {
        const char *principal = at_word(parser, "PUBLIC") ? parser->at++->text : need_identifier(parser);

        if (!principal)
            return -1;
        add_name(parser, &grant->principals, principal);
    } while (take_mark(parser, ","));
    return 0;
}

/* A list of columns is read and not kept: here a right to some columns is a right to all. */
static int skip_columns(struct parser *parser)
{
    struct name column;

    if (!take_mark(parser, "("))
        return 0;
    do {
        if (need_name(parser, &column) != 0)
            return -1;
    } while (take_mark(parser, ","));
    return need_mark(parser, ")");
}

static int parse_grant(struct parser *parser, struct statement *statement, enum grant_verb verb)
{
    struct grant_statement *grant = DETAIL(parser, statement, struct grant_statement);

    grant->verb = verb;
    do {
        if (parse_permission(parser, grant) != 0)
            return -1;
    } while (take_mark(parser, ","));
    if (take_word(parser, "ON")) {
        if (at_word(parser, "OBJECT") && token_is_mark(parser->at + 1, "::"))
            parser->at += 2;
        if (need_name(parser, &grant->object) != 0 || skip_columns(parser) != 0)
            return -1;
    }
    return parse_principals(parser, grant);
}

static int parse_grant_verb(struct parser *parser, struct statement *statement)
{
    return parse_grant(parser, statement, VERB_GRANT);
}

static int parse_deny_verb(struct parser *parser, struct statement *statement)
{
    return parse_grant(parser, statement, VERB_DENY);
}

static int parse_revoke_verb(struct parser *parser, struct statement *statement)
{
    return parse_grant(parser, statement, VERB_REVOKE);
}

enum permission_scope { SCOPE_SERVER, SCOPE_DATABASE, SCOPE_OBJECT };

/* "Permissions (Database Engine)": those that the lab's servers act on. */
static const struct permission {
    const char *name;
    enum permission_scope scope;
} permissions[] = {
    {"ALTER ANY CONNECTION", SCOPE_SERVER},
    {"ALTER ANY DATABASE", SCOPE_SERVER},
    {"ALTER ANY LOGIN", SCOPE_SERVER},
    {"ALTER SERVER STATE", SCOPE_SERVER},
    {"CONNECT SQL", SCOPE_SERVER},
    {"CONTROL SERVER", SCOPE_SERVER},
    {"CREATE ANY DATABASE", SCOPE_SERVER},
    {"VIEW ANY DATABASE", SCOPE_SERVER},
    {"VIEW ANY DEFINITION", SCOPE_SERVER},
    {"VIEW SERVER STATE", SCOPE_SERVER},
    {"BACKUP DATABASE", SCOPE_DATABASE},
    {"BACKUP LOG", SCOPE_DATABASE},
    {"CONNECT", SCOPE_DATABASE},
    {"VIEW DATABASE STATE", SCOPE_DATABASE},
    {"VIEW DEFINITION", SCOPE_DATABASE},
    {"CONTROL", SCOPE_OBJECT},
    {"DELETE", SCOPE_OBJECT},
    {"EXECUTE", SCOPE_OBJECT},
    {"INSERT", SCOPE_OBJECT},
    {"SELECT", SCOPE_OBJECT},
    {"UPDATE", SCOPE_OBJECT},
};

static const struct permission *find_permission(const char *name)
{
    for (size_t i = 0; i < COUNT(permissions); i++)
        if (strcmp(permissions[i].name, name) == 0)
            return &permissions[i];
    return NULL;
}

/* Where the permission is held: "" and "" for the server. */
static int place_grant(struct run *run, const struct grant_statement *asked,
                       const struct permission *permission, struct grant *grant)
{
    const char *database = session_database(run->session);
    const struct catalog_table *table = NULL;

    if (permission->scope == SCOPE_SERVER && asked->object.count)
        return PROBLEM(&run->problems, run->line, 4606, permission->name);
    if (permission->scope == SCOPE_SERVER && strcasecmp(database, "master") != 0)
        return PROBLEM0(&run->problems, run->line, 4621);
    if (permission->scope != SCOPE_SERVER)
        snprintf(grant->database, sizeof(grant->database), "%s", database);
    if (asked->object.count == 0)
        return 0;
    table = catalog_lookup(run->session, &asked->object, &database);
    if ((!table || !catalog_home(table)) && !procedure_find(run->session, &asked->object))
        return PROBLEM(&run->problems, run->line, 15151, "object", name_object(&asked->object));
    snprintf(grant->object, sizeof(grant->object), "dbo.%s", name_object(&asked->object));
    return 0;
}

static int apply_grant(struct run *run, const struct grant_statement *asked, const char *permission,
                       const char *principal)
{
    const struct permission *known = find_permission(permission);
    struct grant grant = {.state = asked->verb == VERB_DENY ? GRANT_DENY : GRANT_GRANT};
    struct world_result result = {0};

    if (!known)
        return PROBLEM(&run->problems, run->line, 102, permission);
    if (known->scope == SCOPE_SERVER ? !may(run, "CONTROL SERVER") : !owns_database(run))
        return PROBLEM0(&run->problems, run->line, 4613);
    if (place_grant(run, asked, known, &grant) != 0)
        return -1;
    snprintf(grant.permission, sizeof(grant.permission), "%s", permission);
    snprintf(grant.grantee, sizeof(grant.grantee), "%s", principal);
    (asked->verb == VERB_REVOKE ? security_revoke : security_grant)(run->session->instance, &grant, &result);
    return run_world_result(run, run->line, &result);
}

static int run_grant(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct grant_statement *grant = statement->detail;

    (void)ret_flow;
    for (size_t p = 0; p < grant->permissions.count; p++)
        for (size_t i = 0; i < grant->principals.count; i++)
            if (apply_grant(run, grant, grant->permissions.items[p], grant->principals.items[i]) != 0)
                return -1;
    return 0;
}

static const struct statement_kind kinds[] = {
    {.first = "CREATE",
     .second = "LOGIN",
     .parse = parse_create_login,
     .run = run_create_login,
     .survives = true,
     .mutates = true},
    {.first = "ALTER",
     .second = "LOGIN",
     .parse = parse_alter_login,
     .run = run_alter_login,
     .survives = true,
     .mutates = true},
    {.first = "DROP",
     .second = "LOGIN",
     .parse = parse_name,
     .run = run_drop_login,
     .survives = true,
     .mutates = true},
    {.first = "CREATE",
     .second = "USER",
     .parse = parse_create_user,
     .run = run_create_user,
     .survives = true,
     .mutates = true},
    {.first = "DROP",
     .second = "USER",
     .parse = parse_name,
     .run = run_drop_user,
     .survives = true,
     .mutates = true},
    {.first = "CREATE",
     .second = "ROLE",
     .parse = parse_name,
     .run = run_create_role,
     .survives = true,
     .mutates = true},
    {.first = "ALTER",
     .second = "ROLE",
     .parse = parse_alter_role,
     .run = run_alter_role,
     .survives = true,
     .mutates = true},
    {.first = "ALTER",
     .second = "SERVER",
     .parse = parse_alter_server_role,
     .run = run_alter_role,
     .survives = true,
     .mutates = true},
    {.first = "GRANT", .parse = parse_grant_verb, .run = run_grant, .survives = true, .mutates = true},
    {.first = "DENY", .parse = parse_deny_verb, .run = run_grant, .survives = true, .mutates = true},
    {.first = "REVOKE", .parse = parse_revoke_verb, .run = run_grant, .survives = true, .mutates = true},
};
const struct statement_family statements_security = {kinds, COUNT(kinds)};

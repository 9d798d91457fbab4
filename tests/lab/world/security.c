#include "lab/world/security.h"

#include "lab/world/instance.h"
#include "lab/world/result.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

static bool same_sid(const struct sid *a, const struct sid *b)
{
    return a->length_bytes == b->length_bytes && memcmp(a->bytes, b->bytes, a->length_bytes) == 0;
}

struct login *security_login(struct instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->security.logins.count; i++)
        if (same(instance->security.logins.rows[i].name, name))
            return &instance->security.logins.rows[i];
    return NULL;
}

static struct database_user *find_user(struct instance *instance, const char *database, const char *name)
{
    for (size_t i = 0; i < instance->security.users.count; i++) {
        struct database_user *user = &instance->security.users.rows[i];
        if (same(user->database, database) && same(user->name, name))
            return user;
    }
    return NULL;
}

const char *security_user(struct instance *instance, const struct login *login, const char *database)
{
    const struct database *own = database_find(instance, database);

    if (login->is_sysadmin || (own && same(own->owner, login->name)))
        return "dbo";
    for (size_t i = 0; i < instance->security.users.count; i++) {
        const struct database_user *user = &instance->security.users.rows[i];
        if (same(user->database, database) && same_sid(&user->sid, &login->sid))
            return user->name;
    }
    return same(database, "master") || same(database, "tempdb") ? "guest" : NULL;
}

/* --- permissions --- */

static bool is_member(const struct security *security, const char *database, const char *role,
                      const char *member)
{
    for (size_t i = 0; i < security->members.count; i++) {
        const struct role_member *row = &security->members.rows[i];
        if (same(row->database, database) && same(row->role, role) && same(row->member, member))
            return true;
    }
    return false;
}

bool security_in_role(const struct instance *instance, const struct login *login, const char *database,
                      const char *role)
{
    /* security_user only reads. */
    const char *user = *database ? security_user((struct instance *)instance, login, database) : login->name;

    if (same(role, "public"))
        return user != NULL;
    if (!user)
        return false;
    return (same(user, "dbo") && same(role, "db_owner")) ||
           is_member(&instance->security, database, role, user);
}

/* Is the grant for this principal, for public, or for a role that the principal is in? */
static bool is_for(const struct security *security, const struct grant *grant, const char *principal)
{
    return same(grant->grantee, principal) || same(grant->grantee, "public") ||
           is_member(security, grant->database, grant->grantee, principal);
}

/* One permission and its covering ones: SELECT by CONTROL, VIEW ANY DATABASE by VIEW ANY DEFINITION ... */
static bool covers(const char *granted, const char *wanted)
{
    static const char *const covering[][2] = {
        {"CONTROL SERVER", NULL},
        {"CONTROL", NULL},
        {"VIEW ANY DEFINITION", "VIEW ANY DATABASE"},
        {"ALTER ANY DATABASE", "VIEW ANY DATABASE"},
        {"ALTER ANY DATABASE", "CREATE ANY DATABASE"},
        {"ALTER SERVER STATE", "VIEW SERVER STATE"},
    };

    if (same(granted, wanted))
        return true;
    for (size_t i = 0; i < sizeof covering / sizeof *covering; i++)
        if (same(granted, covering[i][0]) && (!covering[i][1] || same(wanted, covering[i][1])))
            return true;
    return false;
}

/* +1 granted, -1 denied, 0 neither; object "" asks for the whole database or server. */
static int verdict(const struct security *security, const char *principal, const char *permission,
                   const char *database, const char *object)
{
    int found = 0;

    for (size_t i = 0; i < security->grants.count; i++) {
        const struct grant *grant = &security->grants.rows[i];
        if (!same(grant->database, database) || !is_for(security, grant, principal) ||
            (grant->object[0] != '\0' && !same(grant->object, object)))
            continue;
        if (grant->state == GRANT_DENY && same(grant->permission, permission))
            return -1;
        if (grant->state == GRANT_GRANT && covers(grant->permission, permission))
            found = 1;
    }
    return found;
}

bool security_may_server(const struct instance *instance, const struct login *login, const char *permission)
{
    return login->is_sysadmin || verdict(&instance->security, login->name, permission, "", "") > 0;
}

bool security_may_object(struct instance *instance, const struct login *login, const char *permission,
                         const char *database, const char *object)
{
    const char *user = security_user(instance, login, database);
    int found;

    if (!user)
        return false;
    if (same(user, "dbo"))
        return true;
    found = verdict(&instance->security, user, permission, database, object);
    if (found < 0 ||
        (same(permission, "SELECT") && security_in_role(instance, login, database, "db_denydatareader")))
        return false;
    return found > 0 || security_in_role(instance, login, database, "db_owner") ||
           (same(permission, "SELECT") && security_in_role(instance, login, database, "db_datareader"));
}

/* --- statements --- */

/*
 * S-1-5-21-A-B-C-RID, made of the name: a Windows account has the same SID wherever it logs in.  Source:
 * MS-DTYP 2.4.2 "SID" (revision, count, authority big-endian, the rest little-endian).
 */
static struct sid windows_sid(const char *account)
{
    static const unsigned char domain[] = {1,    5,    0,    0,    0,    0,    0,    5,
                                           21,   0,    0,    0,    0x4C, 0x49, 0x54, 0x57,
                                           0x41, 0x52, 0x45, 0x2E, 0x43, 0x4F, 0x4D, 0x2E};
    struct sid sid = {.length_bytes = sizeof domain + 4};
    uint32_t rid = 2166136261U; /* FNV-1a */

    for (const char *at = account; *at; at++)
        rid = (rid ^ (unsigned char)tolower((unsigned char)*at)) * 16777619U;
    memcpy(sid.bytes, domain, sizeof domain);
    for (size_t i = 0; i < 4; i++)
        sid.bytes[sizeof domain + i] = (unsigned char)(rid >> 8 * i);
    return sid;
}

struct login *security_create_login(struct instance *instance, const char *name, const char *password,
                                    const struct sid *sid, const char *default_database,
                                    struct world_result *result)
{
    struct security *security = &instance->security;
    struct login *login;

    result_clear(result);
    if (security_login(instance, name)) {
        result_error(result, 15025, name, NULL, NULL);
        return NULL;
    }
    for (size_t i = 0; i < security->logins.count; i++)
        if (sid && same_sid(&security->logins.rows[i].sid, sid)) {
            result_error(result, 15433, NULL, NULL, NULL);
            return NULL;
        }
    login = LIST_ADD(&security->logins);
    login->principal_id = ++security->next_principal_id + 256;
    login->is_windows = strchr(name, '\\') != NULL;
    login->create_date = SQL_NULL_DATE;
    snprintf(login->name, sizeof login->name, "%s", name);
    snprintf(login->password, sizeof login->password, "%s", password ? password : "");
    snprintf(login->default_database, sizeof login->default_database, "%s",
             default_database ? default_database : "master");
    if (sid)
        login->sid = *sid;
    else if (login->is_windows)
        login->sid = windows_sid(name);
    else
        login->sid.length_bytes = (size_t)snprintf((char *)login->sid.bytes, sizeof login->sid.bytes,
                                                   "%x:%.12s", login->principal_id, instance->server_name);
    return login;
}

void security_drop_login(struct instance *instance, const char *name, struct world_result *result)
{
    struct login *login = security_login(instance, name);
    struct security *security = &instance->security;

    result_clear(result);
    if (!login) {
        result_error(result, 15151, "login", name, NULL);
        return;
    }
    for (size_t i = security->grants.count; i-- > 0;)
        if (security->grants.rows[i].database[0] == '\0' && same(security->grants.rows[i].grantee, name))
            LIST_REMOVE(&security->grants, i);
    LIST_REMOVE(&security->logins, (size_t)(login - security->logins.rows));
}

void security_create_user(struct instance *instance, const char *database, const char *user,
                          const char *login, struct world_result *result)
{
    const struct login *owner = security_login(instance, login);
    struct database_user *row;

    instance->security.changes++;
    result_clear(result);
    if (!owner) {
        result_error(result, 15007, login, NULL, NULL);
        return;
    }
    if (find_user(instance, database, user)) {
        result_error(result, 15023, user, NULL, NULL);
        return;
    }
    row = LIST_ADD(&instance->security.users);
    row->principal_id = ++instance->security.next_principal_id + 256;
    row->sid = owner->sid;
    snprintf(row->database, sizeof row->database, "%s", database);
    snprintf(row->name, sizeof row->name, "%s", user);
}

static void forget_grants(struct security *security, const char *database, const char *grantee)
{
    for (size_t i = security->grants.count; i-- > 0;)
        if (same(security->grants.rows[i].database, database) &&
            same(security->grants.rows[i].grantee, grantee))
            LIST_REMOVE(&security->grants, i);
    for (size_t i = security->members.count; i-- > 0;)
        if (same(security->members.rows[i].database, database) &&
            same(security->members.rows[i].member, grantee))
            LIST_REMOVE(&security->members, i);
}

void security_drop_user(struct instance *instance, const char *database, const char *user,
                        struct world_result *result)
{
    struct database_user *row = find_user(instance, database, user);

    instance->security.changes++;
    result_clear(result);
    if (!row) {
        result_error(result, 15151, "user", user, NULL);
        return;
    }
    forget_grants(&instance->security, database, user);
    LIST_REMOVE(&instance->security.users, (size_t)(row - instance->security.users.rows));
}

static bool is_server_role(const char *role)
{
    static const char *const roles[] = {"sysadmin",     "serveradmin", "setupadmin", "securityadmin",
                                        "processadmin", "dbcreator",   "diskadmin",  "bulkadmin"};

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (same(role, roles[i]))
            return true;
    return false;
}

static bool role_exists(const struct security *security, const char *database, const char *role)
{
    static const char *const fixed[] = {
        "public",      "db_owner",       "db_datareader",    "db_datawriter",     "db_denydatareader",
        "db_ddladmin", "db_accessadmin", "db_securityadmin", "db_backupoperator", "db_denydatawriter",
    };

    if (database[0] == '\0' && is_server_role(role))
        return true;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (database[0] != '\0' && same(fixed[i], role))
            return true;
    for (size_t i = 0; i < security->roles.count; i++)
        if (same(security->roles.rows[i].database, database) && same(security->roles.rows[i].role, role))
            return true;
    return false;
}

static bool grantee_exists(struct instance *instance, const struct grant *grant)
{
    if (role_exists(&instance->security, grant->database, grant->grantee) || same(grant->grantee, "public"))
        return true;
    if (grant->database[0] == '\0')
        return security_login(instance, grant->grantee) != NULL;
    return find_user(instance, grant->database, grant->grantee) != NULL || same(grant->grantee, "guest");
}

/* The row for the same thing and grantee, whatever its state. */
static size_t find_grant(const struct security *security, const struct grant *wanted)
{
    size_t i;

    for (i = 0; i < security->grants.count; i++) {
        const struct grant *grant = &security->grants.rows[i];
        if (same(grant->grantee, wanted->grantee) && same(grant->permission, wanted->permission) &&
            same(grant->database, wanted->database) && same(grant->object, wanted->object))
            break;
    }
    return i;
}

void security_grant(struct instance *instance, const struct grant *grant, struct world_result *result)
{
    struct security *security = &instance->security;
    size_t index = find_grant(security, grant);

    instance->security.changes++;
    result_clear(result);
    if (!grantee_exists(instance, grant)) {
        result_error(result, 15151, grant->database[0] ? "user" : "login", grant->grantee, NULL);
        return;
    }
    if (index == security->grants.count)
        (void)LIST_ADD(&security->grants);
    security->grants.rows[index] = *grant;
}

void security_revoke(struct instance *instance, const struct grant *grant, struct world_result *result)
{
    size_t index = find_grant(&instance->security, grant);

    instance->security.changes++;
    result_clear(result);
    if (!grantee_exists(instance, grant))
        result_error(result, 15151, grant->database[0] ? "user" : "login", grant->grantee, NULL);
    else if (index < instance->security.grants.count)
        LIST_REMOVE(&instance->security.grants, index);
}

void security_create_role(struct instance *instance, const char *database, const char *role,
                          struct world_result *result)
{
    struct role_member *row;

    instance->security.changes++;
    result_clear(result);
    if (role_exists(&instance->security, database, role)) {
        result_error(result, 15023, role, NULL, NULL);
        return;
    }
    row = LIST_ADD(&instance->security.roles);
    snprintf(row->database, sizeof row->database, "%s", database);
    snprintf(row->role, sizeof row->role, "%s", role);
}

/* Filling in sysadmin as a flag of the login keeps one truth. */
static bool set_sysadmin(struct instance *instance, const char *database, const char *role,
                         const char *member, bool is_member_now)
{
    struct login *login =
        database[0] == '\0' && same(role, "sysadmin") ? security_login(instance, member) : NULL;

    if (login)
        login->is_sysadmin = is_member_now;
    return login != NULL;
}

void security_add_member(struct instance *instance, const char *database, const char *role,
                         const char *member, struct world_result *result)
{
    struct grant asked = {0};
    struct role_member *row;

    instance->security.changes++;
    result_clear(result);
    snprintf(asked.database, sizeof asked.database, "%s", database);
    snprintf(asked.grantee, sizeof asked.grantee, "%s", member);
    if (set_sysadmin(instance, database, role, member, true))
        return;
    if (!role_exists(&instance->security, database, role)) {
        result_error(result, 15151, "role", role, NULL);
        return;
    }
    if (!grantee_exists(instance, &asked)) {
        result_error(result, 15151, "user", member, NULL);
        return;
    }
    if (is_member(&instance->security, database, role, member))
        return;
    row = LIST_ADD(&instance->security.members);
    snprintf(row->database, sizeof row->database, "%s", database);
    snprintf(row->role, sizeof row->role, "%s", role);
    snprintf(row->member, sizeof row->member, "%s", member);
}

void security_drop_member(struct instance *instance, const char *database, const char *role,
                          const char *member, struct world_result *result)
{
    struct security *security = &instance->security;

    instance->security.changes++;
    result_clear(result);
    if (set_sysadmin(instance, database, role, member, false))
        return;
    for (size_t i = security->members.count; i-- > 0;) {
        const struct role_member *row = &security->members.rows[i];
        if (same(row->database, database) && same(row->role, role) && same(row->member, member)) {
            LIST_REMOVE(&security->members, i);
            return;
        }
    }
    result_error(result, 15151, "role", role, NULL);
}

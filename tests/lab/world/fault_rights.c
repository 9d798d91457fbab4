/* Logins, passwords, permissions, and a msdb that answers nobody. */
#include "lab/world/fault.h"

#include <stdio.h>

#define DEFAULT_LOGIN "pchat_monitor"

static struct login *login_of(struct fault_call *call, const char *name)
{
    struct login *login = security_login(call->instance, name);

    if (!login)
        err_set(call->err, ERR_INPUT, "%s has no login \"%s\"", call->target, name);
    return login;
}

static int set_wrong_password(struct fault_call *call)
{
    const char *name = fault_param(call, "login", DEFAULT_LOGIN);
    struct login *login = login_of(call, name);

    if (!login)
        return -1;
    snprintf(call->record->text, sizeof call->record->text, "%s", login->password);
    snprintf(call->record->grant.grantee, sizeof call->record->grant.grantee, "%s", name);
    snprintf(login->password, sizeof login->password, "changed-%lld", (long long)call->world->now_utc_ms);
    return 0;
}

static void clear_wrong_password(struct fault_call *call)
{
    struct login *login = security_login(call->instance, call->record->grant.grantee);

    if (login)
        snprintf(login->password, sizeof login->password, "%.131s", call->record->text);
}

static void set_field(char *field, size_t field_bytes, const char *value)
{
    snprintf(field, field_bytes, "%s", value);
}

static int set_right_revoked(struct fault_call *call)
{
    struct grant *grant = &call->record->grant;
    struct world_result result;
    size_t before = call->instance->security.grants.count;

    set_field(grant->grantee, sizeof grant->grantee, fault_param(call, "login", DEFAULT_LOGIN));
    set_field(grant->permission, sizeof grant->permission,
              fault_param(call, "permission", "VIEW SERVER STATE"));
    set_field(grant->database, sizeof grant->database, fault_param(call, "database", ""));
    set_field(grant->object, sizeof grant->object, fault_param(call, "object", ""));
    security_revoke(call->instance, grant, &result);
    if (fault_sql(call, &result) != 0)
        return -1;
    if (call->instance->security.grants.count == before)
        return err_set(call->err, ERR_INPUT, "%s has no grant of %s to %s that could be revoked",
                       call->target, grant->permission, grant->grantee);
    return 0;
}

static void clear_right_revoked(struct fault_call *call)
{
    struct world_result result;

    security_grant(call->instance, &call->record->grant, &result);
}

static int set_msdb_locked(struct fault_call *call)
{
    call->instance->msdb_locked = true;
    return 0;
}

static void clear_msdb_locked(struct fault_call *call)
{
    call->instance->msdb_locked = false;
}

static const struct fault rows[] = {
    {{"wrong_password", TARGET_INSTANCE, NULL, "login=NAME",
      "the login's password was changed on the server"},
     set_wrong_password,
     clear_wrong_password},
    {{"right_revoked", TARGET_INSTANCE, NULL, "login=NAME permission=TEXT database=NAME object=dbo.NAME",
      "one grant of the login is gone"},
     set_right_revoked,
     clear_right_revoked},
    {{"msdb_locked", TARGET_INSTANCE, NULL, "", "tables of msdb are locked: 1222 after LOCK_TIMEOUT"},
     set_msdb_locked,
     clear_msdb_locked},
};

const struct fault_table fault_table_rights = {rows, COUNT(rows)};

#include "lab/tsql/rights.h"

#include <strings.h>

bool may_server(struct tsql_session *session, const char *permission)
{
    return security_may_server(session->instance, session_login(session), permission);
}

bool may_as(struct tsql_session *session, const char *server_role)
{
    const struct login *login = session_login(session);

    return login->is_sysadmin || security_in_role(session->instance, login, "", server_role);
}

static bool owns(struct tsql_session *session, const struct database *database)
{
    return strcasecmp(database->owner, session_login(session)->name) == 0;
}

/* Who is in which role stands in the database: while it is closed nobody can look. */
static bool in_role(struct tsql_session *session, const struct database *database, const char *role)
{
    return database->state == DATABASE_ONLINE &&
           security_in_role(session->instance, session_login(session), database->name, role);
}

bool may_alter_database(struct tsql_session *session, const struct database *database)
{
    return may_server(session, "ALTER ANY DATABASE") || may_as(session, "dbcreator") ||
           owns(session, database) || in_role(session, database, "db_owner");
}

bool may_back_up(struct tsql_session *session, const struct database *database, const char *permission)
{
    return owns(session, database) || session_login(session)->is_sysadmin ||
           in_role(session, database, "db_owner") || in_role(session, database, "db_backupoperator") ||
           security_may_object(session->instance, session_login(session), permission, database->name, "");
}

bool may_restore_over(struct tsql_session *session, const struct database *database)
{
    return may_as(session, "dbcreator") || owns(session, database);
}

bool may_create_database(struct tsql_session *session)
{
    return may_as(session, "dbcreator") || may_server(session, "CREATE ANY DATABASE");
}

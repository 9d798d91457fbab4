#include "lab/control/bootstrap.h"

#include "base/cleanup.h"
#include "lab/domain/domain.h"
#include "lab/tsql/tsql.h"
#include "lab/world/world.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

extern const char embedded_ledger_sql[];
extern const char embedded_monitor_login_sql[], embedded_monitor_chat_sql[];

/* The same on every instance, so that database users survive a change of roles. */
static const char monitor_sid[] = "0x7063686174206D6F6E69746F72000001";

int bootstrap_password(char *out, size_t size_bytes, struct err *err)
{
    /* 64 signs, so that six bits choose evenly. */
    static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    if (getrandom(out, size_bytes, 0) != (ssize_t)size_bytes)
        return err_set_errno(err, ERR_IO, errno, "no random bytes");
    for (size_t i = 0; i < size_bytes; i++)
        out[i] = signs[(unsigned char)out[i] % 64];
    out[size_bytes - 1] = '\0';
    return 0;
}

/* The first error of a script. */
struct complaint {
    const char *instance, *script;
    bool seen;
    struct err *err;
};

static void on_message(void *user, const struct tsql_message *message)
{
    struct complaint *complaint = user;

    if (message->severity <= 10 || complaint->seen)
        return;
    complaint->seen = true;
    err_set(complaint->err, ERR_INTERNAL, "%s on %s, line %d: Msg %d, %s", complaint->script,
            complaint->instance, message->line, message->number, message->text);
}

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    (void)user;
    (void)columns;
    (void)count;
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    (void)user;
    (void)values;
    (void)count;
}

static void on_database_changed(void *user, const char *from, const char *to)
{
    (void)user;
    (void)from;
    (void)to;
}

static void on_return_status(void *user, int32_t status)
{
    (void)user;
    (void)status;
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    (void)user;
    (void)has_count;
    (void)row_count;
    (void)in_error;
}

struct script {
    const char *name, *text;
    const char *const *variables;
};

static int run_script(struct world *world, const struct tsql_login *login, const struct script *script,
                      struct err *err)
{
    struct complaint complaint = {login->instance, script->name, false, err};
    const struct tsql_sink sink = {&complaint,          on_columns,       on_row, on_message,
                                   on_database_changed, on_return_status, on_done};
    struct tsql_session *session = tsql_login(world, login, &sink);

    if (!session)
        return complaint.seen ? -1 : err_set(err, ERR_INTERNAL, "%s: sa cannot log in", login->instance);
    int rc = tsql_run_script(session, script->text, script->variables, &sink);
    tsql_logout(session);
    return rc;
}

static int make_login(struct world *world, const struct instance *instance, const char *sa_password,
                      const char *name, const char *password, struct err *err)
{
    const char *const variables[] = {"LOGIN", name, "PASSWORD", password, "SID", monitor_sid, NULL};
    const char *const chat_variables[] = {"LOGIN", name, "DATABASE", "mgc", "COMPLIANCE", "mgccomp", NULL};
    const struct script scripts[] = {{"monitor-login.sql", embedded_monitor_login_sql, variables},
                                     {"monitor-chat.sql", embedded_monitor_chat_sql, chat_variables}};
    const struct tsql_login login = {
        .instance = instance->name,
        .user = "sa",
        .password = sa_password,
        .database = "master",
        .host = "pchat-lab",
        .program = "pchat-lab bootstrap",
        .encrypted = true,
    };

    for (size_t i = 0; i < COUNT(scripts); i++)
        if (run_script(world, &login, &scripts[i], err) != 0)
            return -1;
    return 0;
}

int bootstrap_ledger(struct world *world, const char *sa_password, struct err *err)
{
    static const char *const variables[] = {"MONITOR", "pchat_monitor", NULL};
    const struct script script = {"ledger.sql", embedded_ledger_sql, variables};

    for (size_t i = 0; i < world->instance_count; i++) {
        const struct tsql_login login = {
            .instance = world->instances[i].name,
            .user = "sa",
            .password = sa_password,
            .database = "master",
            .host = "pchat-lab",
            .program = "pchat-lab bootstrap",
            .encrypted = true,
        };

        if (run_script(world, &login, &script, err) != 0)
            return -1;
    }
    return 0;
}

int bootstrap_monitor_logins(struct world *world, const char *sa_password, const char *monitor_password,
                             bool of_domain, struct err *err)
{
    for (size_t i = 0; i < world->instance_count; i++) {
        const struct instance *instance = &world->instances[i];

        if (make_login(world, instance, sa_password, "pchat_monitor", monitor_password, err) != 0)
            return -1;
        if (of_domain &&
            make_login(world, instance, sa_password, DOMAIN_NETBIOS "\\svc-pchatmon", "-", err) != 0)
            return -1;
    }
    return 0;
}

#include "act/tell/runbook_print.h"

#include "act/judge/cast.h"
#include "act/judge/guard.h"
#include "act/judge/lock_name.h"
#include "act/plan/runbooks.h"
#include "act/plan/step.h"
#include "act/tell/words_safe.h"
#include "observe/winrm/scripts.h"

#include <ctype.h>
#include <string.h>

/* ---- what belongs to a step ---- */

enum { SCRIPTS_MOST = 5, NAME_MOST_BYTES = 64 };

struct manual {
    enum verb verb;
    const char *step, *where; /* where: for people */
    enum part part;           /* whose name is filled in; PART_COUNT: none */
    const char *scripts[SCRIPTS_MOST];
    const char *undo[SCRIPTS_MOST];
    const char *words; /* what else to do, and how to see that it is done */
};

static const struct manual manuals[] = {
    {VERB_FAILOVER,
     "rescue",
     "the lost principal A, if its instance answers",
     PART_A,
     {"failover/01-rescue-tail.sql"},
     {NULL},
     "Only worth a try: where A does not answer, go on. The file must lie where B can read it."},
    {VERB_FAILOVER,
     "export",
     "the standby B",
     PART_B,
     {"failover/02-export-secondary.sql", "failover/02-export-database.sql", "failover/02-export-monitor.sql",
      "failover/02-export-jobs.sql", "failover/02-export-schedules.sql"},
     {NULL},
     "Keep all five answers in a file: without them log shipping cannot be put back as it was."},
    {VERB_FAILOVER,
     "quiesce",
     "the standby B",
     PART_B,
     {"failover/03-quiesce.sql"},
     {"failover/03-quiesce-undo.sql"},
     "Done when both jobs are disabled and neither runs (Job Activity Monitor)."},
    {VERB_FAILOVER,
     "copy",
     "the standby B",
     PART_B,
     {"failover/04-copy.sql"},
     {NULL},
     "If the share answers. Else copy the .trn files by hand from wherever they still can be read."},
    {VERB_FAILOVER,
     "apply",
     "the standby B",
     PART_B,
     {"failover/05-apply.sql"},
     {NULL},
     "Once for each log backup, oldest first. 4326: it was restored before, take the next. 4305: one is "
     "missing before it, look for that one. 3241, 3203, 3183: unreadable, copy it again."},
    {VERB_FAILOVER,
     "fence-off",
     "A, A' and each chat server of the site that is left",
     PART_COUNT,
     {NULL},
     {NULL},
     "Power off with restart disabled, a switch port shut, a virtual machine stopped and locked. Look again: "
     "what does not answer is not off for that. Leave A' on if the next step is to rescue its log."},
    {VERB_FAILOVER,
     "force",
     "the mirror A' of the lost principal",
     PART_A_MIRROR,
     {"failover/01-rescue-force.sql", "failover/01-rescue-off.sql", "failover/01-rescue-end.sql"},
     {NULL},
     "Only if A is lost, A' answers, and A and the chat servers of its site are proven to be off: A' opens "
     "for a moment. Else leave this step out."},
    {VERB_FAILOVER,
     "tail",
     "the standby B",
     PART_B,
     {"failover/05-apply.sql"},
     {NULL},
     "With the file that step rescue or force wrote; left out where there is none."},
    {VERB_FAILOVER,
     "fence-source",
     "what the tail was rescued from, A or A'",
     PART_COUNT,
     {NULL},
     {NULL},
     "Power off with restart disabled, a switch port shut, a virtual machine stopped and locked. Look again: "
     "what does not answer is not off for that."},
    {VERB_FAILOVER,
     "before-commit",
     "no server: people are asked",
     PART_COUNT,
     {NULL},
     {NULL},
     "Whoever has a say in it: may a copy be made writable now?"},
    {VERB_FAILOVER,
     "remove",
     "the standby B",
     PART_B,
     {"failover/06-remove.sql"},
     {"failover/put-back.sql", "failover/put-back-schedule.sql", "failover/03-quiesce-undo.sql"},
     "Done when msdb.dbo.log_shipping_secondary_databases has no row of the chat database."},
    {VERB_FAILOVER,
     "recover",
     "the standby B",
     PART_B,
     {"failover/07-recover.sql"},
     {NULL},
     "Done when sys.databases says ONLINE."},
    {VERB_FAILOVER,
     "state",
     "a host with the product's module, of the standby site",
     PART_COUNT,
     {"failover/08-state.ps1"},
     {NULL},
     "Done when Get-CsPersistentChatState says FailedOver."},
    {VERB_FAILOVER,
     "active",
     "a host with the product's module, of the standby site",
     PART_COUNT,
     {"failover/09-active.ps1"},
     {NULL},
     "Nothing but its effect proves it: the pings of exactly these servers move (step prove)."},
    {VERB_FAILOVER,
     "start",
     "each of these chat servers",
     PART_COUNT,
     {"failover/10-start.ps1"},
     {NULL},
     "Done when Get-CsWindowsService says Running."},
    {VERB_FAILOVER,
     "replicas",
     "each of these chat servers",
     PART_COUNT,
     {NULL},
     {NULL},
     "Wait until Get-CsPersistentChatState -LocalStore says FailedOver on each, and "
     "Get-CsManagementStoreReplicationStatus says UpToDate : True. Invoke-CsManagementStoreReplication "
     "hurries "
     "it."},
    {VERB_FAILOVER,
     "pings",
     "the standby B",
     PART_B,
     {NULL},
     {NULL},
     "Wait until the rows of these servers in tblServerIdentity move."},
    {VERB_FAILOVER,
     "restart",
     "each chat server whose ping does not move",
     PART_COUNT,
     {"failover/11-restart.ps1"},
     {NULL},
     "Once, and only after its replica knows."},
    {VERB_FAILOVER,
     "backup",
     "the standby B",
     PART_B,
     {"failover/13-backup.sql"},
     {NULL},
     "Never into the log-shipping share: the job of the old primary deletes there."},
    {VERB_FAILOVER,
     "log-backups",
     "the standby B",
     PART_B,
     {"failover/14-log-backups.sql"},
     {NULL},
     "Done when its first file is there."},
    {VERB_FAILOVER,
     "prove",
     "the standby B",
     PART_B,
     {NULL},
     {NULL},
     "The pings of exactly these servers move in tblServerIdentity, those of no other, and "
     "Test-CsPersistentChatMessage passes."},
    {VERB_FAILOVER,
     "mirror",
     "a host with the product's module, of the standby site",
     PART_COUNT,
     {"failover/15-mirror.ps1"},
     {NULL},
     "Never with -DropExistingDatabasesOnMirror before a person has looked at what is there. Done when "
     "sys.database_mirroring says SYNCHRONIZED on both."},
    {VERB_MIRROR_SWITCH,
     "before-commit",
     "no server: people are asked",
     PART_COUNT,
     {NULL},
     {NULL},
     "Whoever has a say in it: may a copy be made writable now?"},
    {VERB_MIRROR_SWITCH,
     "switch",
     "the principal (by design A)",
     PART_COUNT,
     {"mirror-switch/01-switch.sql"},
     {NULL},
     "SYNCHRONIZED before, or SQL Server refuses. Done when the other partner is PRINCIPAL."},
    {VERB_MIRROR_SWITCH,
     "shipping",
     "the new principal",
     PART_COUNT,
     {"mirror-switch/02-shipping.sql"},
     {NULL},
     "Done when its LSBackup is enabled."},
    {VERB_MIRROR_SWITCH,
     "connected",
     "the new principal",
     PART_COUNT,
     {NULL},
     {NULL},
     "Wait until the chat servers have sessions there."},
    {VERB_MIRROR_FORCE,
     "export",
     "the mirror (by design A')",
     PART_COUNT,
     {"mirror-force/01-export.sql"},
     {NULL},
     "Keep the answer."},
    {VERB_MIRROR_FORCE,
     "fence-off",
     "the old principal",
     PART_COUNT,
     {NULL},
     {NULL},
     "Power off with restart disabled, a switch port shut, a virtual machine stopped and locked. Look again: "
     "what does not answer is not off for that."},
    {VERB_MIRROR_FORCE,
     "witness",
     "the mirror (by design A')",
     PART_COUNT,
     {"mirror-force/02-witness.sql"},
     {NULL},
     "Only if the witness is lost too."},
    {VERB_MIRROR_FORCE,
     "before-commit",
     "no server: people are asked",
     PART_COUNT,
     {NULL},
     {NULL},
     "Whoever has a say in it: may a copy be made writable now?"},
    {VERB_MIRROR_FORCE,
     "force",
     "the mirror (by design A')",
     PART_COUNT,
     {"mirror-force/03-force.sql"},
     {NULL},
     "Done when it says PRINCIPAL. The old principal must stay off: it does not know."},
    {VERB_MIRROR_FORCE,
     "shipping",
     "the new principal",
     PART_COUNT,
     {"mirror-switch/02-shipping.sql"},
     {NULL},
     "Done when its LSBackup is enabled."},
    {VERB_MIRROR_FORCE,
     "connected",
     "the new principal",
     PART_COUNT,
     {NULL},
     {NULL},
     "Wait until the chat servers have sessions there."},
    {VERB_SWITCHOVER,
     "export",
     "the other site's copy B",
     PART_B,
     {"failover/02-export-secondary.sql", "failover/02-export-database.sql", "failover/02-export-monitor.sql",
      "failover/02-export-jobs.sql", "failover/02-export-schedules.sql"},
     {NULL},
     "Keep all five answers in a file: without them log shipping cannot be put back as it was."},
    {VERB_SWITCHOVER,
     "export-jobs",
     "A and A'",
     PART_A,
     {"switchover/01-export.sql"},
     {NULL},
     "Keep the answers: they say which jobs ran."},
    {VERB_SWITCHOVER,
     "quiesce",
     "the other site's copy B",
     PART_B,
     {"failover/03-quiesce.sql"},
     {"failover/03-quiesce-undo.sql"},
     "Done when both jobs are disabled and neither runs (Job Activity Monitor)."},
    {VERB_SWITCHOVER,
     "copy",
     "the other site's copy B",
     PART_B,
     {"failover/04-copy.sql"},
     {NULL},
     "So that nothing has to be read from the share in the outage."},
    {VERB_SWITCHOVER,
     "apply",
     "the other site's copy B",
     PART_B,
     {"failover/05-apply.sql"},
     {NULL},
     "Once for each log backup, oldest first."},
    {VERB_SWITCHOVER,
     "before-commit",
     "no server: people are asked",
     PART_COUNT,
     {NULL},
     {NULL},
     "Whoever has a say in it: may the pool be moved now?"},
    {VERB_SWITCHOVER,
     "ship-off",
     "A and A'",
     PART_A,
     {"fence/01-jobs.sql"},
     {"unfence/02-jobs.sql"},
     "Done when LSBackup is disabled on both and runs on neither."},
    {VERB_SWITCHOVER,
     "rehearsal",
     "the copy that serves, A",
     PART_A,
     {"switchover/02-rehearsal.sql"},
     {NULL},
     "While users chat: it shortens the outage."},
    {VERB_SWITCHOVER,
     "rehearse",
     "the other site's copy B",
     PART_B,
     {"failover/05-apply.sql"},
     {NULL},
     "With the file of the step before. 4305: another log backup came in between, restore that one first."},
    {VERB_SWITCHOVER,
     "empty",
     "a host with the product's module, of the other site",
     PART_COUNT,
     {"switchover/03-empty.ps1"},
     {"failover/09-active.ps1"},
     "The outage begins."},
    {VERB_SWITCHOVER,
     "stop",
     "each chat server of the site that serves",
     PART_COUNT,
     {"switchover/04-stop.ps1"},
     {"failover/10-start.ps1"},
     "Done when the services are stopped."},
    {VERB_SWITCHOVER,
     "quiet",
     "the copy that serves, A",
     PART_COUNT,
     {NULL},
     {NULL},
     "Done when sys.sysprocesses has no session of chat in the database."},
    {VERB_SWITCHOVER,
     "partner-off",
     "the copy that serves, A",
     PART_A,
     {"fence/02-partner.sql"},
     {NULL},
     "A' stays behind restoring. A mirror is set up anew by Install-CsMirrorDatabase."},
    {VERB_SWITCHOVER,
     "close",
     "the copy that serves, A",
     PART_A,
     {"failover/01-rescue-end.sql"},
     {"failover/07-recover.sql"},
     "Done when sys.databases says RESTORING. From here on nobody can write anywhere."},
    {VERB_SWITCHOVER,
     "tail",
     "the other site's copy B",
     PART_B,
     {"failover/05-apply.sql"},
     {NULL},
     "With the file of the step before. Done when redo_start_lsn of B is the LastLSN of the tail (RESTORE "
     "HEADERONLY)."},
    {VERB_SWITCHOVER,
     "remove",
     "the other site's copy B",
     PART_B,
     {"failover/06-remove.sql"},
     {"failover/put-back.sql", "failover/put-back-schedule.sql"},
     "Done when msdb.dbo.log_shipping_secondary_databases has no row of the chat database."},
    {VERB_SWITCHOVER,
     "recover",
     "the other site's copy B",
     PART_B,
     {"failover/07-recover.sql"},
     {NULL},
     "Done when sys.databases says ONLINE."},
    {VERB_SWITCHOVER,
     "state",
     "a host with the product's module, of the other site",
     PART_COUNT,
     {"failover/08-state.ps1"},
     {NULL},
     "FailedOver where the backup site serves from now on, Normal where the primary site does."},
    {VERB_SWITCHOVER,
     "active",
     "a host with the product's module, of the other site",
     PART_COUNT,
     {"failover/09-active.ps1"},
     {NULL},
     "Done when the list holds exactly these servers."},
    {VERB_SWITCHOVER,
     "start",
     "each server that is to be active",
     PART_COUNT,
     {"failover/10-start.ps1"},
     {NULL},
     "Done when its chat service runs."},
    {VERB_SWITCHOVER,
     "replicas",
     "each server that is to be active",
     PART_COUNT,
     {NULL},
     {NULL},
     "Get-CsPersistentChatState -LocalStore on each says the new state."},
    {VERB_SWITCHOVER,
     "pings",
     "the copy that serves now, B",
     PART_COUNT,
     {NULL},
     {NULL},
     "Done when the ping of each server moves in tblServerIdentity."},
    {VERB_SWITCHOVER,
     "restart",
     "a server that knows and does not write",
     PART_COUNT,
     {"failover/11-restart.ps1"},
     {NULL},
     "Only where the replica says the new state and the ping does not move."},
    {VERB_SWITCHOVER,
     "prove",
     "the copy that serves now, B",
     PART_COUNT,
     {NULL},
     {NULL},
     "Done when exactly the active servers write."},
    {VERB_SWITCHOVER,
     "idle",
     "each chat server of the site that was left",
     PART_COUNT,
     {"failover/10-start.ps1"},
     {NULL},
     "They stand by."},
    {VERB_SWITCHOVER,
     "unship",
     "A and A'",
     PART_A,
     {"switchover/05-unship.sql"},
     {NULL},
     "Done when msdb.dbo.log_shipping_primary_databases has no row of the chat database."},
    {VERB_SWITCHOVER,
     "ship",
     "the copy that serves now, B",
     PART_B,
     {"switchover/06-ship.sql"},
     {NULL},
     "Done when the first log backup lies on the share."},
    {VERB_SWITCHOVER,
     "receive",
     "the copy that was left, A",
     PART_A,
     {"switchover/07-receive.sql"},
     {NULL},
     "Done when both jobs are enabled."},
    {VERB_SWITCHOVER,
     "shipped",
     "the copy that was left, A",
     PART_A,
     {"failover/04-copy.sql", "switchover/08-restore.sql"},
     {NULL},
     "Done when msdb.dbo.log_shipping_secondary_databases names a last_restored_file."},
    {VERB_FAILBACK,
     "keep",
     "the old copy of the primary site, B",
     PART_B,
     {"failback/01-keep.sql"},
     {NULL},
     "What was never shipped is only there. Keep the file until somebody has looked what it holds."},
    {VERB_FAILBACK,
     "own-log-off",
     "the copy that serves, A",
     PART_A,
     {"failback/02-own-log-off.sql"},
     {"failback/02-own-log-on.sql"},
     "Done when the job is disabled."},
    {VERB_FAILBACK,
     "seed-backup",
     "the copy that serves, A",
     PART_A,
     {"failback/03-seed-backup.sql"},
     {NULL},
     "Users go on chatting. The file must lie where the primary site can read it."},
    {VERB_FAILBACK,
     "seed-restore",
     "the old copy of the primary site, B",
     PART_B,
     {"failback/04-seed-restore.sql"},
     {NULL},
     "Done when sys.databases says RESTORING. Never over a copy that is open: fence it first."},
    {VERB_FAILBACK,
     "enable",
     "each chat server of the primary site",
     PART_COUNT,
     {"unfence/03-services.ps1"},
     {NULL},
     "Done when none is disabled."},
    {VERB_FAILBACK,
     "own-log-end",
     "the copy that was left, A",
     PART_A,
     {"failback/05-own-log-end.sql"},
     {NULL},
     "Done when the job is gone."},
    {VERB_FENCE,
     "jobs",
     "each copy of the site that was left",
     PART_COUNT,
     {"fence/01-jobs.sql"},
     {NULL},
     "Done when its LSBackup is disabled and does not run."},
    {VERB_FENCE,
     "partner",
     "each copy of the site that was left",
     PART_COUNT,
     {"fence/02-partner.sql"},
     {NULL},
     "Done when sys.database_mirroring has no mirroring_guid there."},
    {VERB_FENCE,
     "read-only",
     "each copy of the site that was left",
     PART_COUNT,
     {"fence/03-read-only.sql"},
     {NULL},
     "Done when sys.databases says is_read_only = 1."},
    {VERB_FENCE,
     "services",
     "each chat server of the site that was left",
     PART_COUNT,
     {"fence/04-services.ps1"},
     {NULL},
     "Done when they are stopped and disabled."},
    {VERB_UNFENCE,
     "before-commit",
     "no server: people are asked",
     PART_COUNT,
     {NULL},
     {NULL},
     "Whoever has a say in it: may a copy be made writable now?"},
    {VERB_UNFENCE,
     "read-write",
     "the fenced copy",
     PART_COUNT,
     {"unfence/01-read-write.sql"},
     {NULL},
     "Done when sys.databases says is_read_only = 0."},
    {VERB_UNFENCE,
     "jobs",
     "the fenced copy",
     PART_COUNT,
     {"unfence/02-jobs.sql"},
     {NULL},
     "Done when its LSBackup is enabled."},
    {VERB_UNFENCE,
     "services",
     "each chat server of that site",
     PART_COUNT,
     {"unfence/03-services.ps1"},
     {NULL},
     "They start with the next boot, or by hand."},
};

static const struct manual *find_of(enum verb verb, const char *step)
{
    for (size_t i = 0; i < COUNT(manuals); i++)
        if (manuals[i].verb == verb && strcmp(manuals[i].step, step) == 0)
            return &manuals[i];
    return NULL;
}

/* A failback is a switchover with a seed before it. */
static const struct manual *find_manual(enum verb verb, const char *step)
{
    const struct manual *manual = find_of(verb, step);

    return manual || verb != VERB_FAILBACK ? manual : find_of(VERB_SWITCHOVER, step);
}

const char *runbook_script(enum verb verb, const char *step, size_t index)
{
    const struct manual *manual = find_manual(verb, step);
    size_t count = 0;

    for (size_t i = 0; manual && i < SCRIPTS_MOST && manual->scripts[i]; i++)
        if (count++ == index)
            return manual->scripts[i];
    for (size_t i = 0; manual && i < SCRIPTS_MOST && manual->undo[i]; i++)
        if (count++ == index)
            return manual->undo[i];
    return NULL;
}

static const char *text_of(const char *script)
{
    for (size_t i = 0; i < runbook_count; i++)
        if (strcmp(runbooks[i].name, script) == 0)
            return runbooks[i].text;
    return "";
}

/* ---- values ---- */

struct printing {
    struct strbuf *out;
    const struct topology_pool *pool; /* NULL: none */
    struct cast cast;
    struct arena *arena;
};

/* What only servers or persons know. */
static const struct {
    const char *name, *words;
} meanings[] = {
    {"lock", "\"pchat:\" and the pool's name in lower case"},
    {"server", "what SELECT @@SERVERNAME answers there"},
    {"database", "the chat database, mgc by default"},
    {"file", "full path of the file, as that server sees it"},
    {"position", "which backup set of the file: 1, unless it holds several"},
    {"folder", "folder for its own log backups, not the log-shipping share"},
    {"pool", "the pool's FQDN"},
    {"pool_state", "FailedOver"},
    {"servers", "FQDNs of the servers to be active, at most four"},
    {"members", "FQDNs of all chat servers of the pool"},
    {"property", "property of Get-CsService that holds the list, as pchatctl discover found it"},
    {"chat", "executable of the chat service"},
    {"compliance", "executable of the compliance service"},
    {"share", "file share that both instances of the standby site can reach"},
    {"sql", "FQDN of the standby's SQL Server"},
    {"instance", "its named instance, '' for the default one"},
    {"what_if", "true to try it out"},
    {"minutes", "every how many minutes its jobs run: 15"},
    {"secondary_server", "what SELECT @@SERVERNAME answers on the server that follows"},
    {"primary_server", "what SELECT @@SERVERNAME answers on the server that ships"},
};

static const char *meaning_of(const char *name)
{
    for (size_t i = 0; i < COUNT(meanings); i++)
        if (strcmp(meanings[i].name, name) == 0)
            return meanings[i].words;
    return "as step export answered it";
}

/* Nothing that could end a quotation of T-SQL, sqlcmd or PowerShell. */
static bool is_plain(const char *value)
{
    for (const char *at = value; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr(" ._:\\/@-$", *at))
            return false;
    return !strstr(value, "$(");
}

static const char *known_value(const struct printing *printing, const char *name)
{
    const struct topology_pool *pool = printing->pool;
    const struct topology_sql *standby = printing->cast.parts[PART_B];
    const struct {
        const char *name, *value;
    } known[] = {
        {"lock", pool_lock_resource(printing->arena, pool->fqdn)},
        {"database", pool->database},
        {"pool", pool->fqdn},
        {"pool_state", "FailedOver"},
        {"what_if", "false"},
        {"property", pool->settings.active_list_property},
        {"chat", pool->settings.chat_executable},
        {"compliance", pool->settings.compliance_executable},
        {"folder", pool->acting ? pool->acting->log_folder : NULL},
        {"share", pool->acting ? pool->acting->mirror_share : NULL},
        {"sql", standby ? standby->host : NULL},
        {"instance", standby ? (standby->instance ? standby->instance : "") : NULL},
    };

    for (size_t i = 0; i < COUNT(known); i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].value;
    return NULL;
}

/* NULL: it is to be filled in by hand. */
static const char *value_of(const struct printing *printing, const char *name)
{
    const char *value = printing->pool ? known_value(printing, name) : NULL;

    return value && is_plain(value) ? value : NULL;
}

/* The distinct names that stand behind `before` in the text, in their order. */
struct names {
    char list[48][NAME_MOST_BYTES];
    size_t count;
};

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i], name) == 0)
            return true;
    return false;
}

static void find_names(const char *text, const char *before, struct names *names)
{
    for (const char *at = text; (at = strstr(at, before)) && names->count < COUNT(names->list);) {
        size_t length = 0;
        char name[NAME_MOST_BYTES];

        at += strlen(before);
        while (isalnum((unsigned char)at[length]) || at[length] == '_')
            length++;
        if (!length || length >= sizeof(name))
            continue;
        memcpy(name, at, length);
        name[length] = '\0';
        if (!has_name(names, name))
            memcpy(names->list[names->count++], name, length + 1);
    }
}

/* ---- T-SQL ---- */

static void add_session(const struct printing *printing, const struct manual *manual)
{
    const struct topology_sql *sql = manual->part < PART_COUNT ? printing->cast.parts[manual->part] : NULL;

    strbuf_add(printing->out, "-- sqlcmd -S ");
    if (!sql)
        strbuf_add(printing->out, "tcp:<HOST>,<PORT>");
    else if (sql->instance)
        strbuf_format(printing->out, "%s\\%s", sql->host, sql->instance);
    else
        strbuf_format(printing->out, "tcp:%s,%d", sql->host, sql->port);
    strbuf_add(printing->out,
               " -E -b, or Management Studio in SQLCMD mode; lock.sql first, in the same session\n");
}

static void add_setvar(const struct printing *printing, const char *name)
{
    const char *value = value_of(printing, name);

    if (!value)
        strbuf_format(printing->out, "-- %s: %s\n", name, meaning_of(name));
    strbuf_format(printing->out, value ? ":setvar %s \"%s\"\n" : ":setvar %s \"<%s>\"\n", name,
                  value ? value : name);
}

static void add_sql(const struct printing *printing, const struct manual *manual, const char *script)
{
    struct names names = {.count = 0};

    add_session(printing, manual);
    find_names(text_of(script), "$(", &names);
    for (size_t i = 0; i < names.count; i++)
        add_setvar(printing, names.list[i]);
    strbuf_add(printing->out, text_of(script));
}

/* ---- PowerShell ---- */

static void add_list(const struct printing *printing, bool all)
{
    const struct topology_pool *pool = printing->pool;
    const char *comma = "";

    strbuf_add(printing->out, "@(");
    for (size_t i = 0; !all && i < printing->cast.activate_count; i++, comma = ", ")
        strbuf_format(printing->out, "%s'%s'", comma, printing->cast.activate[i]->fqdn);
    for (size_t s = 0; all && s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].chat_server_count; i++, comma = ", ")
            strbuf_format(printing->out, "%s'%s'", comma, pool->sites[s].chat_servers[i].fqdn);
    strbuf_add(printing->out, ")\n");
}

static void add_parameter(const struct printing *printing, const char *name)
{
    const char *value = value_of(printing, name);
    bool servers = strcmp(name, "servers") == 0, members = strcmp(name, "members") == 0;

    strbuf_format(printing->out, "    %s = ", name);
    if (printing->pool && (servers || members))
        add_list(printing, members);
    else if (value)
        strbuf_format(printing->out, "'%s'\n", value);
    else
        strbuf_format(printing->out, servers || members ? "@('<%s>')  # %s\n" : "'<%s>'  # %s\n", name,
                      meaning_of(name));
}

static void add_ps(const struct printing *printing, const char *script)
{
    struct names names = {.count = 0};

    find_names(text_of(script), "$Parameters.", &names);
    if (!has_name(&names, "pool")) /* Test-Pool wants it */
        memcpy(names.list[names.count++], "pool", sizeof("pool"));
    strbuf_add(
        printing->out,
        "# in a PowerShell in which \"before every .ps1\" was run\n$Parameters = [pscustomobject]@{\n");
    for (size_t i = 0; i < names.count; i++)
        add_parameter(printing, names.list[i]);
    strbuf_add(printing->out, "}\n");
    strbuf_add(printing->out, text_of(script));
}

/* ---- steps ---- */

static bool is_ps(const char *script)
{
    size_t length = strlen(script);

    return length > 4 && strcmp(script + length - 4, ".ps1") == 0;
}

static void add_warning(const struct printing *printing, const char *script)
{
    if (guard_is_needed(text_of(script)))
        strbuf_add(
            printing->out,
            "!!!! this makes a copy writable.  Before it, for every other copy of the pool (A, A', B, B'),\n"
            "!!!! now, not from memory: SELECT state_desc, is_read_only FROM sys.databases there says\n"
            "!!!! RESTORING, OFFLINE or read-only - or the server is proven to be off and stays off.\n"
            "!!!! Two written copies cannot be merged.\n");
}

static void add_script(const struct printing *printing, const struct manual *manual, const char *script,
                       const char *word)
{
    strbuf_format(printing->out, "---- %s%s\n", word, script);
    add_warning(printing, script);
    if (is_ps(script))
        add_ps(printing, script);
    else
        add_sql(printing, manual, script);
}

static void add_where(const struct printing *printing, const struct manual *manual)
{
    const struct topology_sql *sql = manual->part < PART_COUNT ? printing->cast.parts[manual->part] : NULL;

    strbuf_format(printing->out, "     on %s%s%s\n", manual->where, sql ? ": " : "", sql ? sql->name : "");
}

static void add_step(const struct printing *printing, enum verb verb, const struct step *step, size_t number)
{
    const struct manual *manual = find_manual(verb, step->id);

    strbuf_format(printing->out, "\n==== step %zu  %s  (%s%s%s)\n", number, step->title,
                  phase_name(step->phase), step->microsoft ? "; Microsoft: " : "; ours",
                  step->microsoft ? step->microsoft : "");
    strbuf_format(printing->out, "     %s\n", step->effect);
    if (!manual)
        return;
    add_where(printing, manual);
    strbuf_add(printing->out, "     ");
    safe_wrapped(printing->out, 5, manual->words);
    for (size_t i = 0; i < SCRIPTS_MOST && manual->scripts[i]; i++)
        add_script(printing, manual, manual->scripts[i], "");
    for (size_t i = 0; i < SCRIPTS_MOST && manual->undo[i]; i++)
        add_script(printing, manual, manual->undo[i], "to undo: ");
}

static void add_verb(const struct printing *printing, enum verb verb)
{
    struct step_list list = steps_of(verb);

    strbuf_format(printing->out, "\n######## %s: %zu steps, in this order\n", verb_name(verb), list.count);
    for (size_t i = 0; i < list.count; i++)
        add_step(printing, verb, list.steps[i], i + 1);
}

/* ---- all of it ---- */

static void add_names(const struct printing *printing)
{
    static const char *const meant[PART_COUNT] = {[PART_A] = "principal of the site that serves",
                                                  [PART_A_MIRROR] = "its mirror",
                                                  [PART_B] = "the standby, which log shipping feeds",
                                                  [PART_B_MIRROR] = "its later mirror",
                                                  [PART_WITNESS] = "witness"};

    for (enum part part = 0; part < PART_COUNT; part++) {
        const struct topology_sql *sql = printing->cast.parts[part];

        strbuf_format(printing->out, "  %-3s %-40s %s\n", part_name(part), meant[part],
                      sql              ? sql->name
                      : printing->pool ? "none"
                                       : "");
    }
}

static const struct manual anywhere = {.part = PART_COUNT};

static void add_before(const struct printing *printing)
{
    strbuf_add(
        printing->out,
        "\n---- before every .sql: lock.sql, in the same session; it keeps the runner and others out\n");
    add_sql(printing, &anywhere, "lock.sql");
    strbuf_add(printing->out, "\n---- before every .ps1: once in each shell\n");
    strbuf_add(printing->out, embedded_product_ps1);
    strbuf_add(printing->out, "function Assert-Time { }  # by hand nobody's time is up\n");
}

void runbook_print(struct strbuf *out, enum verb verb, const struct topology_pool *pool,
                   const char *serving_site)
{
    AUTO(arena) struct arena *arena = arena_new();
    struct printing printing = {.out = out, .pool = pool, .arena = arena};

    if (pool)
        printing.cast = cast_of(arena, pool, serving_site);
    strbuf_format(out, "By hand%s%s.  What stands as <NAME> you fill in.\n", pool ? ", for " : "",
                  pool ? pool->fqdn : "");
    strbuf_add(out, "First: pchatctl pause, if the runner answers, so that nobody else begins.\n");
    add_names(&printing);
    add_before(&printing);
    for (enum verb each = VERB_NONE + 1; each < VERB_COUNT; each++)
        if (verb == VERB_NONE || verb == each)
            add_verb(&printing, each);
}

#include "act/tell/runbook_print.h"

#include "act/judge/cast.h"
#include "act/judge/guard.h"
#include "act/judge/lock_name.h"
#include "act/plan/runbooks.h"
#include "act/plan/step.h"
#include "act/tell/manuals.h"
#include "act/tell/words_safe.h"
#include "observe/winrm/scripts.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MOST_BYTES = 64 };

/* ---- what belongs to a step ---- */

const char *runbook_script(enum verb verb, const char *step, size_t index)
{
    const struct manual *manual = manual_of(verb, step);
    size_t count = 0;

    for (size_t i = 0; manual && i < MANUAL_SCRIPTS_MOST && manual->scripts[i]; i++)
        if (count++ == index)
            return manual->scripts[i];
    for (size_t i = 0; manual && i < MANUAL_SCRIPTS_MOST && manual->undo[i]; i++)
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
        {"mirror_share", pool->acting ? pool->acting->mirror_share : NULL},
        {"share", pool->share},
        {"sql", !standby        ? NULL
                : standby->fqdn ? standby->fqdn
                                : standby->host},
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
    const struct manual *manual = manual_of(verb, step->id);

    strbuf_format(printing->out, "\n==== step %zu  %s  (%s%s%s)\n", number, step->title,
                  phase_name(step->phase), step->microsoft ? "; Microsoft: " : "; ours",
                  step->microsoft ? step->microsoft : "");
    strbuf_format(printing->out, "     %s\n", step->effect);
    if (!manual)
        return;
    add_where(printing, manual);
    strbuf_add(printing->out, "     ");
    safe_wrapped(printing->out, 5, manual->words);
    for (size_t i = 0; i < MANUAL_SCRIPTS_MOST && manual->scripts[i]; i++)
        add_script(printing, manual, manual->scripts[i], "");
    for (size_t i = 0; i < MANUAL_SCRIPTS_MOST && manual->undo[i]; i++)
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

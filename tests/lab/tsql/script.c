/* Scripts as sqlcmd runs them: GO, :setvar, $(NAME) ("sqlcmd Utility"). */
#include "lab/tsql/tsql.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { SCRIPT_VARIABLES_MAX = 32 };

struct script_variable {
    char *name, *value; /* owned */
};

/* Runs while the caller's sink is told everything; remembers the first error. */
struct script {
    struct tsql_session *session;
    struct tsql_sink sink; /* the caller's */
    struct script_variable variables[SCRIPT_VARIABLES_MAX];
    size_t variable_count;
    struct strbuf batch;
    bool failed;
};

static void script_done(struct script *script)
{
    for (size_t i = 0; i < script->variable_count; i++) {
        free(script->variables[i].name);
        free(script->variables[i].value);
    }
    strbuf_done(&script->batch);
}
AUTO_DEFINE_DONE(script, struct script)

static struct script_variable *find_variable(struct script *script, const char *name, size_t length)
{
    for (size_t i = 0; i < script->variable_count; i++)
        if (strlen(script->variables[i].name) == length &&
            strncasecmp(script->variables[i].name, name, length) == 0)
            return &script->variables[i];
    return NULL;
}

/* What the caller gives stands above what the script sets for itself. */
static void set_variable(struct script *script, const char *name, const char *value)
{
    if (find_variable(script, name, strlen(name)) || script->variable_count == SCRIPT_VARIABLES_MAX)
        return;
    script->variables[script->variable_count++] =
        (struct script_variable){mem_copy_text(name), mem_copy_text(value)};
}

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    struct script *script = user;

    if (script->sink.columns)
        script->sink.columns(script->sink.user, columns, count);
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    struct script *script = user;

    if (script->sink.row)
        script->sink.row(script->sink.user, values, count);
}

static void on_message(void *user, const struct tsql_message *message)
{
    struct script *script = user;

    script->failed = script->failed || message->severity > 10;
    if (script->sink.message)
        script->sink.message(script->sink.user, message);
}

static void on_database_changed(void *user, const char *from, const char *to)
{
    struct script *script = user;

    if (script->sink.database_changed)
        script->sink.database_changed(script->sink.user, from, to);
}

static void on_return_status(void *user, int32_t status)
{
    struct script *script = user;

    if (script->sink.return_status)
        script->sink.return_status(script->sink.user, status);
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    struct script *script = user;

    if (script->sink.done)
        script->sink.done(script->sink.user, has_count, row_count, in_error);
}

static void refuse(struct script *script, const char *text)
{
    on_message(script, &(struct tsql_message){
                           .number = 0, .severity = 16, .state = 1, .text = text, .procedure = ""});
}

/* Nobody is there for whom it could wait. */
static void run_to_the_end(struct script *script, const char *text, const struct tsql_sink *sink)
{
    if (tsql_execute(script->session, text, sink))
        return;
    tsql_cancel(script->session);
    refuse(script, "A statement of the script waits.");
}

static void run_batch(struct script *script)
{
    const char *text = strbuf_text(&script->batch);
    struct tsql_sink sink = {script,           on_columns, on_row, on_message, on_database_changed,
                             on_return_status, on_done};

    if (text[strspn(text, " \t\r\n")])
        run_to_the_end(script, text, &sink);
    strbuf_truncate(&script->batch, 0);
}

/* Adds a line with its variables put in. */
static void add_line(struct script *script, const char *line, size_t length)
{
    const char *end = line + length;

    while (line < end) {
        const char *close = memchr(line, ')', (size_t)(end - line));
        const struct script_variable *variable;

        if (strncmp(line, "$(", 2) != 0 || !close) {
            strbuf_add_char(&script->batch, *line++);
            continue;
        }
        variable = find_variable(script, line + 2, (size_t)(close - line - 2));
        if (!variable) {
            AUTO_FREE char *text =
                mem_format("'%.*s' scripting variable not defined.", (int)(close - line - 2), line + 2);

            refuse(script, text);
            return;
        }
        strbuf_add(&script->batch, variable->value);
        line = close + 1;
    }
    strbuf_add_char(&script->batch, '\n');
}

static bool is_go(const char *line, size_t length)
{
    while (length && isspace((unsigned char)line[length - 1]))
        length--;
    while (length && isspace((unsigned char)*line)) {
        line++;
        length--;
    }
    return length == 2 && strncasecmp(line, "GO", 2) == 0;
}

/* :setvar NAME value, with or without quotes */
static void run_setvar(struct script *script, const char *line, size_t length)
{
    AUTO_FREE char *text = mem_format("%.*s", (int)length, line);
    char *rest = text, *name, *value;

    strsep(&rest, " \t");
    name = rest ? rest + strspn(rest, " \t") : NULL;
    value = name;
    if (value)
        strsep(&value, " \t");
    if (!name || !value) {
        refuse(script, "Syntax error near command ':setvar'.");
        return;
    }
    value += strspn(value, " \t\"");
    value[strcspn(value, "\"\r\n")] = '\0';
    set_variable(script, name, value);
}

static void run_line(struct script *script, const char *line, size_t length)
{
    if (is_go(line, length))
        run_batch(script);
    else if (strncasecmp(line, ":setvar", 7) == 0)
        run_setvar(script, line, length);
    else if (strncasecmp(line, ":on error exit", 14) != 0)
        add_line(script, line, length);
}

int tsql_run_script(struct tsql_session *session, const char *text, const char *const *variables,
                    const struct tsql_sink *sink)
{
    AUTO(script) struct script script = {.session = session, .sink = *sink};

    for (size_t i = 0; variables && variables[i] && variables[i + 1]; i += 2)
        set_variable(&script, variables[i], variables[i + 1]);
    while (*text && !script.failed) {
        size_t length = strcspn(text, "\n");

        run_line(&script, text, length);
        text += length + (text[length] == '\n');
    }
    if (!script.failed)
        run_batch(&script);
    return script.failed ? -1 : 0;
}

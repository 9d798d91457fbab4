/* What a drill does, in its order; each tells how long it took. */
#include "act/drill/drill_work.h"

#include "base/sql_quote.h"

#include <inttypes.h>
#include <string.h>

enum { LOCK_WAIT_MS = 15000 };

/* ---- batches ---- */

/* As compiled in: what opens a database is not for a site to change. */
static bool find_script(struct drill *drill, const char *name, struct script *ret)
{
    struct err err = ERR_INIT;

    return script_find(name, NULL, drill->arena, ret, &err) == 0 || drill_fails(drill, "%s", err.text);
}

/* What all of them are given; false: the target's session is gone. */
enum { VALUE_COUNT = 6 };
static bool fill_values(struct drill *drill, const char *target, const char *file, const char *position,
                        struct script_value values[VALUE_COUNT])
{
    const struct script_value all[VALUE_COUNT] = {
        SCRIPT_TEXT("lock", DRILL_LOCK),
        SCRIPT_TEXT("server", pool_lock_server_name(drill->lock, target)),
        SCRIPT_TEXT("database", drill->asked->pool->database),
        SCRIPT_TEXT("side", drill->side),
        SCRIPT_TEXT("file", file),
        SCRIPT_TEXT("position", position),
    };

    memcpy(values, all, sizeof(all));
    return all[1].value || drill_fails(drill, "the session that held the drill's lock on %s is gone", target);
}

const char *drill_script(struct drill *drill, const char *name, const char *target, const char *file,
                         const char *position)
{
    struct script_value values[VALUE_COUNT];
    struct script script;
    struct err err = ERR_INIT;
    const char *text;

    if (!fill_values(drill, target, file, position, values) || !find_script(drill, name, &script))
        return NULL;
    text = script_render_sql(&script, values, VALUE_COUNT, drill->arena, &err);
    if (!text)
        drill_fails(drill, "%s", err.text);
    return text;
}

/* The place is found in the script itself, before names are put in, which may be spelled like it. */
const char *drill_restore_text(struct arena *arena, const struct script *script,
                               const struct script_value *values, size_t value_count,
                               const struct drill_file *files, size_t count, struct err *err)
{
    static const char place[] = "/* , MOVE N'logical name' TO N'path' for each */";
    const char *at = strstr(script->text, place), *before, *behind;
    struct script part = *script;
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    if (!at) {
        err_set(err, ERR_INTERNAL, "%s has no place for the files", script->name);
        return NULL;
    }
    part.text = arena_text_n(arena, script->text, (size_t)(at - script->text));
    before = script_render_sql(&part, values, value_count, arena, err);
    part.text = at + sizeof(place) - 1;
    behind = before ? script_render_sql(&part, values, value_count, arena, err) : NULL;
    if (!behind)
        return NULL;
    strbuf_add(&batch, before);
    for (size_t i = 0; i < count; i++) {
        strbuf_add(&batch, ",\n    MOVE ");
        sql_quote_literal(&batch, files[i].logical);
        strbuf_add(&batch, " TO ");
        sql_quote_literal(&batch, files[i].path);
    }
    strbuf_add(&batch, behind);
    return arena_text(arena, strbuf_text(&batch));
}

/* ---- one sending ---- */

static bool send(struct drill *drill, const struct drill_sending *sending, struct drill_part *part)
{
    const int64_t from_ms = clock_mono(drill->ports->clock).ms;
    const char *words;
    enum sent sent;

    if (drill->ports->stop && drill->ports->stop(drill->ports->user))
        return drill_fails(drill, "it was told to stop");
    if (drill->asked->progress)
        drill->asked->progress(drill->asked->user,
                               arena_format(drill->arena, "%s  %s  %s", sending->step, sending->target,
                                            sending->subject ? sending->subject : ""));
    sent = drill_send(drill, sending, &words);
    part->took_ms += clock_mono(drill->ports->clock).ms - from_ms;
    return sent == SENT_DONE || drill_fails(drill, "%s on %s%s%s: %s", sending->step, sending->target,
                                            sending->subject ? ": " : "",
                                            sending->subject ? sending->subject : "", words ? words : "");
}

/* ---- the backup of its own ---- */

bool drill_back_up(struct drill *drill)
{
    const struct topology_sql *principal = drill->look->cast.parts[look_principal(drill->look)];
    const struct drill_place place = drill_place_of(drill->arena, drill->asked->pool->drill->full_backup);
    struct drill_sending sending = {.step = "back up"};
    struct lock_failure failure;

    if (strncmp(place.folder, "\\\\", 2) != 0)
        return drill_fails(drill,
                           "%s is no share: the principal cannot write where %s reads -> drill.full_backup",
                           place.folder, drill->instance->name);
    if (!principal ||
        pool_lock_take(drill->lock, principal, drill_until(drill, LOCK_WAIT_MS), drill->arena, &failure) != 0)
        return drill_fails(drill, "the principal cannot be asked: %s",
                           principal ? failure.failure.text : "there is none");
    sending.target = principal->name;
    sending.subject = drill->own_backup =
        arena_format(drill->arena, "%s%s%s_drill_%" PRId64 ".bak", place.folder,
                     place.folder[strlen(place.folder) - 1] == '\\' ? "" : "\\", drill->asked->pool->database,
                     drill->number);
    sending.text = drill_script(drill, "drill/01-backup.sql", principal->name, drill->own_backup, "1");
    return send(drill, &sending, &drill->backup);
}

/* ---- restore, recover, check ---- */

static const char *restore_text(struct drill *drill)
{
    const char *position = arena_format(drill->arena, "%" PRId64, drill->full->position);
    struct script_value values[VALUE_COUNT];
    struct drill_file *files;
    struct script script;
    struct err err = ERR_INIT;
    const char *text;
    size_t count;

    if (!drill_ask_files(drill, &files, &count) ||
        !fill_values(drill, drill->instance->name, drill->full->path, position, values) ||
        !find_script(drill, "drill/02-restore.sql", &script))
        return NULL;
    text = drill_restore_text(drill->arena, &script, values, VALUE_COUNT, files, count, &err);
    if (!text)
        drill_fails(drill, "%s", err.text);
    return text;
}

static bool restore_full(struct drill *drill)
{
    const struct drill_sending sending = {.step = "restore",
                                          .target = drill->instance->name,
                                          .subject = drill->full->name,
                                          .text = restore_text(drill)};

    if (!send(drill, &sending, &drill->restore))
        return false;
    drill->made = true;
    drill->restore.bytes = drill->full->bytes;
    return true;
}

static bool restore_log(struct drill *drill, const struct log_file_fact *file)
{
    const char *position =
        arena_format(drill->arena, "%" PRId64, file->position.known ? file->position.value : 1);
    const struct drill_sending sending = {
        .step = "roll forward",
        .target = drill->instance->name,
        .subject = file->name ? file->name : file->path,
        .text = drill_script(drill, "drill/03-log.sql", drill->instance->name, file->path, position),
    };

    if (!send(drill, &sending, &drill->logs))
        return false;
    drill->logs_done++;
    return true;
}

bool drill_restore(struct drill *drill)
{
    if (!restore_full(drill))
        return false;
    drill->files_moved = drill_files_lie_right(drill);
    for (size_t i = 0; drill->files_moved && i < drill->chain.file_count; i++)
        if (!restore_log(drill, drill->chain.files[i]))
            return false;
    drill->logs.bytes = drill_log_bytes(drill);
    return drill->files_moved;
}

bool drill_recover(struct drill *drill)
{
    const struct drill_sending sending = {
        .step = "recover",
        .target = drill->instance->name,
        .subject = drill->side,
        .text = drill_script(drill, "drill/04-recover.sql", drill->instance->name, "", "1"),
    };

    return send(drill, &sending, &drill->recovery);
}

bool drill_check(struct drill *drill)
{
    const struct drill_sending sending = {
        .step = "check",
        .target = drill->instance->name,
        .subject = drill->side,
        .text = drill_script(drill, "drill/05-check.sql", drill->instance->name, "", "1"),
    };

    drill->checked = send(drill, &sending, &drill->checkdb);
    return drill->checked;
}

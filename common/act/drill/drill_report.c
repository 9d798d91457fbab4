/* What a drill tells people, and the ledger. */
#include "act/drill/drill_work.h"
#include "assess/words.h"
#include "base/duration.h"
#include "base/utc.h"
#include "model/json_text.h"

#include <inttypes.h>
#include <string.h>

enum { MS_PER_S = 1000, BYTES_PER_MB = 1048576 };

/* ---- for people ---- */

static void add_part(struct strbuf *out, const struct drill_part *part)
{
    char size[DURATION_TEXT_BYTES];

    if (part->bytes)
        strbuf_format(out, "  %s", bytes_format(part->bytes, size));
    strbuf_format(out, " in %" PRId64 ".%" PRId64 " s", part->took_ms / MS_PER_S,
                  part->took_ms % MS_PER_S / 100);
    if (part->bytes && part->took_ms > 0)
        strbuf_format(out, ", %.1f MB/s",
                      (double)part->bytes / BYTES_PER_MB / ((double)part->took_ms / MS_PER_S));
    strbuf_add_char(out, '\n');
}

static const char *name_of(const struct log_file_fact *file)
{
    return file->name ? file->name : file->path ? file->path : "a file without a name";
}

/* "5 min"; ahead it can be by what was written in between. */
static void add_behind(const struct drill *drill, struct strbuf *out)
{
    char behind[DURATION_TEXT_BYTES];
    int64_t behind_ms = drill->principal_newest_utc_ms.value - drill->copy.newest_utc_ms;

    if (!drill->principal_newest_utc_ms.known)
        strbuf_add(out, "; the principal's was not seen\n");
    else if (behind_ms < MS_PER_S)
        strbuf_add(out, ", as new as the principal's\n");
    else
        strbuf_format(out, ", %s older than the principal's\n",
                      duration_format_exact(behind_ms / MS_PER_S, behind));
}

static void add_restored(const struct drill *drill, struct strbuf *out)
{
    char at[UTC_TEXT_BYTES];

    if (drill->own_backup && drill->backup.took_ms) {
        strbuf_format(out, "backup    %s", drill->own_backup);
        add_part(out, &drill->backup);
    }
    if (drill->full) {
        utc_format(drill->full->finished_ms.value, at);
        at[strcspn(at, "Z")] = '\0';
        strbuf_format(out, "full      %s  of %s by the clock of %s", drill->full->name, at,
                      drill->full->server ? drill->full->server : "its server");
        if (drill->made)
            add_part(out, &drill->restore);
        else
            strbuf_add_char(out, '\n');
    }
    if (drill->logs_done) {
        strbuf_format(out, "logs      %zu of %zu, %s … %s", drill->logs_done, drill->chain.file_count,
                      name_of(drill->chain.files[0]), name_of(drill->chain.files[drill->logs_done - 1]));
        add_part(out, &drill->logs);
    } else if (drill->made) {
        strbuf_format(out, "logs      none of %zu\n", drill->chain.file_count);
    }
}

static void add_looked(const struct drill *drill, struct strbuf *out)
{
    char at[UTC_TEXT_BYTES];

    if (drill->recovery.took_ms || drill->copy.known) {
        strbuf_format(out, "recovery  %s", drill->side);
        add_part(out, &drill->recovery);
    }
    if (drill->copy.known) {
        strbuf_format(out, "newest    message of %s",
                      utc_format(drill->copy.newest_utc_ms - drill->copy.newest_utc_ms % MS_PER_S, at));
        add_behind(drill, out);
        strbuf_format(out, "rows      tblChat %" PRId64 ", tblNode %" PRId64 ", tblPrincipal %" PRId64 "\n",
                      drill->copy.messages, drill->copy.rooms, drill->copy.people);
    }
    if (drill->checked) {
        strbuf_add(out, "checkdb   no error");
        add_part(out, &drill->checkdb);
    }
}

void drill_report(const struct drill *drill, struct strbuf *out)
{
    strbuf_format(out, "drill of %s on %s\n", drill->asked->pool->fqdn,
                  drill->instance ? drill->instance->name : "?");
    add_restored(drill, out);
    add_looked(drill, out);
    if (drill->own_backup)
        strbuf_format(out, "left      %s: files of backups are never deleted\n", drill->own_backup);
}

/* ---- for the ledger ---- */

static void set_text(json_t *note, const char *key, const char *text, int most_bytes)
{
    AUTO(strbuf) struct strbuf cut = STRBUF_INIT;

    if (!text)
        return;
    strbuf_format(&cut, "%.*s", most_bytes, text);
    json_object_set_new(note, key, json_text(strbuf_text(&cut)));
}

static void set_utc(json_t *note, const char *key, int64_t utc_ms)
{
    char at[UTC_TEXT_BYTES];

    json_object_set_new(note, key, json_text(utc_format(utc_ms - utc_ms % MS_PER_S, at)));
}

static void set_rate(json_t *note, const char *key, const struct drill_part *part)
{
    if (part->bytes && part->took_ms > 0)
        json_object_set_new(note, key, json_integer(part->bytes * MS_PER_S / part->took_ms / BYTES_PER_MB));
}

static void set_results(const struct drill *drill, json_t *note)
{
    const int64_t took_ms = drill->restore.took_ms + drill->logs.took_ms + drill->recovery.took_ms;

    json_object_set_new(note, "logs", json_integer((json_int_t)drill->logs_done));
    json_object_set_new(note, "restore_s", json_integer(took_ms / MS_PER_S));
    set_rate(note, "full_mb_s", &drill->restore);
    set_rate(note, "log_mb_s", &drill->logs);
    if (drill->copy.known)
        set_utc(note, "newest_message", drill->copy.newest_utc_ms);
    if (drill->copy.known && drill->principal_newest_utc_ms.known)
        json_object_set_new(
            note, "behind_s",
            json_integer((drill->principal_newest_utc_ms.value - drill->copy.newest_utc_ms) / MS_PER_S));
    json_object_set_new(note, "checkdb", json_boolean(drill->checked));
}

const char *drill_note_text(const struct drill *drill, struct arena *arena)
{
    enum { NAME_MOST = 60, WHY_MOST = 100 }; /* each byte may be two in JSON */
    json_t *note = json_object();
    AUTO_FREE char *text = NULL;

    json_object_set_new(note, "drill", json_integer(drill->number));
    set_utc(note, "at", drill->now_utc_ms);
    set_text(note, "full", drill->full ? drill->full->name : NULL, NAME_MOST);
    json_object_set_new(note, "copy_only", json_boolean(drill->own_backup != NULL));
    set_results(drill, note);
    set_text(note, "why", drill->why, WHY_MOST);
    text = json_dumps(note, JSON_COMPACT);
    json_decref(note);
    return arena_text(arena, text);
}

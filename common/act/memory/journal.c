#include "act/memory/journal.h"

#include "act/memory/statement.h"
#include "base/mem.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[ENTRY_KIND_COUNT] = {
    [ENTRY_LOOK] = "look",   [ENTRY_GATES] = "gates",     [ENTRY_INTENT] = "intent",
    [ENTRY_ACT] = "act",     [ENTRY_VERIFY] = "verify",   [ENTRY_OUTCOME] = "outcome",
    [ENTRY_GUARD] = "guard", [ENTRY_REFUSAL] = "refusal", [ENTRY_PERSON] = "person",
    [ENTRY_NOTE] = "note",
};

const char *entry_kind_name(enum entry_kind kind)
{
    return kind_names[kind];
}

static bool kind_parse(const char *name, enum entry_kind *ret_kind)
{
    for (int i = 0; i < ENTRY_KIND_COUNT; i++)
        if (strcmp(kind_names[i], name) == 0) {
            *ret_kind = (enum entry_kind)i;
            return true;
        }
    return false;
}

/* ---- entries ---- */

int journal_write(struct journal *journal, const struct journal_entry *entry, struct err *err)
{
    const struct value values[] = {
        NUMBER_VALUE(entry->run),       TEXT_VALUE(entry->plan),      TEXT_VALUE(kind_names[entry->kind]),
        NUMBER_VALUE(entry->at_utc_ms), NUMBER_VALUE(entry->mono_ms), NUMBER_VALUE(entry->server_utc_ms),
        TEXT_VALUE(entry->step),        TEXT_VALUE(entry->target),    TEXT_VALUE(entry->subject),
        TEXT_VALUE(entry->text),        TEXT_VALUE(entry->person),
    };

    return journal_do(journal,
                      "INSERT INTO entry (run, plan, kind, at_utc_ms, mono_ms, server_utc_ms, step, target,"
                      " subject, text, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      values, COUNT(values), err);
}

static int read_entry(const struct statement *row, struct journal_entry *ret_entry)
{
    *ret_entry = (struct journal_entry){
        .entry = statement_number(row, 0),
        .run = statement_number(row, 1),
        .plan = statement_text(row, 2),
        .at_utc_ms = statement_number(row, 4),
        .mono_ms = statement_number(row, 5),
        .server_utc_ms = statement_number(row, 6),
        .step = statement_text(row, 7),
        .target = statement_text(row, 8),
        .subject = statement_text(row, 9),
        .text = statement_text(row, 10),
        .person = statement_text(row, 11),
    };
    if (kind_parse(statement_text(row, 3), &ret_entry->kind))
        return 0;
    return err_set(row->err, ERR_IO,
                   "%s: entry %" PRId64 " is of no known kind; expected look, gates, intent…",
                   row->journal->path, ret_entry->entry);
}

int journal_entries(struct journal *journal, int64_t run, int64_t after,
                    void (*each)(void *user, const struct journal_entry *entry), void *user, struct err *err)
{
    const struct value values[] = {NUMBER_VALUE(run), NUMBER_VALUE(after)};
    AUTO(statement) struct statement statement = {0};
    struct journal_entry entry;
    int outcome;

    if (statement_begin(&statement, journal,
                        "SELECT entry, run, plan, kind, at_utc_ms, mono_ms, server_utc_ms, step, target,"
                        " subject, text, person FROM entry"
                        " WHERE (?1 = 0 OR run = ?1) AND entry > ?2 ORDER BY entry",
                        values, COUNT(values), err) != 0)
        return -1;
    while ((outcome = statement_row(&statement)) > 0) {
        if (read_entry(&statement, &entry) != 0)
            return -1;
        each(user, &entry);
    }
    return outcome;
}

/* ---- plans ---- */

int journal_put_plan(struct journal *journal, const char *id, const char *json, const char *text,
                     int64_t at_utc_ms, struct err *err)
{
    const struct value values[] = {TEXT_VALUE(id), TEXT_VALUE(json), TEXT_VALUE(text),
                                   NUMBER_VALUE(at_utc_ms)};

    return journal_do(journal, "INSERT OR REPLACE INTO plan (id, json, text, at_utc_ms) VALUES (?, ?, ?, ?)",
                      values, COUNT(values), err);
}

/* The one text that the statement finds; NULL: none, and *err is left alone, or an error. */
static char *find_text(struct journal *journal, const char *sql, const char *key, struct err *err)
{
    const struct value value = TEXT_VALUE(key);
    AUTO(statement) struct statement statement = {0};

    if (statement_begin(&statement, journal, sql, &value, 1, err) != 0 || statement_row(&statement) <= 0)
        return NULL;
    return mem_copy_text(statement_text(&statement, 0));
}

char *journal_get_plan(struct journal *journal, const char *id, struct err *err)
{
    struct err failed = ERR_INIT;
    char *json = find_text(journal, "SELECT json FROM plan WHERE id = ?", id, &failed);

    if (json)
        return json;
    if (failed.kind != ERR_NONE)
        err_set(err, failed.kind, "%s", failed.text);
    else
        err_set(err, ERR_INPUT,
                "\"%s\" is no plan of this journal; expected the id that `pchatctl plan` printed", id);
    return NULL;
}

/* ---- runs ---- */

int journal_put_run(struct journal *journal, const struct journal_run *run, struct err *err)
{
    const struct value values[] = {
        NUMBER_VALUE(run->run),          TEXT_VALUE(run->plan),    TEXT_VALUE(run->verb),
        TEXT_VALUE(run->pool),           TEXT_VALUE(run->origin),  TEXT_VALUE(run->state),
        TEXT_VALUE(run->person),         NUMBER_VALUE(run->epoch), NUMBER_VALUE(run->begun_utc_ms),
        NUMBER_VALUE(run->ended_utc_ms),
    };

    return journal_do(journal,
                      "INSERT OR REPLACE INTO run (run, plan, verb, pool, origin, state, person, epoch,"
                      " begun_utc_ms, ended_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      values, COUNT(values), err);
}

int journal_runs(struct journal *journal, void (*each)(void *user, const struct journal_run *run), void *user,
                 struct err *err)
{
    AUTO(statement) struct statement row = {0};
    int outcome;

    if (statement_begin(&row, journal,
                        "SELECT run, plan, verb, pool, origin, state, person, epoch, begun_utc_ms,"
                        " ended_utc_ms FROM run ORDER BY run",
                        NULL, 0, err) != 0)
        return -1;
    while ((outcome = statement_row(&row)) > 0) {
        const struct journal_run run = {
            .run = statement_number(&row, 0),
            .plan = statement_text(&row, 1),
            .verb = statement_text(&row, 2),
            .pool = statement_text(&row, 3),
            .origin = statement_text(&row, 4),
            .state = statement_text(&row, 5),
            .person = statement_text(&row, 6),
            .epoch = statement_number(&row, 7),
            .begun_utc_ms = statement_number(&row, 8),
            .ended_utc_ms = statement_number(&row, 9),
        };

        each(user, &run);
    }
    return outcome;
}

/* ---- values ---- */

int journal_set(struct journal *journal, const char *key, const char *value, struct err *err)
{
    const struct value values[] = {TEXT_VALUE(key), TEXT_VALUE(value)};

    if (!value)
        return journal_do(journal, "DELETE FROM value WHERE key = ?", values, 1, err);
    return journal_do(journal, "INSERT OR REPLACE INTO value (key, value) VALUES (?, ?)", values,
                      COUNT(values), err);
}

char *journal_get(struct journal *journal, const char *key, struct err *err)
{
    return find_text(journal, "SELECT value FROM value WHERE key = ?", key, err);
}

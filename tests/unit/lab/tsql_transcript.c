#include "unit/lab/tsql_transcript.h"

#include "base/mem.h"
#include "base/utc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void put_type(struct strbuf *out, const struct tsql_column *column)
{
    static const char *const names[] = {"bit",     "tinyint",  "smallint", "int",      "bigint",
                                        "real",    "float",    "numeric",  "datetime", "uniqueidentifier",
                                        "varchar", "nvarchar", "nchar",    "varbinary"};

    strbuf_add(out, names[column->type]);
    if (column->type == TSQL_NUMERIC)
        strbuf_format(out, "(%u,%u)", column->precision, column->scale);
    if (column->type >= TSQL_VARCHAR && column->length)
        strbuf_format(out, "(%u)", column->length);
    if (column->type >= TSQL_VARCHAR && !column->length)
        strbuf_add(out, "(max)");
    if (column->nullable)
        strbuf_add_char(out, '?');
}

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    struct transcript *transcript = user;

    transcript->columns = mem_resize(transcript->columns, count, sizeof(*columns));
    memcpy(transcript->columns, columns, count * sizeof(*columns));
    for (size_t i = 0; i < count; i++) {
        strbuf_format(transcript->out, "%s%s ", i ? ", " : "", columns[i].name);
        put_type(transcript->out, &columns[i]);
    }
    strbuf_add_char(transcript->out, '\n');
}

static void put_value(struct strbuf *out, const struct tsql_column *column, const struct tsql_value *value)
{
    char text[UTC_TEXT_BYTES];

    if (value->is_null) {
        strbuf_add(out, "NULL");
    } else if (column->type <= TSQL_BIGINT) {
        strbuf_format(out, "%" PRId64, value->integer);
    } else if (column->type <= TSQL_FLOAT) {
        strbuf_format(out, "%g", value->real);
    } else if (column->type == TSQL_DATETIME) {
        strbuf_add(out, utc_format(value->integer, text));
    } else if (column->type == TSQL_VARBINARY) {
        strbuf_add(out, "0x");
        for (size_t i = 0; i < value->length_bytes; i++)
            strbuf_format(out, "%02X", value->bytes[i]);
    } else {
        strbuf_add(out, value->text);
    }
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    struct transcript *transcript = user;

    for (size_t i = 0; i < count; i++) {
        strbuf_add(transcript->out, i ? "|" : "");
        put_value(transcript->out, &transcript->columns[i], &values[i]);
    }
    strbuf_add_char(transcript->out, '\n');
}

static void on_message(void *user, const struct tsql_message *message)
{
    struct transcript *transcript = user;

    if (message->severity <= 10)
        strbuf_add(transcript->out, "i ");
    strbuf_format(transcript->out, "%d: %s", message->number, message->text);
    if (transcript->with_lines)
        strbuf_format(transcript->out, " line %d", message->line);
    strbuf_add_char(transcript->out, '\n');
}

static void on_database_changed(void *user, const char *from, const char *to)
{
    const struct transcript *transcript = user;

    strbuf_format(transcript->out, "%s -> %s\n", from, to);
}

static void on_return_status(void *user, int32_t status)
{
    const struct transcript *transcript = user;

    strbuf_format(transcript->out, "=%d\n", (int)status);
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    const struct transcript *transcript = user;

    if (!transcript->with_done)
        return;
    if (has_count)
        strbuf_format(transcript->out, "(%" PRIu64 "%s)\n", row_count, in_error ? "!" : "");
    else
        strbuf_format(transcript->out, "(%s)\n", in_error ? "!" : "");
}

struct tsql_sink transcript_sink(struct transcript *transcript)
{
    return (struct tsql_sink){transcript,          on_columns,       on_row, on_message,
                              on_database_changed, on_return_status, on_done};
}

void transcript_done(struct transcript *transcript)
{
    free(transcript->columns);
    transcript->columns = NULL;
}

char *transcript_of(struct tsql_session *session, const char *batch)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    AUTO(transcript) struct transcript transcript = {.out = &out};
    struct tsql_sink sink = transcript_sink(&transcript);

    tsql_execute(session, batch, &sink);
    strbuf_add(&out, "");
    return strbuf_take(&out);
}

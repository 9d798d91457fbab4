#include "lab/tds/rpc.h"
#include "lab/tds/wire.h"
#include "tds_client.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* A parameter: name, and the bytes of its type and value. */
struct parameter {
    const char *name;
    const char *bytes;
    size_t length;
};

static void put_request(struct strbuf *out, const char *procedure, const struct parameter *parameters,
                        size_t count)
{
    wire_put_le(out, strlen(procedure), 2);
    client_put_text(out, procedure);
    wire_put_le(out, 0, 2);
    for (size_t i = 0; i < count; i++) {
        wire_put_b_varchar(out, parameters[i].name);
        wire_put_le(out, 0, 1);
        wire_put_bytes(out, parameters[i].bytes, parameters[i].length);
    }
}

static void put_nvarchar(struct strbuf *out, const char *text)
{
    AUTO(strbuf) struct strbuf units = STRBUF_INIT;

    client_put_text(&units, text);
    wire_put_bytes(out, "\xE7\x40\x1F\x09\x04\xD0\x00\x34", 8);
    wire_put_le(out, units.length, 2);
    wire_put_bytes(out, strbuf_text(&units), units.length);
}

static const struct {
    const char *name, *statement;
    struct parameter parameters[2];
    size_t count;
    const char *batch;
} calls[] = {
    {"no parameter", "SELECT 1", {{0}}, 0, "SELECT 1"},
    {"an int", "SELECT @a", {{"@a", "\x26\x04\x04\xFE\xFF\xFF\xFF", 7}}, 1, "SELECT -2"},
    {"a tinyint has no sign", "SELECT @a", {{"@a", "\x26\x01\x01\xFF", 4}}, 1, "SELECT 255"},
    {"a null int", "SELECT @a", {{"@a", "\x26\x04\x00", 3}}, 1, "SELECT NULL"},
    {"a bit", "SELECT @a", {{"@a", "\x68\x01\x01\x01", 4}}, 1, "SELECT 1"},
    {"a bigint",
     "SELECT @a",
     {{"@a", "\x26\x08\x08\0\0\0\0\0\0\0\x80", 11}},
     1,
     "SELECT -9223372036854775808"},
    {"a string with a quote",
     "SELECT @a",
     {{"@a", "\xE7\x08\0\x09\x04\xD0\0\x34\x04\0o\0'\0", 14}},
     1,
     "SELECT N'o'''"},
    {"a null string", "SELECT @a", {{"@a", "\xE7\x08\0\x09\x04\xD0\0\x34\xFF\xFF", 10}}, 1, "SELECT NULL"},
    {"varchar",
     "SELECT @a",
     {{"@a", "\xA7\x08\0\x09\x04\xD0\0\x34\x01\0\x80", 11}},
     1,
     "SELECT N'\xE2\x82\xAC'"},
    {"nvarchar(max)",
     "SELECT @a",
     {{"@a", "\xE7\xFF\xFF\x09\x04\xD0\0\x34\x02\0\0\0\0\0\0\0\x02\0\0\0A\0\0\0\0\0", 26}},
     1,
     "SELECT N'A'"},
    {"names are whole words", "SELECT @ab, @a, @A", {{"@a", "\x26\x01\x01\x07", 4}}, 1, "SELECT @ab, 7, 7"},
    {"quotes and comments stay",
     "SELECT '@a', [@a], \"@a\", @a -- @a\n/* @a */",
     {{"@a", "\x26\x01\x01\x07", 4}},
     1,
     "SELECT '@a', [@a], \"@a\", 7 -- @a\n/* @a */"},
    {"a quote that never ends", "SELECT '@a", {{"@a", "\x26\x01\x01\x07", 4}}, 1, "SELECT '@a"},
    {"a value is not read again",
     "SELECT @a, @b",
     {{"@a", "\xE7\x08\0\x09\x04\xD0\0\x34\x04\0@\0b\0", 14}, {"@b", "\x26\x01\x01\x07", 4}},
     2,
     "SELECT N'@b', 7"},
};

static void put_call(struct strbuf *out, size_t which)
{
    AUTO(strbuf) struct strbuf statement = STRBUF_INIT;
    AUTO(strbuf) struct strbuf declaration = STRBUF_INIT;
    struct parameter parameters[4] = {
        {"", NULL, 0}, {"", NULL, 0}, calls[which].parameters[0], calls[which].parameters[1]};

    put_nvarchar(&statement, calls[which].statement);
    put_nvarchar(&declaration, "");
    parameters[0] = (struct parameter){"", strbuf_text(&statement), statement.length};
    parameters[1] = (struct parameter){"", strbuf_text(&declaration), declaration.length};
    put_request(out, "sp_executesql", parameters, 2 + calls[which].count);
}

static void executesql_becomes_its_statement(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++) {
        AUTO(strbuf) struct strbuf message = STRBUF_INIT;
        AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
        put_call(&message, i);
        if (rpc_read(message.text, message.length, TDS_7_4, &batch) != RPC_BATCH)
            fail_msg("%s: not read", calls[i].name);
        if (strcmp(strbuf_text(&batch), calls[i].batch) != 0)
            fail_msg("%s: %s", calls[i].name, strbuf_text(&batch));
    }
}

static void others_become_exec(void **state)
{
    (void)state;
    static const struct parameter parameters[] = {{"@a", "\x26\x01\x01\x07", 4}, {"", "\x26\x01\x00", 3}};
    AUTO(strbuf) struct strbuf message = STRBUF_INIT;
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;

    put_request(&message, "msdb.dbo.sp_help_job", parameters, COUNT(parameters));
    assert_int_equal(rpc_read(message.text, message.length, TDS_7_4, &batch), RPC_BATCH);
    assert_string_equal(strbuf_text(&batch), "EXEC msdb.dbo.sp_help_job @a = 7, NULL");
    strbuf_truncate(&batch, 0);
    assert_int_equal(rpc_read("\xFF\xFF\x0D\x00\x00\x00", 6, TDS_7_4, &batch), RPC_BATCH);
    assert_string_equal(strbuf_text(&batch), "EXEC sp_prepexec");
}

static void truncated_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++) {
        AUTO(strbuf) struct strbuf message = STRBUF_INIT;
        put_call(&message, i);
        for (size_t length = 1; length < message.length; length++) {
            AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
            AUTO_FREE char *cut = malloc(length);
            memcpy(cut, message.text, length);
            rpc_read(cut, length, TDS_7_4, &batch);
        }
    }
}

static const struct {
    const char *name, *bytes;
    size_t length;
    enum rpc_outcome outcome;
} hostile[] = {
    {"empty", "", 0, RPC_BROKEN},
    {"no name", "\0\0\0\0", 4, RPC_BROKEN},
    {"a number that is no procedure", "\xFF\xFF\x63\x00\0\0", 6, RPC_BROKEN},
    {"sp_executesql of nothing", "\xFF\xFF\x0A\x00\0\0", 6, RPC_BROKEN},
    {"a name longer than the packet",
     "\xFF\x7F"
     "a\0\0\0",
     6, RPC_BROKEN},
    {"a type that is not read", "\xFF\xFF\x0A\x00\0\0\0\0\xF1", 9, RPC_BAD_TYPE},
    {"an integer of 200 bytes", "\xFF\xFF\x0A\x00\0\0\0\0\x26\xC8\xC8", 11, RPC_BAD_TYPE},
};

static void hostile_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
        if (rpc_read(hostile[i].bytes, hostile[i].length, TDS_7_4, &batch) != hostile[i].outcome)
            fail_msg("%s: another outcome", hostile[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(executesql_becomes_its_statement),
        cmocka_unit_test(others_become_exec),
        cmocka_unit_test(truncated_calls),
        cmocka_unit_test(hostile_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

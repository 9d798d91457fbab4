#include "lab/tds/column.h"
#include "unit/cmocka_unit.h"

#include <string.h>

/* Expected bytes as hex: of the type in COLMETADATA (after user type and flags, before the name), and of the
 * value. */
static const struct {
    const char *name;
    struct tsql_column column;
    struct tsql_value value;
    const char *type, *bytes;
} cells[] = {
    {"bit", {"", TSQL_BIT, false, 0, 0, 0}, {.integer = 1}, "32", "01"},
    {"bit null", {"", TSQL_BIT, true, 0, 0, 0}, {.is_null = true}, "6801", "00"},
    {"tinyint", {"", TSQL_TINYINT, true, 0, 0, 0}, {.integer = 255}, "2601", "01ff"},
    {"smallint", {"", TSQL_SMALLINT, true, 0, 0, 0}, {.integer = -2}, "2602", "02feff"},
    {"int", {"", TSQL_INT, false, 0, 0, 0}, {.integer = 258}, "38", "02010000"},
    {"bigint", {"", TSQL_BIGINT, true, 0, 0, 0}, {.integer = -1}, "2608", "08ffffffffffffffff"},
    {"real", {"", TSQL_REAL, false, 0, 0, 0}, {.real = 1.5}, "3b", "0000c03f"},
    {"float", {"", TSQL_FLOAT, true, 0, 0, 0}, {.real = 1.5}, "6d08", "08000000000000f83f"},
    {"datetime 1900",
     {"", TSQL_DATETIME, false, 0, 0, 0},
     {.integer = -25567LL * 86400000},
     "3d",
     "0000000000000000"},
    {"datetime before 1970",
     {"", TSQL_DATETIME, true, 0, 0, 0},
     {.integer = -1000},
     "6f08",
     "08de630000d4808b01"},
    {"datetime rounds into the next day",
     {"", TSQL_DATETIME, false, 0, 0, 0},
     {.integer = 86399999},
     "3d",
     "e063000000000000"},
    {"datetime .003", {"", TSQL_DATETIME, false, 0, 0, 0}, {.integer = 3}, "3d", "df63000001000000"},
    {"numeric", {"", TSQL_NUMERIC, true, 0, 9, 2}, {.text = "-12.3"}, "6c050902", "0500ce040000"},
    {"numeric cuts what it cannot hold",
     {"", TSQL_NUMERIC, true, 0, 9, 1},
     {.text = "12.39"},
     "6c050901",
     "05017b000000"},
    {"a log sequence number",
     {"", TSQL_NUMERIC, true, 0, 25, 0},
     {.text = "18446744073709551616"},
     "6c0d1900",
     "0d01000000000000000001000000"},
    {"numeric null", {"", TSQL_NUMERIC, true, 0, 38, 0}, {.is_null = true}, "6c112600", "00"},
    {"uniqueidentifier",
     {"", TSQL_UNIQUEIDENTIFIER, true, 0, 0, 0},
     {.text = "01020304-0506-0708-090A-0B0C0D0E0F10"},
     "2410",
     "100403020106050807090a0b0c0d0e0f10"},
    {"uniqueidentifier null", {"", TSQL_UNIQUEIDENTIFIER, true, 0, 0, 0}, {.is_null = true}, "2410", "00"},
    {"varchar", {"", TSQL_VARCHAR, true, 5, 0, 0}, {.text = "\xE2\x82\xAC"}, "a705000904d00034", "010080"},
    {"varchar cut to its column",
     {"", TSQL_VARCHAR, true, 1, 0, 0},
     {.text = "ab"},
     "a701000904d00034",
     "010061"},
    {"nvarchar", {"", TSQL_NVARCHAR, true, 128, 0, 0}, {.text = "A"}, "e700010904d00034", "02004100"},
    {"nvarchar null", {"", TSQL_NVARCHAR, true, 128, 0, 0}, {.is_null = true}, "e700010904d00034", "ffff"},
    {"nvarchar empty", {"", TSQL_NVARCHAR, true, 128, 0, 0}, {.text = ""}, "e700010904d00034", "0000"},
    {"nvarchar(max)",
     {"", TSQL_NVARCHAR, true, 0, 0, 0},
     {.text = "A"},
     "e7ffff0904d00034",
     "020000000000000002000000410000000000"},
    {"nvarchar(max) empty",
     {"", TSQL_NVARCHAR, true, 0, 0, 0},
     {.text = ""},
     "e7ffff0904d00034",
     "000000000000000000000000"},
    {"nvarchar(max) null",
     {"", TSQL_NVARCHAR, true, 0, 0, 0},
     {.is_null = true},
     "e7ffff0904d00034",
     "ffffffffffffffff"},
    {"nchar", {"", TSQL_NCHAR, true, 2, 0, 0}, {.text = "A "}, "ef04000904d00034", "040041002000"},
    {"varbinary",
     {"", TSQL_VARBINARY, true, 85, 0, 0},
     {.bytes = (const unsigned char *)"\0\1", .length_bytes = 2},
     "a55500",
     "02000001"},
};

static void assert_hex(const char *name, const char *what, const struct strbuf *got, size_t from, size_t to,
                       const char *want)
{
    AUTO(strbuf) struct strbuf hex = STRBUF_INIT;

    for (size_t i = from; i < to; i++)
        strbuf_format(&hex, "%02x", (unsigned char)got->text[i]);
    if (strcmp(strbuf_text(&hex), want) != 0)
        fail_msg("%s: %s is %s, want %s", name, what, strbuf_text(&hex), want);
}

static void cells_in_their_wire_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cells); i++) {
        AUTO(strbuf) struct strbuf metadata = STRBUF_INIT;
        AUTO(strbuf) struct strbuf row = STRBUF_INIT;
        column_put_metadata(&metadata, TDS_7_4, &cells[i].column, 1);
        column_put_row(&row, TDS_7_4, &cells[i].column, &cells[i].value, 1);
        assert_hex(cells[i].name, "type", &metadata, 1 + 2 + 4 + 2, metadata.length - 1, cells[i].type);
        assert_hex(cells[i].name, "value", &row, 1, row.length, cells[i].bytes);
    }
}

static void old_dialects(void **state)
{
    (void)state;
    const struct tsql_column column = {"m", TSQL_NVARCHAR, true, 0, 0, 0};
    const struct tsql_value value = {.text = "A"};
    AUTO(strbuf) struct strbuf metadata = STRBUF_INIT;
    AUTO(strbuf) struct strbuf row = STRBUF_INIT;

    column_put_metadata(&metadata, TDS_7_0, &column, 1);
    column_put_row(&row, TDS_7_0, &column, &value, 1);
    assert_hex("7.0", "metadata", &metadata, 0, metadata.length,
               "8101000000"
               "0900"
               "e7401f"
               "016d00");
    assert_hex("7.0", "row", &row, 0, row.length, "d102004100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_in_their_wire_form),
        cmocka_unit_test(old_dialects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Names become literals and identifiers, whatever they hold. */
#include "base/sql_quote.h"

#include "unit/cmocka_unit.h"

static const struct {
    const char *name, *literal, *identifier;
} cases[] = {
    {"mgc", "N'mgc'", "[mgc]"},
    {"", "N''", "[]"},
    {"it's", "N'it''s'", "[it's]"},
    {"'; DROP DATABASE mgc --", "N'''; DROP DATABASE mgc --'", "['; DROP DATABASE mgc --]"},
    {"]; DROP LOGIN x --", "N']; DROP LOGIN x --'", "[]]; DROP LOGIN x --]"},
    {"a]]b''c", "N'a]]b''''c'", "[a]]]]b''c]"},
    {"two\nlines", "N'two\nlines'", "[two\nlines]"},
    {"100%", "N'100%'", "[100%]"},
    {"caf\xc3\xa9 \xf0\x9f\x92\xa9", "N'caf\xc3\xa9 \xf0\x9f\x92\xa9'", "[caf\xc3\xa9 \xf0\x9f\x92\xa9]"},
    {"\xe2\x80\x99", "N'\xe2\x80\x99'", "[\xe2\x80\x99]"}, /* a quote that a code page could turn into ' */
    {"broken \xc0\xa7", "N'broken \xef\xbf\xbd\xef\xbf\xbd'",
     "[broken \xef\xbf\xbd\xef\xbf\xbd]"}, /* overlong ' */
};

static void names_cannot_end_their_quotes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf literal = STRBUF_INIT, identifier = STRBUF_INIT;

        sql_quote_literal(&literal, cases[i].name);
        sql_quote_name(&identifier, cases[i].name);
        assert_string_equal(strbuf_text(&literal), cases[i].literal);
        assert_string_equal(strbuf_text(&identifier), cases[i].identifier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_cannot_end_their_quotes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

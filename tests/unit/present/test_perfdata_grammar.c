/* The judge is judged first: it must accept what the guidelines show and refuse what they forbid. */
#include "base/cleanup.h"
#include "perfdata_grammar.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *perfdata;
    size_t count;
} valid[] = {
    {"load1=0.260;5;10;0", 1},
    {"/=2643MB;5948;5958;0;5968 /boot=68MB;88;93;0;98", 2},
    {"time=0.2s;;;0", 1},
    {"'a b'=1 c=2", 2},
    {"'it''s'=1", 1},
    {"''''=1", 1},
    {"x=U", 1},
    {"x=U;10;20", 1},
    {"x=-1.5%;@10:20;~:5;0;100", 1},
    {"x=1;~:;10:", 1},
    {"x=1;;;;", 1},
    {"x=1c x=2us x=3TB", 3},
    {"a:b=1;2;3;0", 1},
    {"é=1", 1},
};

static void accepts_the_guidelines(void **state)
{
    struct complaint complaint;
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT(valid); i++) {
        assert_true(perfdata_is_valid(valid[i].perfdata, &count, &complaint));
        assert_int_equal(count, valid[i].count);
    }
}

static const char *const invalid[] = {
    "",      "x",       "=1",        "x=",          "x= 1",  "x=1  y=2", "x=1,y=2", "x=1e3",
    "x=1s ", "x=+1",    "x=1.",      "x=.5",        "x=inf", "x=nan",    "x=1x",    "x=1;20:10",
    "x=1;~", "x=1;a",   "x=1;;;~:0", "x=1;;;0;1;2", "'a=1",  "''=1",     "a'b=1",   "'a'b=1",
    "a b=1", "x=1;1e3", "x=0x10",    "'a=b'=1",     "x=u",   "x=1 s",    "x=--1",   "x=1;5 ;6",
};

static void refuses_the_rest(void **state)
{
    struct complaint complaint;
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT(invalid); i++)
        if (perfdata_is_valid(invalid[i], &count, &complaint))
            fail_msg("accepted: %s", invalid[i]);
}

static const struct {
    const char *output;
    bool valid;
} outputs[] = {
    {"PCHAT REPLICATION OK - all well\n", true},
    {"PCHAT REPLICATION OK - all well | a=1\nmore\n", true},
    {"X UNKNOWN - é\n", true},
    {"PCHAT REPLICATION OK - all well", false},
    {"PCHAT REPLICATION OK - \n", false},
    {"PCHAT REPLICATION FINE - all well\n", false},
    {"OK - all well\n", false},
    {"pchat OK - all well\n", false},
    {"A OK - x | a=1 | b=2\n", false},
    {"A OK - x\ny | a=1\n", false},
    {"A OK - x | a=1\ny | b=1\n", false},
    {"A OK - x | a=1 and so on\n", false},
    {"A OK - x | \n", false},
    {"A OK - \x1b[31mred\n", false},
    {"A OK - x\ty\n", false},
    {"A OK - \xff\n", false},
    {"A OK - \xc0\x80\n", false},
    {"A OK - \xed\xa0\x80\n", false},
    {"A OK - \xc2\x85\n", false},
    {"A OK - \xf0\x9f\x92\n", false},
    {"A OK - \xf0\x9f\x92\xa9\n", true},
    {"", false},
};

static void judges_whole_outputs(void **state)
{
    struct complaint complaint = {0, ""};

    (void)state;
    for (size_t i = 0; i < COUNT(outputs); i++)
        if (plugin_output_is_valid(outputs[i].output, strlen(outputs[i].output), &complaint) !=
            outputs[i].valid)
            fail_msg("%s: %s", outputs[i].output, complaint.reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_the_guidelines),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(judges_whole_outputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whatever a script is, it ends: bounded in steps, memory and depth, and refused in words. */
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#include "base/strbuf.h"

#include <string.h>

static const char *const scripts[] = {
    "$ErrorActionPreference = 'Stop'; try { $o = @{a=@(1,2,3); b=\"x $($env:COMPUTERNAME)\"}; $o | "
    "ConvertTo-Json "
    "-Compress -Depth 8 } catch { [Console]::Error.WriteLine(\"$_\"); exit 2 } finally { 'end' }",
    "function F([string]$Name, [int]$Count = 3) { for ($i = 0; $i -lt $Count; $i++) { \"$Name-$i\" } }; F "
    "-Name 'x' 2 | "
    "? { $_ -like '*1' } | % { $_.ToUpper().Substring(1) } | Sort-Object -Descending | Select-Object -First "
    "1",
    "@{n=1;m=@{k='v'}} | Select-Object @{n='N';e={ $_.n + 1 }}, m; 'a1b22' -replace '(\\d+)', '<$1>' -split "
    "'<|>' -join ','; "
    "'{0,-8:D3}|{1:N2}' -f 7, 3.14159; 1..5 -contains 3 -and -not ($null -eq $x)",
    "Get-CsPersistentChatState -LocalStore | Format-List; Get-CsWindowsService | Format-Table Name, Status; "
    "Set-CsPersistentChatActiveServer 'service:lyncpc.litwareinc.com' -ActiveServers @{Add='a','b'} -WhatIf; "
    "Get-WmiObject Win32_Service -Filter \"Name='RTCCHAT' OR PathName LIKE '%Compliance%'\"",
    "@'\nhere $x\n'@; @\"\nthere $(1 + 2) `t ${x}\n\"@; "
    "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aGk=')); "
    "$a = 1,2; $a[0] = 5; $a[-1]; $h = @{}; $h['k'] = 'v'; $h.k; while ($i -lt 9) { $i++; if ($i -eq 4) { "
    "break } }",
};

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Some bytes replaced, removed, doubled, or swapped for what the language cares about. */
static char *mutated(const char *script, uint64_t *seed)
{
    static const char marks[] = "(){}[]@$\"'`|;,.:=-+*/%#<>&\n 09azAZ_\xff";
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    size_t length = strlen(script);
    unsigned rarity = 4 + (unsigned)(next_random(seed) % 60);

    for (size_t i = 0; i < length; i++) {
        uint64_t dice = next_random(seed);

        if (dice % rarity != 0) {
            strbuf_add_char(&text, script[i]);
            continue;
        }
        if (dice >> 32 & 1)
            strbuf_add_char(&text, marks[(dice >> 8) % (sizeof marks - 1)]);
        if (dice >> 33 & 1)
            strbuf_add_char(&text, script[i]);
        if (dice >> 34 & 1)
            strbuf_add_n(&text, script + i, length - i < 12 ? length - i : 12);
    }
    strbuf_add(&text, "");
    return strbuf_take(&text);
}

static void test_mutated_scripts(void **state)
{
    uint64_t seed = 0x9E3779B97F4A7C15U;

    for (int round = 0; round < 1000; round++) {
        AUTO_FREE char *script = mutated(scripts[(size_t)round % COUNT(scripts)], &seed);
        struct ps_run run = {.host = "pc1", .user = "u", .script = script};
        AUTO(ps_result) struct ps_result result = {.output = NULL};

        powershell_run(*state, &run, &result);
        assert_non_null(result.output);
    }
}

static char *repeated(const char *before, const char *middle, size_t times, const char *after)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, before);
    for (size_t i = 0; i < times; i++)
        strbuf_add(&text, middle);
    strbuf_add(&text, after);
    return strbuf_take(&text);
}

/* Nesting without end is refused, not a stack that overflows. */
static void test_deep_nesting(void **state)
{
    static const struct {
        const char *before, *middle, *after;
    } cases[] = {
        {"", "(", "1"},         {"", "@{a=", "1"},
        {"", "if (1) { ", "1"}, {"", "$(", "1"},
        {"\"", "$(\"", "x"},    {"1", " + 1", ""},
        {"$x", ".a", ""},       {"$x", "[0]", ""},
        {"", "-not ", "1"},     {"", "[int] ", "1"},
        {"", "{ ", "1"},        {"", "try { ", "1"},
        {"F ", "(F ", "1"},     {"", "$x = ", "1"},
        {"", ",", "1"},         {"", "function f { ", "1"},
        {"$x", "(1)", ""},      {"'[", "[", "' | ConvertFrom-Json"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *script = repeated(cases[i].before, cases[i].middle, 20000, cases[i].after);
        struct ps_run run = {.host = "pc1", .user = "u", .script = script};
        AUTO(ps_result) struct ps_result result = {.output = NULL};

        powershell_run(*state, &run, &result);
        assert_int_equal(result.exit_code, 1);
    }
}

/* What would run or grow for ever ends by itself. */
static void test_endless_scripts(void **state)
{
    static const char *const endless[] = {
        "while (1) { [Console]::WriteLine('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') }",
        "while (1) { Write-Error 'again and again' }",
        "while (1) { 1..50000 }",
        "1..50000 | Sort-Object -Descending | Select-Object -Unique",
        "$h = @{}; $h.h = $h; $h | ConvertTo-Json -Depth 100",
        "$a = @(1); $a[0] = $a; \"$a\"; $a | ConvertTo-Json -Depth 100",
        "'x' * 1000000000",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' -match '(a*)*b'",
        "$s = 'a' * 60000; while (1) { $s = $s -replace 'a', 'aa' }",
        "function f { f; f }; f",
        "$o = [pscustomobject]@{x=1}; while (1) { $o = [pscustomobject]@{x=$o; y=$o} ; \"$o\" }",
        "for (;;) { try { throw 1 } catch { } }",
    };

    for (size_t i = 0; i < COUNT(endless); i++) {
        struct ps_run run = {.host = "pc1", .user = "u", .script = endless[i]};
        AUTO(ps_result) struct ps_result result = {.output = NULL};

        powershell_run(*state, &run, &result);
        assert_non_null(result.output);
    }
}

static int set_up(void **state)
{
    *state = fixture_world();
    return 0;
}

static int tear_down(void **state)
{
    world_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutated_scripts),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_endless_scripts),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Texts whose verbs are made when they run, and texts that only look like it. */
#include "act/judge/computed_text.h"
#include "act/plan/runbooks.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const struct {
    const char *text;
    enum text_language language;
    int line; /* 0: nothing is computed */
} cases[] = {
    /* PowerShell */
    {"$x = 'Invoke-Cs'; & ($x + 'DatabaseFailover') -PoolFqdn x", TEXT_POWERSHELL, 1},
    {"$Answer = 1\n$c = 'x'\n& $c", TEXT_POWERSHELL, 3},
    {"&$c", TEXT_POWERSHELL, 1},
    {"& 'Invoke-CsThing'", TEXT_POWERSHELL, 1},
    {"& \"Invoke-$x\"", TEXT_POWERSHELL, 1},
    {"& (Get-Command Invoke-Cs*Failover)", TEXT_POWERSHELL, 1},
    {"& { Get-Date }", TEXT_POWERSHELL, 1},
    {". $script", TEXT_POWERSHELL, 1},
    {"$a = 1\n. .\\other.ps1", TEXT_POWERSHELL, 2},
    {"if ($a) { . $b }", TEXT_POWERSHELL, 1},
    {"iex $x", TEXT_POWERSHELL, 1},
    {"$x | IEX", TEXT_POWERSHELL, 1},
    {"Invoke-Expression ('Invoke-Cs' + $x)", TEXT_POWERSHELL, 1},
    {"Microsoft.PowerShell.Utility\\Invoke-Expression $x", TEXT_POWERSHELL, 1},
    {"Invoke-Expr`ession $x", TEXT_POWERSHELL, 1},
    {"Get-Date\nInvoke-Cs`DatabaseThing", TEXT_POWERSHELL, 2},
    {"[ScriptBlock]::Create($x)", TEXT_POWERSHELL, 1},
    {"$ExecutionContext.InvokeCommand.NewScriptBlock($x)", TEXT_POWERSHELL, 1},
    {"(Get-Command x).ScriptBlock", TEXT_POWERSHELL, 1},
    {"{ x }.Invoke()", TEXT_POWERSHELL, 1},
    {"$o.$name()", TEXT_POWERSHELL, 1},
    {"$o.\"$name\"()", TEXT_POWERSHELL, 1},
    {"$o.('a' + 'b')()", TEXT_POWERSHELL, 1},
    {"[IO.File]::$name('x')", TEXT_POWERSHELL, 1},
    {"1 | % $name", TEXT_POWERSHELL, 1},
    {"1 | ForEach-Object 'Invoke'", TEXT_POWERSHELL, 1},
    {"\"a $( & $x ) b\"", TEXT_POWERSHELL, 1},
    {"\"a\n$(iex $x)\"", TEXT_POWERSHELL, 2},
    {"@\"\n$(iex $x)\n\"@", TEXT_POWERSHELL, 2},
    {"Set-Alias y Get-Date; y", TEXT_POWERSHELL, 1},
    {"Set-Item alias:y Get-Date", TEXT_POWERSHELL, 1},
    {"Set-Item function:y $x", TEXT_POWERSHELL, 1},
    {"${function:y} = $x", TEXT_POWERSHELL, 1},
    {"$function:y = $x", TEXT_POWERSHELL, 1},
    {"Add-Type -TypeDefinition $x", TEXT_POWERSHELL, 1},
    {"Start-Process x", TEXT_POWERSHELL, 1},
    {"[Diagnostics.Process]::Start('x')", TEXT_POWERSHELL, 1},
    {"powershell.exe -EncodedCommand $x", TEXT_POWERSHELL, 1},
    {"& sqlcmd -Q $x", TEXT_POWERSHELL, 1},
    {"sqlcmd.exe -Q $x", TEXT_POWERSHELL, 1},
    {"New-Object -ComObject ADODB.Connection", TEXT_POWERSHELL, 1},
    {"Invoke-Command { x }", TEXT_POWERSHELL, 1},

    {"", TEXT_POWERSHELL, 0},
    {"# iex $x\nGet-Date <# & $x\n #>", TEXT_POWERSHELL, 0},
    {"'iex $x; & $y'", TEXT_POWERSHELL, 0},
    {"'it''s & $y'", TEXT_POWERSHELL, 0},
    {"\"this & that, `$(no), \"\"iex\"\"\"", TEXT_POWERSHELL, 0},
    {"@'\niex $x ' & $y\n'@", TEXT_POWERSHELL, 0},
    {"schtasks.exe /run /tn $t 2>&1", TEXT_POWERSHELL, 0},
    {"& schtasks.exe /run", TEXT_POWERSHELL, 0},
    {"1..4 | ForEach-Object { \"$_\".Trim() }", TEXT_POWERSHELL, 0},
    {"$v = (Get-Pool).($Parameters.property)\nif ($v) { 1 }", TEXT_POWERSHELL, 0},
    {"$v = $o.$name\n(1)", TEXT_POWERSHELL, 0},
    {"$x.Count -gt 4 -and .5 -lt 1", TEXT_POWERSHELL, 0},
    {"Set-CsPersistentChatState -Identity $a `\n -PoolState FailedOver", TEXT_POWERSHELL, 0},
    {"Set-CsPersistentChatState -Identity $a `\r\n -PoolState FailedOver", TEXT_POWERSHELL, 0},
    {"function Get-Pool($Identity) { [Diagnostics.Stopwatch]::StartNew() }", TEXT_POWERSHELL, 0},
    {"$a % $b; Get-Process x", TEXT_POWERSHELL, 0},

    /* T-SQL */
    {"EXEC (N'ALTER' + N' DATABASE mgc SET ON' + N'LINE')", TEXT_SQL, 1},
    {"DECLARE @t nvarchar(9);\nSET @t = N'x';\nEXECUTE(@t)", TEXT_SQL, 3},
    {"EXEC/**/(@t)", TEXT_SQL, 1},
    {"EXEC -- so\n(@t)", TEXT_SQL, 1},
    {"EXEC @procedure N'mgc'", TEXT_SQL, 1},
    {"EXEC @rc = @procedure", TEXT_SQL, 1},
    {"EXEC 'sp_who'", TEXT_SQL, 1},
    {"EXEC sp_executesql @t", TEXT_SQL, 1},
    {"EXEC [master].[dbo].[SP_ExecuteSql] @t", TEXT_SQL, 1},
    {"sp_executesql @t", TEXT_SQL, 1},
    {"EXEC master..xp_cmdshell @t", TEXT_SQL, 1},
    {"EXEC msdb.dbo.sp_add_jobstep @command = @t", TEXT_SQL, 1},
    {"INSERT INTO #t EXEC (@t)", TEXT_SQL, 1},
    {"PRINT 'it''s' EXEC (@t)", TEXT_SQL, 1},
    {"/* a /* b */ */ EXEC (@t)", TEXT_SQL, 1},
    {"SELECT [a]]b] EXEC (@t)", TEXT_SQL, 1},

    {"", TEXT_SQL, 0},
    {"EXEC @rc = sp_getapplock @Resource = N'x'", TEXT_SQL, 0},
    {"EXEC master.dbo.sp_delete_log_shipping_secondary_database N'mgc'", TEXT_SQL, 0},
    {"SELECT N'EXEC (@t)' -- EXEC (@t)\n/* EXEC (@t) /* */ EXEC (@u) */", TEXT_SQL, 0},
    {"SELECT [EXEC (@t)] AS [sp_executesql x]", TEXT_SQL, 0},
    {"RESTORE DATABASE [mgc] WITH RECOVERY", TEXT_SQL, 0}, /* that is the guard's */
};

static void what_is_computed_is_found_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct computed computed = {0};
        bool is = text_computes(cases[i].text, cases[i].language, NULL, &computed);

        if (is != (cases[i].line > 0) || computed.line != cases[i].line || is != (computed.what != NULL))
            fail_msg("%s: line %d (%s), expected %d", cases[i].text, computed.line,
                     computed.what ? computed.what : "nothing", cases[i].line);
    }
}

/* ---- the built-in scripts ---- */

static enum text_language language_of(const char *name)
{
    return strstr(name, ".ps1") ? TEXT_POWERSHELL : TEXT_SQL;
}

static void built_in_scripts_compute_in_their_own_ways_alone(void **state)
{
    size_t own_ways = 0;

    (void)state;
    for (size_t i = 0; i < runbook_count; i++) {
        const struct runbook *runbook = &runbooks[i];
        struct computed computed = {0};

        own_ways += text_computes(runbook->text, language_of(runbook->name), NULL, &computed);
        if (text_computes(runbook->text, language_of(runbook->name), runbook->text, &computed))
            fail_msg("%s:%d: %s", runbook->name, computed.line, computed.what);
    }
    assert_int_equal(own_ways, 5); /* recover, apply, seed, the forced tail, the job that backs up the log */
}

static const char *built_in(const char *name)
{
    for (size_t i = 0; i < runbook_count; i++)
        if (strcmp(runbooks[i].name, name) == 0)
            return runbooks[i].text;
    fail_msg("no script %s", name);
    return NULL;
}

static bool is_judgeable(const char *text, const char *own)
{
    struct computed computed;

    return !text_computes(text, TEXT_SQL, own, &computed);
}

/* The lines may be kept; neither may they be changed, nor used by other lines. */
static void what_is_built_in_stays_what_it_is(void **state)
{
    const char *own = built_in("failover/07-recover.sql");
    const char *end = strstr(own, "    EXEC (@end);");
    AUTO_FREE char *with_more = mem_format("SELECT 1;\n%s\nSELECT 2;", own);
    AUTO_FREE char *twice = mem_format("%s\nSET @end = N'ALTER' + @x;\nEXEC (@end);", own);
    AUTO_FREE char *between = mem_format("%.*sSET @end = @end + @x;\n%s", (int)(end - own), own, end);
    AUTO_FREE char *elsewhere = mem_copy_text(own);

    (void)state;
    assert_true(is_judgeable(with_more, own));
    assert_false(is_judgeable(with_more, NULL));
    assert_false(is_judgeable(with_more, built_in("failover/06-remove.sql")));
    assert_false(is_judgeable(twice, own));
    assert_false(is_judgeable(between, own));
    strstr(elsewhere, "N'; '")[2] = 'x';
    assert_false(is_judgeable(elsewhere, own));
}

static void broken_texts_are_survived(void **state)
{
    static const char *const broken[] = {"'",        "\"",  "\"$(", "\"$(\"", "@'",       "@\"\n$(", "<#",
                                         "`",        "$",   "${",   "[",      "/*",       "/* /*",   "--",
                                         "EXEC",     "&",   ".",    "::",     "@",        "$x.(",    "(((",
                                         "\xFF\xFE", "'\n", "]]",   "| %",    "EXEC @a ="};

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++)
        for (int language = 0; language < TEXT_LANGUAGE_COUNT; language++) {
            struct computed computed;

            (void)text_computes(broken[i], (enum text_language)language, NULL, &computed);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_computed_is_found_with_its_line),
        cmocka_unit_test(built_in_scripts_compute_in_their_own_ways_alone),
        cmocka_unit_test(what_is_built_in_stays_what_it_is),
        cmocka_unit_test(broken_texts_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

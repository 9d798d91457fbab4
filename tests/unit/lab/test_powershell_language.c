/* The language: what a person types, and what scripts are made of. */
#include "unit/lab/powershell_transcript.h"
#include "unit/lab/world_fixture.h"

#include <string.h>

static void test_expressions(void **state)
{
    static const struct script_case cases[] = {
        {"1 + 2 * 3", "7\n"},
        {"(1 + 2) * 3", "9\n"},
        {"7 / 2", "3.5\n"},
        {"10 % 4; -5", "2\n-5\n"},
        {"$x = 5; $x += 2; \"x is $x and $($x * 2)\"", "x is 7 and 14\n"},
        {"'it''s $x'", "it's $x\n"},
        {"\"a`tb`$c\"", "a\tb$c\n"},
        {"@'\nfirst $x\nsecond\n'@", "first $x\nsecond\n"},
        {"$n = 3; @\"\nn=$n\n\"@", "n=3\n"},
        {"@(1,2,3).Count; @().Count; (1..4)[-1]", "3\n0\n4\n"},
        {"$h = @{a=1; 'b c'=2}; $h.a; $h['b c']; $h.Count", "1\n2\n2\n"},
        {"@{a=@('x'); b=@(); c=@(1,2); d=1; e=if ($false) { 1 }} | ConvertTo-Json -Compress",
         "{\"a\":[\"x\"],\"b\":[],\"c\":[1,2],\"d\":1,\"e\":null}\n"},
        {"@{a=@('x') | % { $_ }} | ConvertTo-Json -Compress", "{\"a\":\"x\"}\n"},
        {"('pc1' -split ':')[-1]; (@('x')).Count; ('a','b' | ? { $_ -eq 'a' }).GetType().Name",
         "pc1\n1\nString\n"},
        {"[regex]::Escape('a.b c[d]\\e-f')", "a\\.b\\ c\\[d]\\\\e-f\n"},
        {"'abc'.ToUpper(); 'abc'.Length; 'abc'.Substring(1)", "ABC\n3\nbc\n"},
        {"'a,b,c' -split ',' -join '+'", "a+b+c\n"},
        {"'{0}-{1:D3}' -f 'x', 7", "x-007\n"},
        {"'Abc' -eq 'abc'; 'Abc' -ceq 'abc'", "True\nFalse\n"},
        {"'pc1.litwareinc.com' -like 'pc*.LITWAREINC.com'", "True\n"},
        {"'err 53530' -match '(\\d+)'; $Matches[1]", "True\n53530\n"},
        {"'a1b2' -replace '\\d', '#'", "a#b#\n"},
        {"1,2,3 -contains 2; 4 -in 1,2,3; 1,2,3,2 -eq 2", "True\nFalse\n2\n2\n"},
        {"-not $true -or 1 -gt 0 -and 'x' -ne 'y'", "True\n"},
        {"$null -eq $null; [bool]''; !$false", "True\nFalse\nTrue\n"},
        {"[int]'42' + 1; '4' + 2; 4 + '2'", "43\n42\n6\n"},
        {"[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('eyJhIjoxfQ=='))", "{\"a\":1}\n"},
        {"1kb; 0x10", "1024\n16\n"},
        {"$i = 5; $i++; $i", "6\n"},
        {"(Get-Date).Year -eq [datetime]::UtcNow.Year", "True\n"},
        {"[datetime]::Parse('2015-11-23T09:41:07Z').ToString('o')", "2015-11-23T09:41:07.0000000Z\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
}

static void test_statements(void **state)
{
    static const struct script_case cases[] = {
        {"if (1 -gt 2) { 'a' } elseif ($true) { 'b' } else { 'c' }", "b\n"},
        {"foreach ($x in 1,2,3) { if ($x -eq 2) { continue }; $x }", "1\n3\n"},
        {"$i = 0; while ($true) { $i++; if ($i -ge 3) { break } }; $i", "3\n"},
        {"for ($i = 0; $i -lt 3; $i++) { $i }", "0\n1\n2\n"},
        {"function Add($a, $b = 10) { $a + $b }; Add 1; Add 1 2; Add -b 5 -a 4", "11\n3\n9\n"},
        {"function F { param([string]$Name, [switch]$Loud) if ($Loud) { \"$Name!\" } else { $Name } }\nF "
         "-Name x -Loud; F y",
         "x!\ny\n"},
        {"function R { return 1; 2 }; R", "1\n"},
        {"$r = if ($true) { 'yes' }; $r", "yes\n"},
        {"1..5 | Where-Object { $_ -gt 3 } | ForEach-Object { $_ * 10 }", "40\n50\n"},
        {"1..5 | ? { $_ % 2 } | % { $_ } | Measure-Object -Sum | Select-Object -ExpandProperty Sum", "9\n"},
        {"3,1,2 | Sort-Object -Descending | Select-Object -First 2", "3\n2\n"},
        {"'b','a','b' | Select-Object -Unique", "b\na\n"},
        {"$o = [pscustomobject]@{A=1; B='x'}; $o.B; ($o | Select-Object @{n='C'; e={ $_.A + 1 }}).C",
         "x\n2\n"},
        {"& { param($x) $x * 2 } 21", "42\n"},
        {"$p = @{Seconds=2}; Start-Sleep @p; 'done'", "done\n"},
        {"exit 3", "= 3\n"},
        {"'before'; exit -1; 'after'", "before\n= -1\n"},
        {"[Console]::Out.WriteLine('direct'); 'later'", "direct\nlater\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
}

static void test_errors(void **state)
{
    static const struct script_case cases[] = {
        {"x", "! x : The term 'x' is not recognized as the name of a cmdlet, function, script \n"
              "! file, or operable program. Check the spelling of the name, or if a path was \n"
              "! included, verify that the path is correct and try again.\n"
              "! At line:1 char:1\n! + x\n! + ~\n"
              "!     + CategoryInfo          : ObjectNotFound: (x:String) [], \n! CommandNotFoundException\n"
              "!     + FullyQualifiedErrorId : CommandNotFoundException\n!  \n= 1\n"},
        {"try { x } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }",
         "The term 'x' is not recognized as the name of a cmdlet, function, script file, or operable "
         "program. Check the "
         "spelling of the name, or if a path was included, verify that the path is correct and try again.\n"
         "CommandNotFoundException\n"},
        {"try { throw 'no' } catch { \"caught $_\" } finally { 'finally' }", "caught no\nfinally\n"},
        {"try { Get-Date -Nonsense 1 } catch [System.Management.Automation.ParameterBindingException] { "
         "'bound' }",
         "bound\n"},
        {"try { Get-Date -Nonsense 1 } catch { $_.Exception.Message }",
         "A parameter cannot be found that matches parameter name 'Nonsense'.\n"},
        {"x 2>$null; 'goes on'", "goes on\n"},
        {"$ErrorActionPreference = 'Stop'; try { Write-Error 'bad' } catch { \"got $_\" }", "got bad\n"},
        {"Write-Error 'quiet' -ErrorAction SilentlyContinue; $?; $Error.Count", "False\n1\n"},
        {"try { 1 / 0 } catch { $_.Exception.Message }", "Attempted to divide by zero.\n"},
        {"try { $null.Trim() } catch { $_.Exception.Message }",
         "You cannot call a method on a null-valued expression.\n"},
        {"try { [Nonsense]::X } catch { $_.Exception.Message }", "Unable to find type [Nonsense].\n"},
        {"'unseen'; if (",
         "! At line:1 char:15\n! + 'unseen'; if (\n! +               ~\n"
         "! An expression was expected.\n"
         "!     + CategoryInfo          : ParserError: (:) [], \n! ParentContainsErrorRecordException\n"
         "!     + FullyQualifiedErrorId : ExpectedExpression\n!  \n= 1\n"},
        {"function f { f }; try { f } catch { $_.FullyQualifiedErrorId }", "CallDepthOverflow\n"},
        {"while ($true) { }", "! The lab's bound for one run is reached: steps.\n= 1\n"},
        {"$s = 'x'; while ($true) { $s += $s }", "! The lab's bound for one run is reached: text.\n= 1\n"},
        {"$a = @(1); while ($true) { $a += $a }", "! The lab's bound for one run is reached: memory.\n= 1\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
}

static void test_json(void **state)
{
    static const struct script_case cases[] = {
        {"@{a=1; b='x\"<>'; c=$null; d=@(1,2); e=$true} | ConvertTo-Json -Compress",
         "{\"a\":1,\"b\":\"x\\\"\\u003c\\u003e\",\"c\":null,\"d\":[1,2],\"e\":true}\n"},
        {"[pscustomobject]@{When=[datetime]::Parse('1970-01-01T00:00:01Z')} | ConvertTo-Json -Compress",
         "{\"When\":\"\\/Date(1000)\\/\"}\n"},
        {"@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress",
         "{\"a\":{\"b\":{\"c\":\"System.Collections.Hashtable\"}}}\n"},
        {"@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress -Depth 8", "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}\n"},
        {"@{a=@{b=1}} | ConvertTo-Json", "{\n    \"a\":  {\n              \"b\":  1\n          }\n}\n"},
        {"ConvertTo-Json @(1) -Compress; 1,2 | ConvertTo-Json -Compress", "[1]\n[1,2]\n"},
        {"$o = '{\"a\":[1,{\"b\":\"x\"}],\"c\":null}' | ConvertFrom-Json; $o.a[1].b; $o.a.Count; $null -eq "
         "$o.c",
         "x\n2\nTrue\n"},
        {"try { 'nonsense' | ConvertFrom-Json } catch { $_.Exception.Message }",
         "Invalid JSON primitive: nonsense.\n"},
        {"(Get-Service RTCCHAT | Select-Object Status | ConvertTo-Json -Compress)", "{\"Status\":4}\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
}

/* As observe/winrm sends it. */
static void test_product_script(void **state)
{
    static const struct script_case cases[] = {
        {"$ErrorActionPreference = 'Stop'\n$ProgressPreference = 'SilentlyContinue'\n$WarningPreference = "
         "'Continue'\n"
         "[Console]::OutputEncoding = [Text.Encoding]::UTF8\ntry {\n"
         "$Parameters = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('eyJlY2hvIjoiaGkifQ==')) "
         "| ConvertFrom-Json\n"
         "$Answer = $null\n"
         "$Answer = @{\n    computer = $env:COMPUTERNAME\n"
         "    user = [Security.Principal.WindowsIdentity]::GetCurrent().Name\n"
         "    powershell = $PSVersionTable.PSVersion.ToString()\n    echo = $Parameters.echo\n}\n"
         "Write-Output ('PCHAT-JSON:' + ($Answer | ConvertTo-Json -Compress -Depth 8))\nexit 0\n"
         "} catch {\n[Console]::Error.WriteLine($_.Exception.Message)\nexit 2\n}\n",
         "PCHAT-JSON:{\"computer\":\"PC1\",\"user\":\"LITWARE\\\\monitor\",\"powershell\":\"5.1.14393.0\","
         "\"echo\":\"hi\"}\n"},
    };

    assert_scripts(*state, "pc1", false, cases, COUNT(cases));
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
        cmocka_unit_test(test_expressions),    cmocka_unit_test(test_statements),
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_json),
        cmocka_unit_test(test_product_script),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

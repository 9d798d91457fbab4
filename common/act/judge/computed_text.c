#include "act/judge/computed_text.h"

#include "base/arena.h"
#include "base/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- tokens ---- */

enum token_kind { TOKEN_WORD, TOKEN_VARIABLE, TOKEN_STRING, TOKEN_MARK };

struct token {
    enum token_kind kind;
    const char *text; /* without quotes */
    int line;
    bool apart;  /* from the one before: blanks, or a line's end */
    bool begins; /* a line */
};

struct reading {
    struct arena *arena;
    enum text_language language;
    struct token *tokens;
    size_t count;
    int line, depth;
    bool apart, begins;
    struct computed disguise; /* a word with a backtick; line 0: none */
};

static void push(struct reading *reading, enum token_kind kind, const char *text, size_t length)
{
    struct token *token = arena_push(reading->arena, &reading->tokens, &reading->count, sizeof(*token));

    *token = (struct token){kind, arena_text_n(reading->arena, text, length), reading->line, reading->apart,
                            reading->begins};
    reading->apart = reading->begins = false;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Behind the text, its lines counted. */
static const char *pass(struct reading *reading, const char *at, size_t length)
{
    for (const char *end = at + length; at < end; at++)
        reading->line += *at == '\n';
    return at;
}

/* Behind the first `ends` at or after `from`; the end of the text where there is none. */
static size_t length_to(const char *at, size_t from, const char *ends)
{
    const char *end = strlen(at) < from ? NULL : strstr(at + from, ends);

    return end ? (size_t)(end - at) + strlen(ends) : strlen(at);
}

static const struct quoting {
    const char *begins, *ends;
    bool is_comment, is_name;
} sql_quotings[] = {{"--", "\n", true, false},
                    {"'", "'", false, false},
                    {"\"", "\"", false, true},
                    {"[", "]", false, true},
                    {.begins = NULL}},
  powershell_quotings[] = {{"<#", "#>", true, false},
                           {"#", "\n", true, false},
                           {"@'", "\n'@", false, false},
                           {"@\"", "\n\"@", false, false},
                           {"'", "'", false, false},
                           {"\"", "\"", false, false},
                           {.begins = NULL}};
static const struct quoting *const quotings[TEXT_LANGUAGE_COUNT] = {sql_quotings, powershell_quotings};

static const struct quoting *quoting_at(const struct reading *reading, const char *at)
{
    for (const struct quoting *quoting = quotings[reading->language]; quoting->begins; quoting++)
        if (starts(at, quoting->begins))
            return quoting;
    return NULL;
}

/* T-SQL's comments nest. */
static size_t block_comment_length(const char *text)
{
    const char *at = text;
    int depth = 0;

    do {
        bool opens = starts(at, "/*"), closes = starts(at, "*/");

        depth += opens - closes;
        at += opens || closes ? 2 : 1;
    } while (depth > 0 && *at);
    return (size_t)(at - text);
}

/* A doubled closing mark, and in PowerShell's "..." one behind a backtick, stands for itself. */
static size_t quoted_length(const struct reading *reading, const char *at, const struct quoting *quoting)
{
    const bool escapes = reading->language == TEXT_POWERSHELL && *quoting->begins == '"';
    size_t length = strlen(quoting->begins);

    if (quoting->is_comment || strlen(quoting->ends) > 1)
        return length_to(at, length, quoting->ends);
    for (; at[length]; length++)
        if ((escapes && at[length] == '`' && at[length + 1]) ||
            (at[length] == *quoting->ends && at[length + 1] == *quoting->ends))
            length++;
        else if (at[length] == *quoting->ends)
            return length + 1;
    return length;
}

static void read_tokens(struct reading *reading, const char *text);

/* "$( ... )": what stands in it runs. */
static void read_expansions(struct reading *reading, const char *text)
{
    enum { MOST_DEPTH = 16 };
    const int line = reading->line;

    if (++reading->depth > MOST_DEPTH && !reading->disguise.line)
        reading->disguise = (struct computed){line, "a text in a text, too deep to be read"};
    for (const char *at = text; reading->depth <= MOST_DEPTH && (at = strstr(at, "$(")); at += 2) {
        struct reading inner = *reading;
        size_t length = 2;

        for (int depth = 1; depth > 0 && at[length]; length++)
            depth += (at[length] == '(') - (at[length] == ')');
        inner.begins = inner.apart = true;
        pass(&inner, text, (size_t)(at - text));
        read_tokens(&inner, arena_text_n(reading->arena, at + 2, length - 2));
        *reading = inner;
        reading->line = line;
    }
    reading->depth--;
}

static const char *take_quoted(struct reading *reading, const char *at, const struct quoting *quoting)
{
    size_t length = quoted_length(reading, at, quoting), open = strlen(quoting->begins);
    size_t inside = length > open + strlen(quoting->ends) ? length - open - strlen(quoting->ends) : 0;

    if (!quoting->is_comment) {
        push(reading, quoting->is_name ? TOKEN_WORD : TOKEN_STRING, at + open, inside);
        if (reading->language == TEXT_POWERSHELL && strchr(quoting->begins, '"'))
            read_expansions(reading, reading->tokens[reading->count - 1].text);
    } else if (quoting->ends[0] == '\n' && at[length - 1] == '\n')
        length--; /* the line ends all the same */
    return pass(reading, at, length);
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* "@name", "$name", "${name}", "$env:name" */
static size_t variable_length(const struct reading *reading, const char *at)
{
    size_t length = 1;

    if (*at != (reading->language == TEXT_SQL ? '@' : '$'))
        return 0;
    if (at[1] == '{')
        return length_to(at, 2, "}");
    while (is_word_char(at[length]) || strchr("@#$", at[length]) ||
           (at[length] == ':' && is_word_char(at[length + 1])))
        if (!at[length++])
            return length - 1;
    return length > 1 ? length : 0;
}

/* PowerShell's names have dashes. */
static size_t word_length(const struct reading *reading, const char *at)
{
    size_t length = 0;

    while (is_word_char(at[length]) ||
           (reading->language == TEXT_SQL && at[length] && strchr("@#$", at[length])) ||
           (reading->language == TEXT_POWERSHELL && length && at[length] == '-'))
        length++;
    return length;
}

static const char *take_blank(struct reading *reading, const char *at)
{
    reading->apart = true;
    reading->begins |= *at == '\n';
    return pass(reading, at, 1);
}

/* At a line's end it goes on in the next one; anywhere else it hides a word from who reads. */
static const char *take_backtick(struct reading *reading, const char *at)
{
    bool ends = at[1 + strspn(at + 1, "\r")] == '\n';

    if (!ends && !reading->disguise.line)
        reading->disguise = (struct computed){reading->line, "a word spelled with a backtick"};
    return ends ? pass(reading, at, 1 + strcspn(at, "\n")) : at + 1;
}

static const char *take_one(struct reading *reading, const char *at)
{
    const struct quoting *quoting = quoting_at(reading, at);
    size_t length;

    if (isspace((unsigned char)*at))
        return take_blank(reading, at);
    if (reading->language == TEXT_SQL && starts(at, "/*"))
        return pass(reading, at, block_comment_length(at));
    if (quoting)
        return take_quoted(reading, at, quoting);
    if (reading->language == TEXT_POWERSHELL && *at == '`')
        return take_backtick(reading, at);
    length = variable_length(reading, at);
    if (length)
        push(reading, TOKEN_VARIABLE, at, length);
    else if ((length = word_length(reading, at)))
        push(reading, TOKEN_WORD, at, length);
    else
        push(reading, TOKEN_MARK, at, length = 1);
    return at + length;
}

static void read_tokens(struct reading *reading, const char *text)
{
    for (const char *at = text; *at;)
        at = take_one(reading, at);
}

/* ---- asking ---- */

static bool is_kind(const struct reading *reading, size_t at, enum token_kind kind)
{
    return at < reading->count && reading->tokens[at].kind == kind;
}

static bool is_mark(const struct reading *reading, size_t at, const char *mark)
{
    return is_kind(reading, at, TOKEN_MARK) && strcmp(reading->tokens[at].text, mark) == 0;
}

static bool is_word(const struct reading *reading, size_t at, const char *const *words, size_t count)
{
    for (size_t i = 0; is_kind(reading, at, TOKEN_WORD) && i < count; i++)
        if (strcasecmp(reading->tokens[at].text, words[i]) == 0)
            return true;
    return false;
}

/* ---- T-SQL ---- */

static const char *sql_computes(const struct reading *reading, size_t at)
{
    static const char *const executes[] = {"EXEC", "EXECUTE"};
    static const char *const runs_text[] = {
        "sp_executesql",     "sp_execute",     "sp_prepare",       "sp_prepexec",       "sp_cursoropen",
        "sp_cursorprepexec", "xp_cmdshell",    "sp_add_jobstep",   "sp_update_jobstep", "sp_OACreate",
        "sp_OAMethod",       "sp_MSforeachdb", "sp_MSforeachtable"};
    bool returns = is_kind(reading, at + 1, TOKEN_VARIABLE) && is_mark(reading, at + 2, "=");
    size_t called = returns ? at + 3 : at + 1;

    if (is_word(reading, at, runs_text, COUNT(runs_text)))
        return "a procedure that executes a text";
    if (!is_word(reading, at, executes, COUNT(executes)))
        return NULL;
    if (is_mark(reading, called, "(") || is_kind(reading, called, TOKEN_STRING))
        return "EXEC of a string";
    return is_kind(reading, called, TOKEN_VARIABLE) ? "EXEC of a procedure in a variable" : NULL;
}

/* ---- PowerShell ---- */

static size_t behind_parenthesis(const struct reading *reading, size_t at)
{
    int depth = 0;

    do
        depth += is_mark(reading, at, "(") - is_mark(reading, at, ")");
    while (++at < reading->count && depth > 0);
    return at;
}

/* A method whose name is made: .("a" + "b")(), ."$name"(), .$name(), ::$name(). */
static bool is_computed_method(const struct reading *reading, size_t at)
{
    size_t behind = is_mark(reading, at, "(") ? behind_parenthesis(reading, at) : at + 1;

    return (is_mark(reading, at, "(") || is_kind(reading, at, TOKEN_VARIABLE) ||
            is_kind(reading, at, TOKEN_STRING)) &&
           is_mark(reading, behind, "(") && !reading->tokens[behind].apart;
}

static const char *dot_computes(const struct reading *reading, size_t at)
{
    static const char *const before_command[] = {";", "{", "(", "|", "="}, *const process[] = {"Process"};
    bool is_first = at == 0 || reading->tokens[at].begins;

    for (size_t i = 0; at > 0 && i < COUNT(before_command); i++)
        is_first |= is_mark(reading, at - 1, before_command[i]);
    if (is_first && at + 1 < reading->count &&
        (reading->tokens[at + 1].apart || !is_kind(reading, at + 1, TOKEN_WORD)))
        return "a script that is read from elsewhere (.)";
    if (is_word(reading, at + 1, process, COUNT(process)))
        return "another program";
    return is_computed_method(reading, at + 1) ? "a method by a computed name" : NULL;
}

/* What it calls for each is a block that can be read. */
static const char *pipe_computes(const struct reading *reading, size_t at)
{
    static const char *const for_each[] = {"ForEach-Object", "foreach"};

    if (!is_word(reading, at + 1, for_each, COUNT(for_each)) && !is_mark(reading, at + 1, "%"))
        return NULL;
    return is_kind(reading, at + 2, TOKEN_VARIABLE) || is_kind(reading, at + 2, TOKEN_STRING)
               ? "a method by a computed name"
               : NULL;
}

/* function:x, $function:x, ${function:x}: what a name stands for. */
static bool is_function_drive(const struct reading *reading, size_t at)
{
    static const char *const function[] = {"function"};
    const char *text = reading->tokens[at].text;

    if (is_kind(reading, at, TOKEN_VARIABLE))
        return strncasecmp(text + 1 + (text[1] == '{'), "function:", 9) == 0;
    return is_word(reading, at, function, COUNT(function)) && is_mark(reading, at + 1, ":");
}

/* 1..4, one of its dots */
static bool is_range(const struct reading *reading, size_t at)
{
    return (is_mark(reading, at + 1, ".") && !reading->tokens[at + 1].apart) ||
           (at && is_mark(reading, at - 1, ".") && !reading->tokens[at].apart);
}

static const char *mark_computes(const struct reading *reading, size_t at)
{
    if (is_mark(reading, at, ".") && !is_range(reading, at))
        return dot_computes(reading, at);
    if (is_mark(reading, at, ":") && at && is_mark(reading, at - 1, ":"))
        return is_computed_method(reading, at + 1) ? "a method by a computed name" : NULL;
    if (is_mark(reading, at, "|"))
        return pipe_computes(reading, at);
    if (is_mark(reading, at, "&") && !(at && is_mark(reading, at - 1, ">")))
        return is_kind(reading, at + 1, TOKEN_WORD) ? NULL : "a command by a computed name (&)";
    return NULL;
}

static const char *powershell_computes(const struct reading *reading, size_t at)
{
    static const struct {
        const char *word, *what;
    } words[] = {
        {"Invoke-Expression", "a command that runs a text"},
        {"iex", "a command that runs a text"},
        {"Invoke-Command", "a command that runs a text"},
        {"icm", "a command that runs a text"},
        {"Invoke-History", "a command that runs a text"},
        {"Invoke-CimMethod", "a method by a computed name"},
        {"Invoke-WmiMethod", "a method by a computed name"},
        {"Invoke", "a method by a computed name"},
        {"InvokeReturnAsIs", "a method by a computed name"},
        {"InvokeMember", "a method by a computed name"},
        {"InvokeCommand", "a command that runs a text"},
        {"InvokeScript", "a command that runs a text"},
        {"NewScriptBlock", "a script made from a text"},
        {"ScriptBlock", "a script made from a text"},
        {"Start-Job", "a command that runs a text"},
        {"Import-Alias", "an alias"},
        {"Set-Alias", "an alias"},
        {"New-Alias", "an alias"},
        {"sal", "an alias"},
        {"nal", "an alias"},
        {"alias", "an alias"},
        {"Add-Type", "a program made from a text"},
        {"CodeDom", "a program made from a text"},
        {"Reflection", "a method by a computed name"},
        {"GetMethod", "a method by a computed name"},
        {"Automation", "a script made from a text"},
        {"ComObject", "an object of another program"},
        {"GetTypeFromProgID", "an object of another program"},
        {"Odbc", "a way past the sessions that hold the lock"},
        {"sqlcmd", "a way past the sessions that hold the lock"},
        {"osql", "a way past the sessions that hold the lock"},
        {"Start-Process", "another program"},
        {"saps", "another program"},
        {"powershell", "another program that reads commands"},
        {"pwsh", "another program that reads commands"},
        {"cmd", "another program that reads commands"},
        {"wscript", "another program that reads commands"},
        {"cscript", "another program that reads commands"},
        {"mshta", "another program that reads commands"},
        {"wmic", "another program that reads commands"},
        {"rundll32", "another program that reads commands"},
    };

    for (size_t i = 0; i < COUNT(words); i++)
        if (is_word(reading, at, &words[i].word, 1))
            return words[i].what;
    return is_function_drive(reading, at) ? "a function made from a text" : mark_computes(reading, at);
}

/* ---- the built-in script's own ways ---- */

/* From the first words to the last ones nothing stands between that could put something else in. */
static const struct {
    const char *begins, *ends;
} own_ways[] = {
    {"DECLARE @end nvarchar(max);", "EXEC (@end);"},                   /* KILL takes no variable */
    {"SET @command = N'DECLARE @file", "@database_name = N'master';"}, /* the job that backs up the log */
};

static void blank_out(char *text, const char *part, size_t length)
{
    AUTO_FREE char *wanted = mem_format("%.*s", (int)length, part);

    for (char *at = text; (at = strstr(at, wanted)); at += length)
        for (size_t i = 0; i < length; i++)
            if (at[i] != '\n')
                at[i] = ' ';
}

/* Kept as they are, the built-in lines do what they do there. */
static void blank_own_ways(char *text, const char *own)
{
    for (size_t i = 0; own && i < COUNT(own_ways); i++) {
        const char *begins = strstr(own, own_ways[i].begins);
        const char *ends = begins ? strstr(begins, own_ways[i].ends) : NULL;

        if (ends)
            blank_out(text, begins, (size_t)(ends - begins) + strlen(own_ways[i].ends));
    }
}

bool text_computes(const char *text, enum text_language language, const char *own,
                   struct computed *ret_computed)
{
    static const char *(*const rules[TEXT_LANGUAGE_COUNT])(const struct reading *reading, size_t at) = {
        [TEXT_SQL] = sql_computes, [TEXT_POWERSHELL] = powershell_computes};
    AUTO(arena) struct arena *arena = arena_new();
    AUTO_FREE char *rest = mem_copy_text(text);
    struct reading reading = {.arena = arena, .language = language, .line = 1, .apart = true, .begins = true};

    blank_own_ways(rest, own);
    read_tokens(&reading, rest);
    *ret_computed = reading.disguise;
    for (size_t i = 0; i < reading.count; i++) {
        const char *what = rules[language](&reading, i);

        if (what && (!ret_computed->line || reading.tokens[i].line < ret_computed->line))
            *ret_computed = (struct computed){reading.tokens[i].line, what};
        if (what)
            break;
    }
    return ret_computed->line > 0;
}

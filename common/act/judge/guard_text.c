/*
 * Does a text need the guard?
 *
 * T-SQL is taken apart as the server does: comments vanish (they nest), names in brackets are names whatever
 * they are called, and what stands in a string is looked at as T-SQL of its own, as it may be executed.
 * RESTORE recovers unless it says otherwise, so what counts is that NORECOVERY or STANDBY stands in the same
 * statement, outside of strings.
 *
 * Where strings are executed their pieces may be put together: then letters alone are looked at, across
 * whatever stands between.  PowerShell is looked at in that way for the cmdlet, and for programs that would
 * bring T-SQL past the sessions that hold the lock.
 */
#include "act/judge/guard.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

/* ---- words ---- */

enum token_kind { TOKEN_WORD, TOKEN_NAME, TOKEN_MARK, TOKEN_END };

struct token {
    enum token_kind kind;
    const char *text; /* upper case */
};

struct scan {
    struct arena *arena;
    struct token *tokens;
    size_t count;
    bool executes; /* strings, somewhere in the text */
    bool danger;
    bool danger_if_executed; /* a lone word in a string, which a comparison may hold as well */
    bool disguises;          /* letters that are not written as letters */
};

static void push(struct scan *scan, enum token_kind kind, const char *text, size_t length)
{
    struct token *token = arena_push(scan->arena, &scan->tokens, &scan->count, sizeof(*token));
    char *upper = arena_text_n(scan->arena, text, length);

    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    *token = (struct token){kind, upper};
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '@' || c == '#' || c == '$' || (c & 0x80);
}

/* Behind a comment that begins at `at`. */
static const char *skip_block_comment(const char *at)
{
    int depth = 0;

    do {
        if (at[0] == '/' && at[1] == '*') {
            depth++;
            at += 2;
        } else if (at[0] == '*' && at[1] == '/') {
            depth--;
            at += 2;
        } else
            at += *at != '\0';
    } while (depth > 0 && *at);
    return at;
}

/* From the opening quote to behind the closing one; *out: what is between, doubled quotes as one. */
static const char *take_quoted(const char *at, char close, struct strbuf *out)
{
    for (at++; *at; at++) {
        if (*at == close && at[1] != close)
            return at + 1;
        if (*at == close)
            at++;
        if (*at == '\\' && (at[1] == '\n' || (at[1] == '\r' && at[2] == '\n'))) {
            /* A string goes on in the next line. */
            at += at[1] == '\r' ? 2 : 1;
            continue;
        }
        strbuf_add_char(out, *at);
    }
    return at;
}

static void scan_text(struct scan *outer, const char *text, bool is_string, int depth);

static const char *take_string(struct scan *scan, const char *at, int depth)
{
    AUTO(strbuf) struct strbuf inner = STRBUF_INIT;
    bool is_double = *at == '"';

    at = take_quoted(at, *at, &inner);
    scan_text(scan, strbuf_text(&inner), true, depth + 1);
    if (is_double)
        push(scan, TOKEN_NAME, strbuf_text(&inner), inner.length);
    return at;
}

static const char *take_name(struct scan *scan, const char *at)
{
    AUTO(strbuf) struct strbuf inner = STRBUF_INIT;

    at = take_quoted(at, ']', &inner);
    push(scan, TOKEN_NAME, strbuf_text(&inner), inner.length);
    return at;
}

static const char *take_word(struct scan *scan, const char *at)
{
    size_t length = 0;

    while (is_word_char(at[length]))
        length++;
    push(scan, TOKEN_WORD, at, length);
    return at + length;
}

static const char *take_token(struct scan *scan, const char *at, int depth)
{
    if (at[0] == '-' && at[1] == '-')
        return at + strcspn(at, "\r\n");
    if (at[0] == '/' && at[1] == '*')
        return skip_block_comment(at);
    if (*at == '\'' || *at == '"')
        return take_string(scan, at, depth);
    if (*at == '[')
        return take_name(scan, at);
    if (is_word_char(*at))
        return take_word(scan, at);
    if (*at == ';')
        push(scan, TOKEN_END, ";", 1);
    else if (strchr("(,+=", *at))
        push(scan, TOKEN_MARK, at, 1);
    return at + 1;
}

/* ---- statements ---- */

static bool is_word(const struct scan *scan, size_t at, const char *word)
{
    return at < scan->count && scan->tokens[at].kind == TOKEN_WORD &&
           strcmp(scan->tokens[at].text, word) == 0;
}

static bool is_mark(const struct scan *scan, size_t at, const char *mark)
{
    return at < scan->count && scan->tokens[at].kind == TOKEN_MARK &&
           strcmp(scan->tokens[at].text, mark) == 0;
}

static bool is_any_word(const struct scan *scan, size_t at, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_word(scan, at, words[i]))
            return true;
    return false;
}

/* Words with which another statement begins; a name like that must stand in brackets. */
static bool begins_statement(const struct scan *scan, size_t at)
{
    static const char *const words[] = {"ALTER",   "RESTORE", "BACKUP",  "EXEC",   "EXECUTE",  "IF",
                                        "BEGIN",   "END",     "DECLARE", "SELECT", "INSERT",   "UPDATE",
                                        "DELETE",  "PRINT",   "USE",     "DBCC",   "KILL",     "RAISERROR",
                                        "THROW",   "RETURN",  "GO",      "WHILE",  "CREATE",   "DROP",
                                        "WAITFOR", "GRANT",   "DENY",    "LOAD",   "TRUNCATE", "SET"};

    return at >= scan->count || scan->tokens[at].kind == TOKEN_END ||
           is_any_word(scan, at, words, COUNT(words));
}

static bool statement_has(const struct scan *scan, size_t from, const char *word)
{
    for (size_t at = from; !begins_statement(scan, at); at++)
        if (is_word(scan, at, word))
            return true;
    return false;
}

/* As an option: a label or an alias may bear the same word. */
static bool statement_has_option(const struct scan *scan, size_t from, const char *word)
{
    for (size_t at = from; !begins_statement(scan, at); at++)
        if (is_word(scan, at, word) && (is_word(scan, at - 1, "WITH") || is_mark(scan, at - 1, ",")))
            return true;
    return false;
}

/* RESTORE DATABASE and RESTORE LOG recover, unless the statement says otherwise - and nothing besides. */
static bool restore_recovers(const struct scan *scan, size_t at)
{
    static const char *const verbs[] = {"RESTORE", "LOAD"};
    static const char *const objects[] = {"DATABASE", "LOG", "TRANSACTION", "TRAN"};

    if (!is_any_word(scan, at, verbs, COUNT(verbs)) || !is_any_word(scan, at + 1, objects, COUNT(objects)))
        return false;
    return statement_has(scan, at + 2, "RECOVERY") || (!statement_has_option(scan, at + 2, "NORECOVERY") &&
                                                       !statement_has_option(scan, at + 2, "STANDBY"));
}

static bool set_opens(const struct scan *scan, size_t at)
{
    return is_word(scan, at, "SET") && statement_has(scan, at + 1, "ONLINE");
}

static bool partner_takes_over(const struct scan *scan, size_t at)
{
    return is_word(scan, at, "PARTNER") && is_word(scan, at + 1, "FAILOVER");
}

static bool is_dangerous_word(const struct scan *scan, size_t at)
{
    static const char *const words[] = {"FORCE_SERVICE_ALLOW_DATA_LOSS",
                                        "READ_WRITE",
                                        "READWRITE",
                                        "MULTI_USER",
                                        "ATTACH",
                                        "ATTACH_REBUILD_LOG",
                                        "ATTACH_FORCE_REBUILD_LOG",
                                        "SP_ATTACH_DB",
                                        "SP_ATTACH_SINGLE_FILE_DB",
                                        "SP_DBOPTION"};
    /* Procedures are called by any kind of name. */
    return is_any_word(scan, at, words, COUNT(words)) ||
           (scan->tokens[at].kind == TOKEN_NAME && strncmp(scan->tokens[at].text, "SP_", 3) == 0 &&
            (strncmp(scan->tokens[at].text, "SP_ATTACH_", 10) == 0 ||
             strcmp(scan->tokens[at].text, "SP_DBOPTION") == 0));
}

static bool executes_strings(const struct scan *scan, size_t at)
{
    static const char *const words[] = {"EXEC", "EXECUTE"};
    static const char procedure[] = "SP_EXECUTESQL";

    if (scan->tokens[at].kind != TOKEN_END && strcmp(scan->tokens[at].text, procedure) == 0)
        return true;
    return is_any_word(scan, at, words, COUNT(words)) && is_mark(scan, at + 1, "(");
}

static bool names_a_type(const struct scan *scan, size_t at)
{
    return at >= 2 && is_mark(scan, at - 1, "(") &&
           (is_word(scan, at - 2, "CONVERT") || is_word(scan, at - 2, "TRY_CONVERT"));
}

/* Functions and literals that make text without spelling it. */
static bool is_disguise(const struct scan *scan, size_t at)
{
    static const char *const functions[] = {"REVERSE", "REPLACE", "STUFF", "TRANSLATE"};
    static const char *const characters[] = {"CHAR", "NCHAR"};
    const struct token *token = &scan->tokens[at];

    if (token->kind == TOKEN_WORD && strncmp(token->text, "0X", 2) == 0 && token->text[2])
        return true;
    if (!is_mark(scan, at + 1, "("))
        return false;
    return is_any_word(scan, at, functions, COUNT(functions)) ||
           (is_any_word(scan, at, characters, COUNT(characters)) && at > 0 &&
            scan->tokens[at - 1].kind == TOKEN_MARK && !names_a_type(scan, at));
}

static bool is_danger(const struct scan *scan, size_t at)
{
    return restore_recovers(scan, at) || set_opens(scan, at) || partner_takes_over(scan, at) ||
           is_dangerous_word(scan, at);
}

static void scan_text(struct scan *outer, const char *text, bool is_string, int depth)
{
    enum { MOST_DEPTH = 16 }; /* strings in strings double their quotes each time */
    struct scan scan = {.arena = outer->arena};

    outer->danger |= depth > MOST_DEPTH;
    if (depth > MOST_DEPTH)
        return;
    for (const char *at = text; *at;)
        at = take_token(&scan, at, depth);
    for (size_t i = 0; i < scan.count; i++) {
        scan.executes |= executes_strings(&scan, i);
        scan.disguises |= is_disguise(&scan, i);
        /* One word alone is what states are compared with. */
        if (is_danger(&scan, i) && is_string && scan.count == 1)
            scan.danger_if_executed = true;
        else if (is_danger(&scan, i))
            scan.danger = true;
    }
    outer->executes |= scan.executes;
    outer->disguises |= scan.disguises;
    outer->danger |= scan.danger;
    outer->danger_if_executed |= scan.danger_if_executed;
}

/* ---- letters alone ---- */

static void squeeze(const char *text, struct strbuf *out)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text))
            strbuf_add_char(out, (char)toupper((unsigned char)*text));
}

static bool holds_any(const char *text, const char *const *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, pieces[i]))
            return true;
    return false;
}

/* Whatever it is put together from. */
static bool executed_pieces_are_dangerous(const char *letters)
{
    static const char *const pieces[] = {"WITHRECOVERY", "SETONLINE", "PARTNERFAILOVER",
                                         "FORCESERVICE", "READWRITE", "MULTIUSER",
                                         "FORATTACH",    "SPATTACH",  "SPDBOPTION"};

    return holds_any(letters, pieces, COUNT(pieces));
}

static bool powershell_is_dangerous(const char *letters)
{
    static const char *const pieces[] = {"CSDATABASEFAILOVER", "INVOKESQLCMD", "SQLCMDEXE", "OSQLEXE",
                                         "SQLCLIENT",          "OLEDB"};

    return holds_any(letters, pieces, COUNT(pieces));
}

bool guard_is_needed(const char *text)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf letters = STRBUF_INIT;
    struct scan scan = {.arena = arena};

    squeeze(text, &letters);
    scan_text(&scan, text, false, 0);
    return scan.danger || powershell_is_dangerous(strbuf_text(&letters)) ||
           (scan.executes && (scan.danger_if_executed || scan.disguises ||
                              executed_pieces_are_dangerous(strbuf_text(&letters))));
}

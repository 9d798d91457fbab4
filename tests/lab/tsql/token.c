#include "lab/tsql/token.h"

#include "base/arena.h"
#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct lexer {
    const char *at;
    int line;
    bool quoted_identifier;
    struct tokens *out;
    struct problems *problems;
};

/* "Reserved Keywords (Transact-SQL)", sorted. */
/* clang-format off */
static const char *const reserved_words[] = {
    "ADD", "ALL", "ALTER", "AND", "ANY", "AS", "ASC", "AUTHORIZATION", "BACKUP", "BEGIN", "BETWEEN",
    "BREAK", "BROWSE", "BULK", "BY", "CASCADE", "CASE", "CHECK", "CHECKPOINT", "CLOSE", "CLUSTERED",
    "COALESCE", "COLLATE", "COLUMN", "COMMIT", "COMPUTE", "CONSTRAINT", "CONTAINS", "CONTAINSTABLE",
    "CONTINUE", "CONVERT", "CREATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME",
    "CURRENT_TIMESTAMP", "CURRENT_USER", "CURSOR", "DATABASE", "DBCC", "DEALLOCATE", "DECLARE",
    "DEFAULT", "DELETE", "DENY", "DESC", "DISK", "DISTINCT", "DISTRIBUTED", "DOUBLE", "DROP",
    "DUMP", "ELSE", "END", "ERRLVL", "ESCAPE", "EXCEPT", "EXEC", "EXECUTE", "EXISTS", "EXIT",
    "EXTERNAL", "FETCH", "FILE", "FILLFACTOR", "FOR", "FOREIGN", "FREETEXT", "FREETEXTTABLE",
    "FROM", "FULL", "FUNCTION", "GOTO", "GRANT", "GROUP", "HAVING", "HOLDLOCK", "IDENTITY",
    "IDENTITY_INSERT", "IDENTITYCOL", "IF", "IN", "INDEX", "INNER", "INSERT", "INTERSECT", "INTO",
    "IS", "JOIN", "KEY", "KILL", "LEFT", "LIKE", "LINENO", "LOAD", "MERGE", "NATIONAL", "NOCHECK",
    "NONCLUSTERED", "NOT", "NULL", "NULLIF", "OF", "OFF", "OFFSETS", "ON", "OPEN", "OPENDATASOURCE",
    "OPENQUERY", "OPENROWSET", "OPENXML", "OPTION", "OR", "ORDER", "OUTER", "OVER", "PERCENT",
    "PIVOT", "PLAN", "PRECISION", "PRIMARY", "PRINT", "PROC", "PROCEDURE", "PUBLIC", "RAISERROR",
    "READ", "READTEXT", "RECONFIGURE", "REFERENCES", "REPLICATION", "RESTORE", "RESTRICT", "RETURN",
    "REVERT", "REVOKE", "RIGHT", "ROLLBACK", "ROWCOUNT", "ROWGUIDCOL", "RULE", "SAVE", "SCHEMA",
    "SECURITYAUDIT", "SELECT", "SESSION_USER", "SET", "SETUSER", "SHUTDOWN", "SOME", "STATISTICS",
    "SYSTEM_USER", "TABLE", "TABLESAMPLE", "TEXTSIZE", "THEN", "TO", "TOP", "TRAN", "TRANSACTION",
    "TRIGGER", "TRUNCATE", "TSEQUAL", "UNION", "UNIQUE", "UNPIVOT", "UPDATE", "UPDATETEXT", "USE",
    "USER", "VALUES", "VARYING", "VIEW", "WAITFOR", "WHEN", "WHERE", "WHILE", "WITH", "WRITETEXT",
};
/* clang-format on */

static bool is_reserved(const char *word)
{
    size_t low = 0, high = COUNT(reserved_words);

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcasecmp(word, reserved_words[middle]);

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool token_is_word(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && strcasecmp(token->text, word) == 0;
}

bool token_is_mark(const struct token *token, const char *mark)
{
    return token->kind == TOKEN_PUNCTUATION && strcmp(token->text, mark) == 0;
}

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '#' || (unsigned char)c >= 0x80;
}

static bool is_word_part(char c)
{
    return is_word_start(c) || isdigit((unsigned char)c) || c == '@' || c == '$';
}

static void add_token(struct lexer *lexer, enum token_kind kind, int line, const char *text, size_t length)
{
    struct arena *arena = lexer->problems->arena;
    struct token *token = arena_push(arena, &lexer->out->items, &lexer->out->count, sizeof(*token));

    *token = (struct token){.kind = kind, .line = line, .text = arena_text_n(arena, text, length)};
    token->is_reserved = kind == TOKEN_WORD && is_reserved(token->text);
}

/* Two characters. */
static bool stands_at(const struct lexer *lexer, const char *mark)
{
    return lexer->at[0] == mark[0] && lexer->at[1] == mark[1];
}

static void skip_line(struct lexer *lexer)
{
    lexer->at += strcspn(lexer->at, "\n");
}

/* Comments nest. */
static int skip_comment(struct lexer *lexer)
{
    int depth = 0, first_line = lexer->line;

    do {
        if (stands_at(lexer, "/*")) {
            depth++;
            lexer->at += 2;
        } else if (stands_at(lexer, "*/")) {
            depth--;
            lexer->at += 2;
        } else if (*lexer->at) {
            lexer->line += *lexer->at++ == '\n';
        } else {
            return PROBLEM0(lexer->problems, first_line, 113);
        }
    } while (depth > 0);
    return 0;
}

static int skip_blanks(struct lexer *lexer)
{
    for (;;) {
        if (*lexer->at && (isspace((unsigned char)*lexer->at) || (unsigned char)*lexer->at < ' '))
            lexer->line += *lexer->at++ == '\n';
        else if (stands_at(lexer, "--"))
            skip_line(lexer);
        else if (!stands_at(lexer, "/*"))
            return 0;
        else if (skip_comment(lexer) != 0)
            return -1;
    }
}

/* Reads up to `close`, which doubled stands for itself. */
static int read_delimited(struct lexer *lexer, enum token_kind kind, char close)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    const char *start = ++lexer->at;
    int line = lexer->line;

    while (*lexer->at && (*lexer->at != close || lexer->at[1] == close)) {
        lexer->at += *lexer->at == close;
        lexer->line += *lexer->at == '\n';
        strbuf_add_char(&text, *lexer->at++);
    }
    if (!*lexer->at)
        return PROBLEM(lexer->problems, line, 105, start);
    lexer->at++;
    add_token(lexer, kind, line, strbuf_text(&text), text.length);
    return 0;
}

static void read_while(struct lexer *lexer, enum token_kind kind, size_t prefix, bool (*belongs)(char c))
{
    const char *start = lexer->at;
    const char *end = start + prefix;

    while (*end && belongs(*end))
        end++;
    lexer->at = end;
    add_token(lexer, kind, lexer->line, start, (size_t)(end - start));
}

static void read_hex(struct lexer *lexer)
{
    size_t length = strspn(lexer->at + 2, "0123456789abcdefABCDEF");

    add_token(lexer, TOKEN_HEX, lexer->line, lexer->at + 2, length);
    lexer->at += 2 + length;
}

static void read_number(struct lexer *lexer)
{
    const char *start = lexer->at;
    const char *at = start + strspn(start, "0123456789");
    enum token_kind kind = TOKEN_INTEGER;

    if (*at == '.') {
        kind = TOKEN_DECIMAL;
        at += 1 + strspn(at + 1, "0123456789");
    }
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1 + (at[1] == '+' || at[1] == '-');

        kind = TOKEN_FLOAT;
        at = exponent + strspn(exponent, "0123456789");
    }
    lexer->at = at;
    add_token(lexer, kind, lexer->line, start, (size_t)(at - start));
}

static void read_mark(struct lexer *lexer)
{
    static const char *const marks[] = {"<=", ">=", "<>", "!=", "!<", "!>", "::"};
    size_t length = 1;

    for (size_t i = 0; i < COUNT(marks); i++)
        if (stands_at(lexer, marks[i]))
            length = 2;
    add_token(lexer, TOKEN_PUNCTUATION, lexer->line, lexer->at, length);
    lexer->at += length;
}

static int read_quoted(struct lexer *lexer)
{
    if (*lexer->at == '[')
        return read_delimited(lexer, TOKEN_QUOTED, ']');
    if (*lexer->at == '"')
        return read_delimited(lexer, lexer->quoted_identifier ? TOKEN_QUOTED : TOKEN_STRING, '"');
    if (*lexer->at == '\'')
        return read_delimited(lexer, TOKEN_STRING, '\'');
    lexer->at++;
    return read_delimited(lexer, TOKEN_NATIONAL_STRING, '\'');
}

static int read_token(struct lexer *lexer)
{
    const char *at = lexer->at;

    if (*at == '[' || *at == '"' || *at == '\'' || ((*at == 'N' || *at == 'n') && at[1] == '\''))
        return read_quoted(lexer);
    if (is_word_start(*at))
        read_while(lexer, TOKEN_WORD, 1, is_word_part);
    else if (at[0] == '@' && at[1] == '@')
        read_while(lexer, TOKEN_GLOBAL, 2, is_word_part);
    else if (*at == '@')
        read_while(lexer, TOKEN_VARIABLE, 1, is_word_part);
    else if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
        read_hex(lexer);
    else if (isdigit((unsigned char)at[0]) || (at[0] == '.' && isdigit((unsigned char)at[1])))
        read_number(lexer);
    else
        read_mark(lexer);
    return 0;
}

int tokens_read(const char *batch, bool quoted_identifier, struct tokens *ret_tokens,
                struct problems *problems)
{
    struct lexer lexer = {.at = batch,
                          .line = 1,
                          .quoted_identifier = quoted_identifier,
                          .out = ret_tokens,
                          .problems = problems};

    *ret_tokens = (struct tokens){NULL, 0};
    while (skip_blanks(&lexer) == 0 && *lexer.at)
        if (read_token(&lexer) != 0)
            return -1;
    if (problems->count)
        return -1;
    add_token(&lexer, TOKEN_END, lexer.line, "", 0);
    return 0;
}

/* DBCC CHECKDB [(database | 'database' | 0 [, NOINDEX])] [WITH option [, ...]] ("DBCC CHECKDB
 * (Transact-SQL)") */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/rights.h"

#include <string.h>

struct dbcc {
    const char *database; /* NULL = the session's */
    bool no_infomsgs;
};

static int parse_database(struct parser *parser, struct dbcc *dbcc)
{
    if (parser->at->kind == TOKEN_INTEGER && strcmp(parser->at->text, "0") == 0)
        parser->at++;
    else if (parser->at->kind == TOKEN_STRING || parser->at->kind == TOKEN_NATIONAL_STRING)
        dbcc->database = need_string(parser);
    else if (!(dbcc->database = need_identifier(parser)))
        return -1;
    if (take_mark(parser, ",") && need_word(parser, "NOINDEX") != 0)
        return -1;
    return need_mark(parser, ")");
}

static int parse_options(struct parser *parser, struct dbcc *dbcc)
{
    static const char *const options[] = {"ALL_ERRORMSGS", "DATA_PURITY", "EXTENDED_LOGICAL_CHECKS",
                                          "PHYSICAL_ONLY", "TABLOCK"};

    do {
        size_t i = 0;

        if (take_word(parser, "NO_INFOMSGS")) {
            dbcc->no_infomsgs = true;
            continue;
        }
        while (i < COUNT(options) && !take_word(parser, options[i]))
            i++;
        if (i == COUNT(options))
            return parse_error(parser);
    } while (take_mark(parser, ","));
    return 0;
}

static int parse_checkdb(struct parser *parser, struct statement *statement)
{
    struct dbcc *dbcc = DETAIL(parser, statement, struct dbcc);

    if (take_mark(parser, "(") && parse_database(parser, dbcc) != 0)
        return -1;
    return take_word(parser, "WITH") ? parse_options(parser, dbcc) : 0;
}

/* What is damaged is said whatever WITH says, the sum of it likewise; all well is said to who wants to hear
 * it. */
static int report(struct run *run, int line, const struct dbcc *dbcc, const struct database *database)
{
    if (!dbcc->no_infomsgs)
        PROBLEM(&run->problems, line, 2536, database->name);
    if (database->pages_damaged)
        PROBLEM0(&run->problems, line, 8928);
    if (database->pages_damaged || !dbcc->no_infomsgs)
        PROBLEM(&run->problems, line, 8989, "0", database->pages_damaged ? "1" : "0", database->name);
    if (!dbcc->no_infomsgs)
        PROBLEM0(&run->problems, line, 2528);
    return database->pages_damaged ? -1 : 0;
}

static bool may_check(struct run *run, const struct database *database)
{
    return security_in_role(run->session->instance, session_login(run->session), database->name,
                            "db_owner") ||
           session_login(run->session)->is_sysadmin;
}

static int run_checkdb(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct dbcc *dbcc = statement->detail;
    const char *name = dbcc->database ? dbcc->database : session_database(run->session);
    const struct database *database = database_find(run->session->instance, name);

    (void)ret_flow;
    if (!database)
        return PROBLEM(&run->problems, statement->line, 2520, name);
    if (session_may_enter(run->session, name, statement->line, &run->problems) != 0)
        return -1;
    if (!may_check(run, database))
        return PROBLEM(&run->problems, statement->line, 7983, run->session->login, database->name);
    return report(run, statement->line, dbcc, database);
}

static const struct statement_kind kinds[] = {
    {.first = "DBCC", .second = "CHECKDB", .parse = parse_checkdb, .run = run_checkdb, .survives = true},
};
const struct statement_family statements_dbcc = {kinds, COUNT(kinds)};

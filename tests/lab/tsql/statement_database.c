/* ALTER DATABASE x SET ... ("ALTER DATABASE SET Options", "ALTER DATABASE Database Mirroring"). */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/rights.h"
#include "lab/world/statements.h"

#include <stdlib.h>
#include <strings.h>

struct alteration;
typedef void alteration_body(struct run *run, const char *database, const struct alteration *alteration,
                             struct world_result *result);

enum termination { END_PATIENTLY, END_ROLLBACK, END_NO_WAIT };

struct alteration {
    const char *database; /* NULL = CURRENT */
    alteration_body *body;
    int what;            /* enum partner_verb, enum database_option */
    const char *address; /* of a partner or witness */
    int64_t timeout_s;
    enum termination termination;
    int64_t patience_s; /* WITH ROLLBACK AFTER */
    bool mirroring, needs_master;
};

/* --- what is done --- */

static void do_partner(struct run *run, const char *database, const struct alteration *alteration,
                       struct world_result *result)
{
    world_set_partner(run->session->world, run->session->instance, database,
                      (enum partner_verb)alteration->what, result);
}

static void do_partner_address(struct run *run, const char *database, const struct alteration *alteration,
                               struct world_result *result)
{
    world_set_partner_address(run->session->world, run->session->instance, database, alteration->address,
                              result);
}

static void do_witness_address(struct run *run, const char *database, const struct alteration *alteration,
                               struct world_result *result)
{
    world_set_witness_address(run->session->world, run->session->instance, database, alteration->address,
                              result);
}

static void do_timeout(struct run *run, const char *database, const struct alteration *alteration,
                       struct world_result *result)
{
    world_set_partner_timeout(run->session->world, run->session->instance, database, alteration->timeout_s,
                              result);
}

static void do_option(struct run *run, const char *database, const struct alteration *alteration,
                      struct world_result *result)
{
    world_set_option(run->session->world, run->session->instance, database,
                     (enum database_option)alteration->what, alteration->termination == END_ROLLBACK,
                     run->session->session_id, result);
}

/* --- parsing --- */

static const struct word {
    const char *first, *second;
    int what;
    bool needs_master;
} partner_words[] =
    {
        {"FAILOVER", NULL, PARTNER_FAILOVER, true},
        {"FORCE_SERVICE_ALLOW_DATA_LOSS", NULL, PARTNER_FORCE_SERVICE, true},
        {"OFF", NULL, PARTNER_OFF, false},
        {"SUSPEND", NULL, PARTNER_SUSPEND, false},
        {"RESUME", NULL, PARTNER_RESUME, false},
        {"SAFETY", "FULL", PARTNER_SAFETY_FULL, false},
        {"SAFETY", "OFF", PARTNER_SAFETY_OFF, false},
},
  option_words[] = {
      {"ONLINE", NULL, OPTION_ONLINE, false},
      {"OFFLINE", NULL, OPTION_OFFLINE, false},
      {"READ_ONLY", NULL, OPTION_READ_ONLY, false},
      {"READ_WRITE", NULL, OPTION_READ_WRITE, false},
      {"MULTI_USER", NULL, OPTION_MULTI_USER, false},
      {"SINGLE_USER", NULL, OPTION_SINGLE_USER, false},
      {"RESTRICTED_USER", NULL, OPTION_RESTRICTED_USER, false},
      {"RECOVERY", "FULL", OPTION_RECOVERY_FULL, false},
      {"RECOVERY", "BULK_LOGGED", OPTION_RECOVERY_BULK_LOGGED, false},
      {"RECOVERY", "SIMPLE", OPTION_RECOVERY_SIMPLE, false},
};

static const struct word *take_one(struct parser *parser, const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!at_word(parser, words[i].first) ||
            (words[i].second && !token_is_word(parser->at + 1, words[i].second)))
            continue;
        parser->at += words[i].second ? 2 : 1;
        return &words[i];
    }
    parse_error(parser);
    return NULL;
}

static int parse_address(struct parser *parser, struct alteration *alteration, alteration_body *body)
{
    alteration->body = body;
    alteration->address = need_string(parser);
    return alteration->address ? 0 : -1;
}

static int parse_timeout(struct parser *parser, struct alteration *alteration)
{
    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    alteration->body = do_timeout;
    alteration->timeout_s = strtoll(parser->at++->text, NULL, 10);
    return 0;
}

static int parse_partner(struct parser *parser, struct alteration *alteration)
{
    const struct word *word;

    alteration->mirroring = true;
    if (take_mark(parser, "="))
        return parse_address(parser, alteration, do_partner_address);
    if (take_word(parser, "TIMEOUT"))
        return parse_timeout(parser, alteration);
    word = take_one(parser, partner_words, COUNT(partner_words));
    if (!word)
        return -1;
    alteration->body = do_partner;
    alteration->what = word->what;
    alteration->needs_master = word->needs_master;
    return 0;
}

static int parse_witness(struct parser *parser, struct alteration *alteration)
{
    alteration->mirroring = true;
    if (take_mark(parser, "="))
        return parse_address(parser, alteration, do_witness_address);
    alteration->body = do_partner;
    alteration->what = WITNESS_OFF;
    return need_word(parser, "OFF");
}

/* WITH ROLLBACK AFTER n [SECONDS] | ROLLBACK IMMEDIATE | NO_WAIT */
static int parse_termination(struct parser *parser, struct alteration *alteration)
{
    if (take_word(parser, "NO_WAIT")) {
        alteration->termination = END_NO_WAIT;
        return 0;
    }
    alteration->termination = END_ROLLBACK;
    if (need_word(parser, "ROLLBACK") != 0 || take_word(parser, "IMMEDIATE"))
        return parser->problems->count ? -1 : 0;
    if (need_word(parser, "AFTER") != 0)
        return -1;
    if (parser->at->kind != TOKEN_INTEGER)
        return parse_error(parser);
    alteration->patience_s = strtoll(parser->at++->text, NULL, 10);
    take_word(parser, "SECONDS");
    return 0;
}

static int parse_option(struct parser *parser, struct alteration *alteration)
{
    const struct word *word = take_one(parser, option_words, COUNT(option_words));

    if (!word)
        return -1;
    alteration->body = do_option;
    alteration->what = word->what;
    return take_word(parser, "WITH") ? parse_termination(parser, alteration) : 0;
}

static int parse_alter_database(struct parser *parser, struct statement *statement)
{
    struct alteration *alteration = DETAIL(parser, statement, struct alteration);

    if (!take_word(parser, "CURRENT")) {
        alteration->database = need_identifier(parser);
        if (!alteration->database)
            return -1;
    }
    if (need_word(parser, "SET") != 0)
        return -1;
    if (take_word(parser, "PARTNER"))
        return parse_partner(parser, alteration);
    return take_word(parser, "WITNESS") ? parse_witness(parser, alteration)
                                        : parse_option(parser, alteration);
}

/* --- running --- */

static int fail(struct run *run, int line, int number, const char *argument)
{
    PROBLEM(&run->problems, line, number, argument);
    return PROBLEM0(&run->problems, line, 5069);
}

/* 0, or the number of what forbids it before the database itself is asked. */
static int refusal_of(struct run *run, const struct alteration *alteration, const char *name)
{
    const struct database *database = database_find(run->session->instance, name);

    if (run->session->transaction_count > 0)
        return 226;
    if (!database || !may_alter_database(run->session, database))
        return 5011;
    return alteration->needs_master && strcasecmp(session_database(run->session), "master") != 0 ? 5001 : 0;
}

/* ROLLBACK AFTER: others have that long to leave by themselves. */
static bool is_patient(struct run *run, const struct alteration *alteration, const char *name)
{
    const struct world *world = run->session->world;
    const struct database *database = database_find(run->session->instance, name);
    int64_t until_utc_ms = world->now_utc_ms + alteration->patience_s * 1000;
    struct session *row = session_row(run->session);

    if (alteration->patience_s == 0 || database->state != DATABASE_ONLINE || database->mirror.configured)
        return false; /* nobody to wait for, or refused anyhow */
    if (sessions_in_beside(run->session->instance, name, run->session->session_id) == 0 ||
        (run_resumes(run) && world->now_utc_ms >= run->progress.deadline_utc_ms)) {
        session_request_ends(row);
        return false;
    }
    if (!run_resumes(run))
        session_request_begins(row, "ALTER DATABASE", world->now_utc_ms, 0);
    run_wait(run, until_utc_ms);
    return true;
}

static int run_alter_database(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct alteration *alteration = statement->detail;
    const char *name =
        arena_text(run->arena, alteration->database ? alteration->database : session_database(run->session));
    int refusal = refusal_of(run, alteration, name);
    struct world_result result = {0};

    (void)ret_flow;
    if (refusal == 226)
        return PROBLEM(&run->problems, statement->line, 226, "ALTER DATABASE");
    if (refusal != 0)
        return fail(run, statement->line, refusal, name);
    if (is_patient(run, alteration, name))
        return 0;
    alteration->body(run, name, alteration, &result);
    if (result.number == 5061 && alteration->termination == END_NO_WAIT)
        return fail(run, statement->line, 5070, name);
    return run_world_result(run, statement->line, &result);
}

static const struct statement_kind kinds[] = {
    {.first = "ALTER",
     .second = "DATABASE",
     .parse = parse_alter_database,
     .run = run_alter_database,
     .survives = true,
     .mutates = true},
};
const struct statement_family statements_database = {kinds, COUNT(kinds)};

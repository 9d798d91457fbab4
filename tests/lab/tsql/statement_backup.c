/* BACKUP and RESTORE. */
#include "lab/tsql/statement.h"

#include "base/arena.h"
#include "lab/tsql/media.h"
#include "lab/tsql/rights.h"
#include "lab/world/statements.h"

#include <strings.h>

struct media_statement_detail {
    bool log;
    bool has_path;
    struct operand database, path;
    struct media_options options;
};

/* The texts behind the operands. */
struct names {
    const char *database, *path;
};

static int read_names(struct run *run, const struct media_statement_detail *detail, struct names *ret)
{
    ret->path = NULL;
    if (operand_text(run, &detail->database, &ret->database) != 0)
        return -1;
    return detail->has_path ? operand_text(run, &detail->path, &ret->path) : 0;
}

/* 3013 behind the cause. */
static int terminate(struct run *run, int line, const char *verb)
{
    return PROBLEM(&run->problems, line, 3013, verb);
}

/* STATS = n: every n percent, and at the end. */
static void report_percents(struct run *run, int line, const struct media_options *options)
{
    int64_t step = options->stats_percent > 0 ? options->stats_percent : 1;

    if (!(options->flags & MEDIA_STATS))
        return;
    for (int64_t percent = step; percent < 100; percent += step)
        PROBLEM(&run->problems, line, 3211, arena_format(run->arena, "%lld", (long long)percent));
    PROBLEM(&run->problems, line, 3211, "100");
}

static int finish(struct run *run, int line, const struct media_options *options,
                  const struct world_result *result)
{
    if (result->number == 0)
        report_percents(run, line, options);
    return run_world_result(run, line, result);
}

/*
 * Media take their time when the world says so: true while it has not passed.  In that time the session shows
 * its request, and stays where it is.
 */
static bool takes_time(struct run *run, const char *verb)
{
    const struct world *world = run->session->world;
    int64_t takes_ms = run->session->instance->media_slow_ms;
    int64_t until_utc_ms = world->now_utc_ms + takes_ms;

    if (run_resumes(run) && world->now_utc_ms >= run->progress.deadline_utc_ms) {
        session_request_ends(session_row(run->session));
        return false;
    }
    if (takes_ms == 0 && !run_resumes(run))
        return false;
    if (!run_resumes(run))
        session_request_begins(session_row(run->session), verb, world->now_utc_ms, until_utc_ms);
    run_wait(run, until_utc_ms);
    return true;
}

/* --- BACKUP --- */

static int parse_backup(struct parser *parser, struct statement *statement, bool log)
{
    struct media_statement_detail *detail = DETAIL(parser, statement, struct media_statement_detail);

    detail->log = log;
    detail->has_path = true;
    if (parse_database_operand(parser, &detail->database) != 0 || need_word(parser, "TO") != 0 ||
        parse_disk(parser, &detail->path) != 0)
        return -1;
    return parse_media_options(parser, log ? IN_BACKUP_LOG : IN_BACKUP_DATABASE, &detail->options);
}

static int parse_backup_database(struct parser *parser, struct statement *statement)
{
    return parse_backup(parser, statement, false);
}

static int parse_backup_log(struct parser *parser, struct statement *statement)
{
    return parse_backup(parser, statement, true);
}

static const char *backup_verb(const struct media_statement_detail *detail)
{
    return detail->log ? "BACKUP LOG" : "BACKUP DATABASE";
}

/* What forbids it before the database is asked. */
static int check_backup(struct run *run, int line, const struct media_statement_detail *detail,
                        const char *name)
{
    enum { EXPRESS = 4 };
    const struct database *database = database_find(run->session->instance, name);
    const char *verb = backup_verb(detail);

    if (run->session->transaction_count > 0)
        return PROBLEM0(&run->problems, line, 3021);
    if (database && !security_user(run->session->instance, session_login(run->session), name))
        return PROBLEM(&run->problems, line, 916, run->session->login, database->name);
    if (database && !may_back_up(run->session, database, verb))
        return PROBLEM(&run->problems, line, 262, verb, database->name);
    if ((detail->options.flags & MEDIA_COMPRESSION) && run->session->instance->engine_edition == EXPRESS)
        return PROBLEM(&run->problems, line, 1844, arena_format(run->arena, "%s WITH COMPRESSION", verb),
                       run->session->instance->edition);
    return 0;
}

static int run_backup(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct media_statement_detail *detail = statement->detail;
    unsigned flags = detail->options.flags;
    struct world_result result = {0};
    struct names names;
    const char *name;

    (void)ret_flow;
    if (read_names(run, detail, &names) != 0 || operand_text(run, &detail->options.name, &name) != 0)
        return -1;
    if (check_backup(run, statement->line, detail, names.database) != 0)
        return terminate(run, statement->line, backup_verb(detail));
    if (takes_time(run, backup_verb(detail)))
        return 0;
    world_backup(run->session->world, run->session->instance,
                 &(struct backup_request){.database = names.database,
                                          .path = names.path,
                                          .user = run->session->login,
                                          .name = name,
                                          .log = detail->log,
                                          .copy_only = flags & MEDIA_COPY_ONLY,
                                          .norecovery = flags & MEDIA_NORECOVERY,
                                          .no_truncate = flags & MEDIA_NO_TRUNCATE,
                                          .init = flags & MEDIA_INIT,
                                          .checksum = flags & MEDIA_CHECKSUM},
                 &result);
    return finish(run, statement->line, &detail->options, &result);
}

/* --- RESTORE --- */

static int parse_restore(struct parser *parser, struct statement *statement, bool log)
{
    struct media_statement_detail *detail = DETAIL(parser, statement, struct media_statement_detail);
    const unsigned leaving = MEDIA_RECOVERY | MEDIA_NORECOVERY | MEDIA_STANDBY;

    detail->log = log;
    if (parse_database_operand(parser, &detail->database) != 0)
        return -1;
    detail->has_path = take_word(parser, "FROM");
    if (detail->has_path && parse_disk(parser, &detail->path) != 0)
        return -1;
    if (parse_media_options(parser, IN_RESTORE, &detail->options) != 0)
        return -1;
    /* Without media it must say how the database is left. */
    return detail->has_path || (detail->options.flags & leaving) ? 0 : parse_error(parser);
}

static int parse_restore_database(struct parser *parser, struct statement *statement)
{
    return parse_restore(parser, statement, false);
}

static int parse_restore_log(struct parser *parser, struct statement *statement)
{
    return parse_restore(parser, statement, true);
}

static const char *restore_verb(const struct media_statement_detail *detail)
{
    return detail->log ? "RESTORE LOG" : "RESTORE DATABASE";
}

static int check_restore(struct run *run, int line, const struct media_statement_detail *detail,
                         const char *name)
{
    const struct database *database = database_find(run->session->instance, name);

    if (run->session->transaction_count > 0)
        return PROBLEM0(&run->problems, line, 3021);
    if (database && !may_restore_over(run->session, database))
        return PROBLEM(&run->problems, line, 3110, database->name);
    if (!database && !may_create_database(run->session))
        return detail->log ? PROBLEM(&run->problems, line, 3110, name)
                           : PROBLEM(&run->problems, line, 262, "CREATE DATABASE", "master");
    return 0;
}

/* MOVE names files of the database that was backed up: NAME and NAME_log. */
static int apply_moves(struct run *run, int line, const struct media_statement_detail *detail,
                       struct restore_request *request)
{
    const struct stored_file *file = NULL;
    struct world_result result = {0};

    if (detail->options.move_count == 0 || !request->path)
        return 0;
    world_look_at_media(run->session->world, run->session->instance, restore_verb(detail), request->path,
                        &file, &result);
    if (!file)
        return 0; /* the statement itself says so */
    for (size_t i = 0; i < detail->options.move_count; i++) {
        const struct move *move = &detail->options.moves[i];
        const char *name = file->sets.rows[0].database_name;

        if (strcasecmp(move->logical, name) == 0)
            request->data_file = move->path;
        else if (strcasecmp(move->logical, arena_format(run->arena, "%s_log", name)) == 0)
            request->log_file = move->path;
        else
            return PROBLEM(&run->problems, line, 3234, move->logical, request->database);
    }
    return 0;
}

static enum restore_leave left_how(unsigned flags)
{
    if (flags & MEDIA_NORECOVERY)
        return LEAVE_NORECOVERY;
    return flags & MEDIA_STANDBY ? LEAVE_STANDBY : LEAVE_RECOVERY;
}

/* The statement lasts until its database is open; recovery itself goes on without it. */
static bool waits_for_recovery(struct run *run, const struct media_statement_detail *detail, const char *name,
                               const struct world_result *result)
{
    const struct world *world = run->session->world;
    const struct database *database = database_find(run->session->instance, name);

    if (!database || !database_recovers(database))
        return false;
    if (!run->recovered) {
        run->recovered = arena_alloc(run->arena, sizeof(*run->recovered));
        *run->recovered = *result;
        session_request_begins(session_row(run->session), restore_verb(detail), world->now_utc_ms,
                               database->online_utc_ms);
    }
    run_wait(run, database->online_utc_ms);
    return true;
}

static int finish_recovery(struct run *run, int line, const struct media_statement_detail *detail)
{
    struct world_result result = *run->recovered;

    run->recovered = NULL;
    session_request_ends(session_row(run->session));
    return finish(run, line, &detail->options, &result);
}

static int run_restore(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct media_statement_detail *detail = statement->detail;
    struct world_result result = {0};
    struct names names;
    struct restore_request request = {.user = run->session->login,
                                      .log = detail->log,
                                      .leave = left_how(detail->options.flags),
                                      .replace = detail->options.flags & MEDIA_REPLACE,
                                      .file = (int)detail->options.file,
                                      .own_session_id = run->session->session_id};

    (void)ret_flow;
    if (read_names(run, detail, &names) != 0)
        return -1;
    request.database = names.database;
    request.path = names.path;
    if (run->recovered)
        return waits_for_recovery(run, detail, names.database, NULL)
                   ? 0
                   : finish_recovery(run, statement->line, detail);
    if (check_restore(run, statement->line, detail, names.database) != 0 ||
        apply_moves(run, statement->line, detail, &request) != 0)
        return terminate(run, statement->line, restore_verb(detail));
    if (!run_resumes(run) && run->session->instance->media_slow_ms > 0) {
        world_restore_begins(run->session->world, run->session->instance, &request, &result);
        if (result.number != 0)
            return finish(run, statement->line, &detail->options, &result);
    }
    if (takes_time(run, restore_verb(detail)))
        return 0;
    world_restore(run->session->world, run->session->instance, &request, &result);
    if (result.number == 0 && waits_for_recovery(run, detail, names.database, &result))
        return 0;
    return finish(run, statement->line, &detail->options, &result);
}

/* --- RESTORE HEADERONLY, FILELISTONLY, LABELONLY, VERIFYONLY --- */

static int parse_look(struct parser *parser, struct statement *statement)
{
    struct media_statement_detail *detail = DETAIL(parser, statement, struct media_statement_detail);

    if (need_word(parser, "FROM") != 0 || parse_disk(parser, &detail->path) != 0)
        return -1;
    return parse_media_options(parser, IN_LOOK, &detail->options);
}

/* Headers are for those who may create databases. */
static int read_path(struct run *run, const struct statement *statement, const char *verb, const char **ret)
{
    const struct media_statement_detail *detail = statement->detail;

    if (operand_text(run, &detail->path, ret) != 0)
        return -1;
    if (may_create_database(run->session))
        return 0;
    PROBLEM(&run->problems, statement->line, 262, "CREATE DATABASE", "master");
    return terminate(run, statement->line, verb);
}

static const struct stored_file *look(struct run *run, const struct statement *statement, const char *verb)
{
    const struct stored_file *file = NULL;
    struct world_result result = {0};
    const char *path;

    if (read_path(run, statement, verb, &path) != 0)
        return NULL;
    world_look_at_media(run->session->world, run->session->instance, verb, path, &file, &result);
    run_world_result(run, statement->line, &result);
    return file;
}

static int run_headeronly(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct stored_file *file = look(run, statement, "RESTORE HEADERONLY");

    (void)ret_flow;
    if (file)
        send_headers(run, file);
    return file ? 0 : -1;
}

static int run_labelonly(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct stored_file *file = look(run, statement, "RESTORE LABELONLY");

    (void)ret_flow;
    if (file)
        send_label(run, file);
    return file ? 0 : -1;
}

static int run_filelistonly(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct media_statement_detail *detail = statement->detail;
    const struct stored_file *file = look(run, statement, "RESTORE FILELIST");
    size_t position = detail->options.file > 0 ? (size_t)detail->options.file : 1;

    (void)ret_flow;
    if (!file)
        return -1;
    if (position > file->sets.count) {
        PROBLEM(&run->problems, statement->line, 3287, arena_format(run->arena, "%zu", position), file->path);
        return terminate(run, statement->line, "RESTORE FILELIST");
    }
    send_file_list(run, &file->sets.rows[position - 1]);
    return 0;
}

static int run_verifyonly(struct run *run, const struct statement *statement, enum flow *ret_flow)
{
    const struct media_statement_detail *detail = statement->detail;
    struct world_result result = {0};
    const char *path;

    (void)ret_flow;
    if (read_path(run, statement, "VERIFY DATABASE", &path) != 0)
        return -1;
    world_verify_media(run->session->world, run->session->instance, path, (int)detail->options.file, &result);
    return finish(run, statement->line, &detail->options, &result);
}

static const struct statement_kind kinds[] = {
    {.first = "BACKUP",
     .second = "DATABASE",
     .parse = parse_backup_database,
     .run = run_backup,
     .survives = true,
     .mutates = true},
    {.first = "BACKUP",
     .second = "LOG",
     .parse = parse_backup_log,
     .run = run_backup,
     .survives = true,
     .mutates = true},
    {.first = "RESTORE",
     .second = "DATABASE",
     .parse = parse_restore_database,
     .run = run_restore,
     .survives = true,
     .mutates = true},
    {.first = "RESTORE",
     .second = "LOG",
     .parse = parse_restore_log,
     .run = run_restore,
     .survives = true,
     .mutates = true},
    {.first = "RESTORE",
     .second = "HEADERONLY",
     .parse = parse_look,
     .run = run_headeronly,
     .survives = true},
    {.first = "RESTORE",
     .second = "FILELISTONLY",
     .parse = parse_look,
     .run = run_filelistonly,
     .survives = true},
    {.first = "RESTORE", .second = "LABELONLY", .parse = parse_look, .run = run_labelonly, .survives = true},
    {.first = "RESTORE",
     .second = "VERIFYONLY",
     .parse = parse_look,
     .run = run_verifyonly,
     .survives = true},
};
const struct statement_family statements_backup = {kinds, COUNT(kinds)};

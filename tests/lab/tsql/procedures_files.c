/* xp_dirtree: what the server's service account sees in a folder (undocumented; columns as the procedure
 * gives them). */
#include "lab/tsql/procedure.h"

#include "base/arena.h"
#include "lab/tsql/value.h"
#include "lab/world/file_tree.h"

static const struct tsql_column columns[] = {
    {.name = "subdirectory", .type = TSQL_NVARCHAR, .nullable = true, .length = 512},
    {.name = "depth", .type = TSQL_INT, .nullable = true},
    {.name = "file", .type = TSQL_INT, .nullable = true},
};

struct listing {
    struct run *run;
    bool with_files;
    uint64_t rows;
};

static void send_entry(void *user, const struct tree_entry *entry)
{
    struct listing *listing = user;
    struct tsql_value values[] = {value_text(entry->name), value_integer(entry->depth),
                                  value_integer(entry->file != NULL)};

    if (entry->file && !listing->with_files)
        return;
    listing->run->sink->row(listing->run->sink->user, values, COUNT(values) - !listing->with_files);
    listing->rows++;
}

/* A folder that cannot be read is an empty one to it, and so is any folder to who is no administrator. */
static int dir_tree(struct run *run, int line)
{
    struct tsql_session *session = run->session;
    struct listing listing = {run, argument_integer(run, "@file", 0) != 0, 0};

    (void)line;
    run->sink->columns(run->sink->user, columns, COUNT(columns) - !listing.with_files);
    if (session_login(session)->is_sysadmin)
        file_tree(session->world, world_host_of(session->world, session->instance),
                  argument_text(run, "@directory", ""), (int)argument_integer(run, "@depth", 0), send_entry,
                  &listing);
    run->sink->done(run->sink->user, !session->settings.nocount, listing.rows, false);
    return 0;
}

static const struct procedure procedures[] = {
    {.name = "xp_dirtree",
     .parameters = {TEXT_PARAMETER("@directory", 512, true), INT_PARAMETER("@depth"), INT_PARAMETER("@file")},
     .body = dir_tree},
};
const struct procedure_family procedures_files = {procedures, COUNT(procedures)};

#include "observer/runs_watch.h"

#include "act/episode/episode.h"
#include "act/runner/runs_file_json.h"
#include "model/json_reader.h"
#include "model/json_text.h"

/* Read and understood; then *file is what it says, in one line. */
static int load(const char *path, struct strbuf *file, struct err *err)
{
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(json) json_t *root = runs_file_load(path, err);
    struct runs_file runs;

    if (!root || runs_file_of_json(root, path, arena, &runs, err) != 0)
        return -1;
    json_print_compact(root, file);
    return 0;
}

static struct fact_num count_episodes(const char *spool, struct clock *clock)
{
    size_t count;

    if (episode_count_left(spool, clock_utc_ms(clock), &count) != 0)
        return (struct fact_num){0};
    return (struct fact_num){true, (int64_t)count};
}

void runs_watch_look(const char *runs_path, const char *spool, struct feed_board *board)
{
    AUTO(strbuf) struct strbuf file = STRBUF_INIT;
    struct err err = ERR_INIT;
    bool known = load(runs_path, &file, &err) == 0;

    feed_board_runs(board, known ? NULL : err.text, known ? strbuf_text(&file) : NULL,
                    count_episodes(spool, board->clock));
}

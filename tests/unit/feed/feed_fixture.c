#include "unit/feed/feed_fixture.h"

#include "base/mem.h"
#include "model/json_text.h"
#include "model/snapshot_json.h"
#include "unit/model/random_snapshot.h"

static struct mono_ms read_mono(struct clock *clock)
{
    return (struct mono_ms){((struct still_clock *)clock)->mono_ms};
}

static int64_t read_utc(struct clock *clock)
{
    return ((struct still_clock *)clock)->utc_ms;
}

struct still_clock still_clock(void)
{
    return (struct still_clock){{.mono = read_mono, .utc_ms = read_utc}, 1000000, 1700000000000};
}

struct feed_board *board_of_two(struct still_clock *clock)
{
    static const struct feed_board_plan plans[] = {{POOL_A, 60000}, {POOL_B, 30000}};
    struct feed_board *board = feed_board_new("/etc/topology.yaml", &clock->clock);

    feed_board_plan(board, plans, COUNT(plans));
    return board;
}

char *snapshot_line(const char *pool, unsigned seed)
{
    AUTO(snapshot) struct snapshot *snapshot = random_snapshot(seed);
    struct strbuf line = STRBUF_INIT;
    json_t *json;

    snapshot->pool = arena_text(snapshot->arena, pool);
    json = json_snapshot(snapshot);
    json_print_compact(json, &line);
    json_decref(json);
    return strbuf_take(&line);
}

void see(struct feed_board *board, size_t pool, int64_t ago_ms)
{
    AUTO_FREE char *line = snapshot_line(board->pools[pool]->name, 7);

    feed_board_snapshot(board, board->pools[pool], (struct mono_ms){clock_mono(board->clock).ms - ago_ms},
                        line);
}

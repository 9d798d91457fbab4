/*
 * A drill takes hours where the database is large, and proves what a failover needs: it has a worker of its
 * own, beside the one that watches and carries out, and gives way as soon as a run or an episode begins.
 */
#include "act/runner/desk.h"

void desk_drill_begin(struct desk *desk, struct desk_request *request)
{
    struct err err = ERR_INIT;

    if (worker_is_busy(&desk->drill_worker)) {
        desk_answer(request, RUNNER_REFUSED, "refused: a drill of this pool is under way\n");
        return;
    }
    desk->drill_turn = *request;
    desk->drill_errand = desk_errand_for(desk, request);
    if (worker_start(&desk->drill_worker, errand_run, &desk->drill_errand, &err) != 0)
        desk_answer(&desk->drill_turn, RUNNER_RESUMABLE, err.text);
}

static void hear_line(void *user, const char *text, size_t length)
{
    const struct desk *desk = user;
    AUTO(strbuf) struct strbuf line = STRBUF_INIT;

    strbuf_add_n(&line, text, length);
    strbuf_add_char(&line, '\n');
    strbuf_write_fd(&line, desk->drill_turn.fd);
}

/* Once it has ended a look tells whether it has left anything. */
void desk_drill_hear(struct desk *desk)
{
    if (!worker_is_busy(&desk->drill_worker) || worker_hear(&desk->drill_worker, hear_line, desk))
        return;
    desk_request_done(&desk->drill_turn);
    desk->unsettled = true;
    desk->due = clock_mono(clock_system());
}

void desk_drill_yield(struct desk *desk)
{
    worker_stop(&desk->drill_worker);
}

/* What it leaves when its statement outlasts this, the next runner drops. */
void desk_drill_close(struct desk *desk)
{
    enum { END_MS = 3000, POLL_MS = 50 };
    const struct deadline deadline = deadline_in_ms(clock_system(), END_MS);

    while (worker_is_busy(&desk->drill_worker) && !deadline_passed(deadline)) {
        desk_drill_hear(desk);
        clock_sleep_ms(clock_system(), POLL_MS);
    }
    worker_done(&desk->drill_worker);
    desk_request_done(&desk->drill_turn);
}

#include "act/runner/notify.h"

#include "base/mem.h"
#include "observe/vantage/command_run.h"

#include <string.h>

enum { NOTIFY_MS = 10000, NOTIFY_MOST_BYTES = 4096 };

static bool is_worth_telling(const struct watch_news *news)
{
    return news->fence_lost || news->open_run || news->plan || (news->end && strcmp(news->end, "done") != 0);
}

static void add_text(const struct watch_news *news, struct strbuf *out)
{
    if (news->fence_lost)
        strbuf_format(out, "fence_lost: %s\n", news->fence_lost);
    if (news->end)
        strbuf_format(out, "%s: %s\n", news->end, news->why ? news->why : "");
    if (news->plan)
        strbuf_format(out, "-> pchatctl apply --plan %s\n\n", news->plan);
}

static void call_program(const struct topology_pool *pool, const struct watch_news *news, const char *text)
{
    const char *const args[] = {pool->fqdn, news->fence_lost ? "fence_lost"
                                            : news->end      ? news->end
                                                             : "unknown"};
    const struct command command = {.path = pool->acting->notify,
                                    .args = args,
                                    .arg_count = COUNT(args),
                                    .input = text,
                                    .output_most_bytes = NOTIFY_MOST_BYTES};
    AUTO(strbuf) struct strbuf output = STRBUF_INIT;
    const struct command_result result =
        command_run(&command, deadline_in_ms(clock_system(), NOTIFY_MS), &output, &output);

    if (result.end != COMMAND_EXITED || result.code != 0)
        fprintf(stderr, "pchat-runner: notify failed: %s\n", strbuf_text(&output));
}

void notify_news(const struct topology_pool *pool, const struct watch_news *news, char **told)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    add_text(news, &text);
    if (*told && strcmp(*told, strbuf_text(&text)) == 0)
        return;
    free(*told);
    *told = strbuf_take(&text);
    strbuf_add(&text, *told ? *told : "");
    if (news->plan_text)
        strbuf_add(&text, news->plan_text);
    if (pool->acting->notify && is_worth_telling(news))
        call_program(pool, news, strbuf_text(&text));
}

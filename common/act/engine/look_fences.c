#include "act/engine/look_fences.h"

#include "base/mem.h"
#include "observe/sql/row_reader.h"
#include "observe/vantage/command_run.h"

#include <pthread.h>
#include <string.h>

enum { STACK_BYTES = 256 * 1024, OUTPUT_MOST_BYTES = 4096, DETAIL_MOST_BYTES = 300 };

struct fence_question {
    const char *object, *program;
    struct deadline deadline;
    pthread_t thread;
    bool started;
    /* The thread's until it is joined. */
    struct arena *arena;
    struct fence answer;
};

struct fence_round {
    struct fence_question *questions;
    size_t count;
};

enum fence_status fence_status_of(const char *output, struct arena *arena, const char **ret_detail)
{
    size_t blank = strspn(output, " \t\r\n"), length = strcspn(output + blank, " \t\r\n");
    const char *word = arena_text_n(arena, output + blank, length);
    enum fence_status status = FENCE_UNKNOWN;

    *ret_detail = row_safe_text(arena, arena_text_n(arena, output, strnlen(output, DETAIL_MOST_BYTES)));
    (void)fence_status_parse(word, &status);
    return status;
}

static const char *end_words(const struct command_result *result, struct arena *arena)
{
    static const char *const words[] = {
        [COMMAND_KILLED] = "the program was killed",
        [COMMAND_TIMED_OUT] = "the program did not answer in time",
        [COMMAND_TOO_MUCH] = "the program said too much",
        [COMMAND_NOT_RUN] = "the program could not be run",
    };

    if (result->end == COMMAND_EXITED)
        return arena_format(arena, "the program ended with exit code %d", result->code);
    return words[result->end];
}

static void ask(struct fence_question *question)
{
    const struct command command = {.path = question->program,
                                    .args = &question->object,
                                    .arg_count = 1,
                                    .input = "",
                                    .output_most_bytes = OUTPUT_MOST_BYTES};
    AUTO(strbuf) struct strbuf output = STRBUF_INIT, errors = STRBUF_INIT;
    struct command_result result = command_run(&command, question->deadline, &output, &errors);

    question->answer.asked = clock_mono(question->deadline.clock);
    if (result.end == COMMAND_EXITED && result.code == 0)
        question->answer.status =
            fence_status_of(strbuf_text(&output), question->arena, &question->answer.detail);
    else
        question->answer.detail = end_words(&result, question->arena);
}

static void *thread_main(void *argument)
{
    ask(argument);
    return NULL;
}

static void start(struct fence_question *question)
{
    pthread_attr_t attributes;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    question->started = pthread_create(&question->thread, &attributes, thread_main, question) == 0;
    pthread_attr_destroy(&attributes);
    if (!question->started)
        question->answer.detail = "no thread to ask in";
}

static void begin(struct fence_question *question, const struct looker_setup *setup)
{
    if (setup->fence) {
        question->answer.status = setup->fence(setup->user, question->object);
        question->answer.asked = clock_mono(setup->clock);
    } else {
        start(question);
    }
}

static void add_object(struct fence_round *round, const char *object, const char *program,
                       struct deadline deadline)
{
    struct fence_question *question;

    round->questions = mem_resize(round->questions, round->count + 1, sizeof(*round->questions));
    question = &round->questions[round->count++];
    *question = (struct fence_question){.object = object, .program = program, .deadline = deadline};
    question->answer.object = object;
    question->arena = arena_new();
}

static void add_site(struct fence_round *round, const struct topology_site *site, const char *program,
                     struct deadline deadline)
{
    for (size_t i = 0; i < site->sql_count; i++)
        if (site->sql[i].role != SQL_WITNESS)
            add_object(round, site->sql[i].name, program, deadline);
    for (size_t i = 0; i < site->chat_server_count; i++)
        add_object(round, site->chat_servers[i].name, program, deadline);
}

struct fence_round *fence_round_start(const struct looker_setup *setup, struct deadline deadline)
{
    const struct topology_acting *acting = setup->pool->acting;
    const char *program = acting ? acting->fence_status : NULL;
    struct fence_round *round = mem_alloc(sizeof(*round));

    for (size_t i = 0; (program || setup->fence) && i < setup->pool->site_count; i++)
        add_site(round, &setup->pool->sites[i], program, deadline);
    for (size_t i = 0; i < round->count; i++) /* they stay where they are from here on */
        begin(&round->questions[i], setup);
    return round;
}

void fence_round_end(struct fence_round *round, struct look *look)
{
    look->fences = arena_alloc(look->arena, (round->count + 1) * sizeof(*look->fences));
    for (size_t i = 0; i < round->count; i++) {
        struct fence_question *question = &round->questions[i];

        if (question->started)
            pthread_join(question->thread, NULL);
        arena_adopt(look->arena, question->arena);
        question->answer.object = arena_text(look->arena, question->object);
        look->fences[look->fence_count++] = question->answer;
    }
    free(round->questions);
    free(round);
}

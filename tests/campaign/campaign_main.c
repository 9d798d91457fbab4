/*
 * campaign_run [--verbose] SEED: plays one schedule; one line that says how it ended, exit 0 or 1.
 * campaign_run --schedule SEED: prints it as JSON, for who plays it elsewhere (wire).
 */
#include "campaign/schedule_json.h"
#include "campaign/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_entry(void *user, const struct journal_entry *entry)
{
    int line = (int)strcspn(entry->text, "\n");

    if (entry->kind != ENTRY_LOOK)
        printf("%8lld %s %s %s %s %s: %.*s\n", (long long)entry->mono_ms, (const char *)user,
               entry_kind_name(entry->kind), entry->step, entry->target, entry->subject, line, entry->text);
}

static void print_journals(const struct stage *stage)
{
    struct err err = ERR_INIT;

    for (struct operator* op = stage->operators; op; op = op->next) {
        journal_entries(op->runner->journal, 0, 0, print_entry, op->name, &err);
        printf("%s %s, %zu passes: %s at %s: %s\n", op->name, op->is_gone ? "crashed" : "ended", op->passes,
               engine_end_name(op->answer.end), op->answer.step, op->answer.why);
    }
}

static void print_truth(const struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    char *words = json_dumps(truth, JSON_INDENT(1));

    puts(words);
    free(words);
    json_decref(truth);
}

/* What was done last; "" where nothing was. */
static void print_last(const struct verdict *verdict)
{
    if (verdict->put_back)
        printf(" put back %s", verb_name(verdict->put_back));
    else if (verdict->verb)
        printf(" %s", verb_name(verdict->verb));
}

static void print_verdict(const struct schedule *schedule, const struct verdict *verdict)
{
    printf("%sok - seed %llu %s", verdict->violations.length ? "not " : "",
           (unsigned long long)schedule->seed, outcome_name(verdict->outcome));
    print_last(verdict);
    printf(": %s, %s, fence %s, %zu runner%s, two writers for %.0f s%s%s\n", work_name(schedule->work),
           trouble_name(schedule->trouble), fence_label_name(schedule->label), schedule->operator_count,
           schedule->operator_count == 1 ? "" : "s", verdict->overlap_s,
           verdict->violations.length ? ": " : "", strbuf_text(&verdict->violations));
}

static int play(uint64_t seed, bool verbose)
{
    AUTO(schedule) struct schedule *schedule = schedule_draw(seed);
    struct stage stage = {.schedule = schedule, .verbose = verbose};
    struct err err = ERR_INIT;

    if (!stage_play(&stage, &err)) {
        printf("not ok - seed %llu: %s\n", (unsigned long long)seed, err.text);
        return 1;
    }
    AUTO(verdict) struct verdict verdict = verdict_of(&stage);
    if (verbose) {
        print_journals(&stage);
        print_truth(&stage);
    }
    print_verdict(schedule, &verdict);
    stage_done(&stage);
    return verdict.violations.length ? 1 : 0;
}

static int print_schedule(uint64_t seed)
{
    AUTO(schedule) struct schedule *schedule = schedule_draw(seed);
    json_t *words = schedule_to_json(schedule);

    json_dumpf(words, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(words);
    return 0;
}

int main(int argc, char **argv)
{
    bool verbose = argc == 3 && strcmp(argv[1], "--verbose") == 0;
    bool prints = argc == 3 && strcmp(argv[1], "--schedule") == 0;
    char *end = NULL;
    uint64_t seed;

    setvbuf(stdout, NULL, _IOLBF, 0); /* whoever ends this program wants to know how far it came */
    if (argc != (verbose || prints ? 3 : 2)) {
        fprintf(stderr, "usage: campaign_run [--verbose | --schedule] SEED\n");
        return 3;
    }
    seed = strtoull(argv[argc - 1], &end, 10);
    if (end == argv[argc - 1] || *end) {
        fprintf(stderr, "campaign_run: \"%s\" is no seed\n", argv[argc - 1]);
        return 3;
    }
    return prints ? print_schedule(seed) : play(seed, verbose);
}

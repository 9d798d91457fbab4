/*
 * What the gates share.  Inside judge only.
 *
 * A gate is a function from a question to a verdict; gate.c fills in which gate it is, and how old the look
 * is that it rests on.
 */
#ifndef PCHAT_ACT_JUDGE_GATES_H
#define PCHAT_ACT_JUDGE_GATES_H

#include "act/judge/gate.h"

#include "base/strbuf.h"

struct judging {
    const struct gate_question *question;
    const struct look *look;
    const struct snapshot *snapshot;
    const struct cast *cast;
    struct arena *arena;
};

typedef struct gate_verdict gate_fn(const struct judging *judging);
#define GATE(name, title) gate_fn gate_##name;
#include "act/judge/gates.def"
#undef GATE

/* source NULL: the question itself */
struct gate_verdict gate_ok(const struct judging *judging, const char *source, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct gate_verdict gate_open(const struct judging *judging, const char *source, const char *remedy,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
struct gate_verdict gate_refuses(const struct judging *judging, const char *source, const char *remedy,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));

const struct instance_snapshot *judged_copy(const struct judging *judging, enum part part);
const char *judged_name(const struct judging *judging, enum part part); /* "B" where there is none */
/* Of a planned move: is the copy that serves in sight, and, where another is to be overwritten, is that
 * closed?
 */
struct gate_verdict planned_source_seen(const struct judging *judging);
/* The part that the verb makes, or leaves, writable; PART_COUNT: none. */
enum part judged_target(const struct judging *judging);
/* The copy that a rescue reads before the guard; PART_COUNT: none. */
enum part judged_rescue_source(const struct judging *judging);
/* The snapshot's row of a host of that name; NULL: none. */
const struct host_snapshot *judged_server(const struct judging *judging, const struct topology_host *host);
/* "sqlpri1, sqlmir1, pc1 and 3 more" */
void list_add(struct strbuf *list, size_t *count, const char *text);
const char *list_words(const struct judging *judging, struct strbuf *list, size_t count);

#endif

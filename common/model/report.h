/*
 * A report: what assess concluded from a snapshot, in no format yet.  present turns it into text, JSON or
 * Prometheus. Starts UNKNOWN and stays so until report_judge: a path that somebody forgot ends UNKNOWN, not
 * green. One thread builds, then it is immutable.
 */
#ifndef PCHAT_MODEL_REPORT_H
#define PCHAT_MODEL_REPORT_H

#include "base/arena.h"
#include "model/condition.h"
#include "model/facts.h"
#include "model/limits.h"

#include <stddef.h>
#include <stdint.h>

/* One condition that holds. */
struct finding {
    enum condition condition;
    enum severity severity;
    const char *object;           /* instance, share or pool it is about */
    const char *message;          /* one sentence with the observed value and the limit */
    const char *action;           /* this case's next step; conditions.def's when nothing better is known */
    struct fact_num since_utc_ms; /* only from a server's own fact */
};

/* One measured value.  Labels: id, and the object where several have the same metric. */
struct metric {
    enum metric_id id;
    const char *object; /* "" for the pool */
    bool known;
    double value;
};

/* What is known of one object, as one line for people, whatever its state. */
struct object_line {
    const char *site; /* "primary", "backup"; "" for what belongs to none */
    const char *object;
    const char *text;       /* "principal, synchronized, witness connected" */
    const char *aside;      /* right-hand part: "log backup 3 min ago"; may be "" */
    enum severity severity; /* worst finding about it */
};

struct report {
    struct arena *arena;
    const char *title; /* "PCHAT REPLICATION" */
    const char *pool;
    enum severity severity;
    const char *summary;      /* the rest of the first line after "STATE - " when all is well */
    struct finding *findings; /* worst first after report_judge */
    size_t finding_count;
    struct metric *metrics;
    size_t metric_count;
    struct object_line *lines; /* worst first after report_judge */
    size_t line_count;
    struct limits limits; /* what metrics were judged by */
    /* How old the facts are when reported; known for replays and the observer only. */
    struct fact_num snapshot_age_s;
};

struct report *report_new(const char *title, const char *pool, const struct limits *limits);
void report_free(struct report *report);
AUTO_DEFINE_FREE(report, struct report)

/* Adds a finding with the condition's default severity; the returned finding may be adjusted. */
struct finding *report_add(struct report *report, enum condition condition, const char *object,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));
void report_metric(struct report *report, enum metric_id id, const char *object, struct fact_num value);
struct object_line *report_line(struct report *report, const char *site, const char *object);

/* A condition speaks once of an object: who keeps states by name and object must find one.  The messages are
 * joined, the worst severity stays. */
void report_merge_findings(struct report *report);

/*
 * Sorts, marks each line with its object's worst finding and sets the state: worst of all findings, OK when
 * there is none and somebody says so by calling this.
 */
void report_judge(struct report *report);

#endif

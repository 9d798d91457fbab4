/*
 * The ground truth about one writer: when which copy could be written to, which had writers, and when more
 * than one had.
 */
#ifndef PCHAT_LAB_WORLD_TRUTH_SPANS_H
#define PCHAT_LAB_WORLD_TRUTH_SPANS_H

#include <jansson.h>

struct copy_spans;
struct world;

/* New references.  [{instance, from, to}], to null while it lasts. */
json_t *truth_spans(const struct world *world, const struct copy_spans *spans);
/* [{from, to, instances, messages: {instance: n}}]: each stretch of time with more than one of them. */
json_t *truth_overlaps(const struct world *world, const struct copy_spans *spans);
/* How long that was, in all. */
double truth_overlap_s(const struct world *world, const struct copy_spans *spans);

#endif

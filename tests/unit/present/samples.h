/* Reports that several tests look at. */
#ifndef PCHAT_TESTS_PRESENT_SAMPLES_H
#define PCHAT_TESTS_PRESENT_SAMPLES_H

#include "model/report.h"
#include "present/present.h"

/* Three instances, all well; the limits of metrics.def. */
struct report *sample_healthy(void);
/* One critical finding about sqldr1, one unknown about sqlmir1, one about the pool. */
struct report *sample_trouble(void);
/* Everything anybody may name: one report whose every text is `text`. */
struct report *sample_named(const char *text);

/* The whole output, which the caller frees. */
char *printed(const struct report *report, enum present_format format, unsigned verbosity);

#endif

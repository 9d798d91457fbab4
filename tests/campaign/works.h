/*
 * Works: what persons set out to do, and what may befall them at it, as a table.
 */
#ifndef PCHAT_TESTS_CAMPAIGN_WORKS_H
#define PCHAT_TESTS_CAMPAIGN_WORKS_H

#include "campaign/draw.h"

/* One of them, by its weight. */
enum work work_draw(struct draw *draw);
/* Its tasks, trouble and label; of WORK_SUDDEN nothing. */
void work_begin(struct draw *draw);
/* Its events, act by act. */
void work_draw_events(struct draw *draw);

#endif

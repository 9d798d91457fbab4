/*
 * What runners show on this host, put on the board whenever it changes: runs.json, and how many episodes
 * nobody takes.  A file that is absent or unreadable is unknown, never "no runs"; whether one that is there
 * is too old is for its reader to say, who sees when it was written.  One thread.
 */
#ifndef PCHAT_OBSERVER_RUNS_WATCH_H
#define PCHAT_OBSERVER_RUNS_WATCH_H

#include "feed/feed_board.h"

void runs_watch_look(const char *runs_path, const char *spool, struct feed_board *board);

#endif

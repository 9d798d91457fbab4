/*
 * The tracks of hosts and vantage points, as a table for observe_pool(): every protocol but SQL.  A program
 * that brings it along links libcurl, libxml2 and net-snmp.
 */
#ifndef PCHAT_OBSERVE_HOST_TRACKS_H
#define PCHAT_OBSERVE_HOST_TRACKS_H

#include "observe/core/track.h"

extern const struct track_table host_tracks;

#endif

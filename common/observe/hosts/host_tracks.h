/*
 * The tracks of hosts and vantage points, as a table for observe_pool(): every protocol but SQL.  A program
 * that brings it along links libcurl, libxml2 and net-snmp.
 */
#ifndef PCHAT_OBSERVE_HOST_TRACKS_H
#define PCHAT_OBSERVE_HOST_TRACKS_H

#include "observe/hosts/host_means.h"

extern const struct track_table host_tracks;

/* The same tracks by other means, which must outlive the table. */
struct track_table host_tracks_by(const struct host_means *means);

#endif

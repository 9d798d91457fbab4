/* It looks at hosts. */
#include "check_direct.h"

#include "observe/hosts/host_tracks.h"

const struct track_table *const check_tracks = &host_tracks;

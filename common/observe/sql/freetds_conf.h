/*
 * FreeTDS's configuration, private to this process: one section per endpoint, in a file without a name.
 *
 * Only a conf section can demand encryption and name a CA, and only the section that dbopen() names is used;
 * no other freetds.conf is visited when it is found here.  Source: "freetds.conf" (FreeTDS User Guide).
 */
#ifndef PCHAT_OBSERVE_SQL_FREETDS_CONF_H
#define PCHAT_OBSERVE_SQL_FREETDS_CONF_H

#include "base/strbuf.h"
#include "topology/topology.h"

enum { FREETDS_SECTION_BYTES = 32, FREETDS_PATH_BYTES = 48 };

/* The name of the section of endpoint number `index`. */
const char *freetds_conf_section_name(size_t index, char out[FREETDS_SECTION_BYTES]);
/*
 * False where host, instance, SPN or CA path would be read as something else than itself: line breaks,
 * brackets, outer blanks, more than 240 bytes (FreeTDS reads lines of 256, and cuts a longer one in two).
 */
bool freetds_conf_can_say(const struct topology_sql *endpoint);
/* Appends the endpoint's section; false, and nothing appended, where the file cannot say it: dbopen() then
 * knows no such server. */
bool freetds_conf_add(struct strbuf *conf, size_t index, const struct topology_sql *endpoint);
/* Puts the text into a memory file; its descriptor, with the path for dbsetifile() in out, or -1 with errno.
 */
int freetds_conf_publish(const char *conf, char out[FREETDS_PATH_BYTES]);

#endif

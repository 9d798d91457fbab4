/*
 * Times as agents tell them.  Source: RFC 2579, DateAndTime.  Pure, thread-safe.
 */
#ifndef PCHAT_OBSERVE_SNMP_CLOCK_H
#define PCHAT_OBSERVE_SNMP_CLOCK_H

#include "model/facts.h"
#include "observe/snmp/snmp_port.h"

/* A DateAndTime as UTC; unknown where it is none, and where it lacks the offset from UTC (8 bytes: local
 * time). */
struct fact_num snmp_date_utc_ms(const struct snmp_value *date);

#endif

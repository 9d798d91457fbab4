/*
 * xs:duration as WS-Management uses it: "PT20S", "PT2M30.5S", "P1DT2H".  Years and months have no fixed
 * length and are refused, as are negative ones.  Source: XML Schema Part 2, "duration".  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_WINRM_PERIOD_H
#define PCHAT_LAB_WINRM_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

bool period_parse(const char *text, int64_t *ret_ms);

#endif

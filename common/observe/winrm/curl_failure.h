/*
 * What libcurl's result codes mean for who looks.  Source: "libcurl error codes".  Thread-safe.
 */
#ifndef PCHAT_OBSERVE_WINRM_CURL_FAILURE_H
#define PCHAT_OBSERVE_WINRM_CURL_FAILURE_H

#include "observe/winrm/winrm_port.h"

#include <curl/curl.h>

struct curl_result {
    CURLcode code;
    long os_errno;       /* CURLINFO_OS_ERRNO */
    const char *details; /* libcurl's own words; "" for none */
};

/* Fills *failure for a code other than CURLE_OK and returns -1. */
int curl_failure(const struct curl_result *result, struct arena *arena, struct winrm_failure *failure);

#endif

/*
 * wsman_transport by libcurl; see winrm_curl.h for what it promises.
 */
#ifndef PCHAT_OBSERVE_WINRM_CURL_TRANSPORT_H
#define PCHAT_OBSERVE_WINRM_CURL_TRANSPORT_H

#include "observe/winrm/winrm_curl.h"
#include "observe/winrm/wsman_transport.h"

/* The endpoint is complete (winrm_curl_open saw to it). */
struct wsman_transport *curl_transport_new(const struct winrm_endpoint *endpoint, const char *url);

#endif

/*
 * The head of an HTTP request, as much as the lab's servers look at.
 */
#ifndef PCHAT_LAB_HTTP_HTTP_REQUEST_H
#define PCHAT_LAB_HTTP_HTTP_REQUEST_H

struct http_request {
    const char *method, *path;
    const char *content_type, *authorization, *wsman_identify; /* header values; NULL: absent */
};

#endif

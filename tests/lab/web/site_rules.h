/*
 * What IIS on a front end answers to a request without credentials: room management pages, the file-transfer
 * service, and nothing else.  Which of 200, 302 and 401 the components really give is published nowhere
 * (persistent-chat reference, "Web URLs"): the world's policy can say another code.  Status words, headers
 * and the two server names (IIS, and HTTP.sys for what never reaches IIS) are those of IIS 8.5, Windows
 * Server 2012 R2.  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_WEB_SITE_RULES_H
#define PCHAT_LAB_WEB_SITE_RULES_H

#include "lab/http/http_server.h"
#include "lab/world/windows.h"

/* Whose request it is, by its path in any case; WEB_PARTS: nobody's. */
enum web_part web_part_of(const char *path);

/* code: of the policy for that part; 0: its own. */
void web_site_answer(const struct http_exchange *exchange, enum web_part part, int code,
                     struct http_answer *answer);
/* What is no HTTP at all. */
void web_site_garbage(struct http_answer *answer);

#endif

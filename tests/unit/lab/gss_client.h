/*
 * The client's side of a logon by NTLM, for tests of those who accept one: no KDC is needed.
 */
#ifndef PCHAT_TESTS_GSS_CLIENT_H
#define PCHAT_TESTS_GSS_CLIENT_H

#include "base/strbuf.h"

#include <stdbool.h>

struct gss_client;

/* wrapped: inside SPNEGO.  binding: text of channel bindings, NULL: none. */
struct gss_client *gss_client_new(const char *account, const char *password, bool wrapped,
                                  const char *binding);
void gss_client_free(struct gss_client *client);
AUTO_DEFINE_FREE(gss_client, struct gss_client)

/* Takes the server's token (empty at first), puts the next in its place; false: the client gives up. */
bool gss_client_step(struct gss_client *client, struct strbuf *token);

/* A configuration of Kerberos that asks no DNS, and the file of users that the server knows, whose path it
 * returns: LITWARE\svc-pchatmon and OTHER\guest, password "right". */
const char *gss_client_set_up(void);
void gss_client_tear_down(void);

#endif

/*
 * What Windows takes from clients of NTLM and gss-ntlmssp 1.2.0 does not.
 *
 * FreeTDS does not ask the server to name itself (NTLMSSP_REQUEST_TARGET), and relies on it: Windows does so
 * unasked.  It sets NTLMSSP_NEGOTIATE_VERSION, which is for information only, and leaves no room for a
 * version. Clients that sign their messages do neither, so that these may be changed.  Source:
 * MS-NLMP 2.2.1.1, 2.2.1.3, 2.2.2.5, 3.2.5.1.1.  Pure, thread-safe.
 */
#ifndef PCHAT_LAB_NTLM_LENIENCY_H
#define PCHAT_LAB_NTLM_LENIENCY_H

#include "base/strbuf.h"

/* Makes such a raw NTLMSSP message one that gss-ntlmssp takes; all else stays as it is. */
void ntlm_leniency(struct strbuf *token);

#endif

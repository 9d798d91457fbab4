/*
 * LOGIN7: who logs in, to which database, in which dialect.  Every offset of the packet is checked against
 * its end. Source: [MS-TDS] 2.2.6.4 "LOGIN7" (password obfuscation: nibbles swapped, then XOR 0xA5).
 */
#ifndef PCHAT_LAB_TDS_LOGIN7_H
#define PCHAT_LAB_TDS_LOGIN7_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tds_version {
    TDS_7_0 = 0x70000000,
    TDS_7_1 = 0x71000001,
    TDS_7_2 = 0x72090002,
    TDS_7_3 = 0x730B0003,
    TDS_7_4 = 0x74000004
};

struct tds_login7 {
    uint32_t version;                                  /* the client's, as sent */
    uint32_t packet_bytes;                             /* wanted; 0 = server's choice */
    char *host, *user, *password, *program, *database; /* UTF-8, never NULL */
    bool integrated;                                   /* Windows authentication (SSPI) ... */
    void *sspi;                                        /* ... and its first token; NULL: none */
    size_t sspi_bytes;
    bool federated; /* the FEDAUTH feature extension */
};

/* Returns 0, or -1 when the packet is not a LOGIN7 (nothing to release then). */
int tds_login7_parse(const void *message, size_t length, struct tds_login7 *ret_login);
void tds_login7_done(struct tds_login7 *login); /* wipes the password */
AUTO_DEFINE_DONE(tds_login7, struct tds_login7)

/* The lower of what the client asks and the instance's product speaks: 7.3 up to SQL Server 2008 R2 (10.x),
 * then 7.4. */
enum tds_version tds_version_agreed(uint32_t client_version, unsigned product_major);
/* What LOGINACK says for it. */
uint32_t tds_version_acknowledged(enum tds_version version);

#endif

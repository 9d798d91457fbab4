/*
 * How SNMP agents are spoken to, in the words of topology.yaml.  Which digests and ciphers there are: RFC
 * 3414, 3826 and 7860, as far as net-snmp 5.9 has them and they are not broken (no MD5, no DES).
 */
#ifndef PCHAT_MODEL_SNMP_TERMS_H
#define PCHAT_MODEL_SNMP_TERMS_H

enum snmp_version { SNMP_BY_COMMUNITY, SNMP_BY_USER, SNMP_VERSIONS };
enum snmp_digest { SNMP_SHA256, SNMP_SHA1, SNMP_DIGESTS };
enum snmp_cipher { SNMP_AES128, SNMP_CLEAR, SNMP_CIPHERS };

enum {
    SNMP_DEFAULT_PORT = 161,
    SNMP_MIN_PASSPHRASE_BYTES = 8 /* RFC 3414 11.2 */
};

const char *snmp_version_name(enum snmp_version version); /* 2c, 3 */
const char *snmp_digest_name(enum snmp_digest digest);    /* sha256, sha */
const char *snmp_cipher_name(enum snmp_cipher cipher);    /* aes, none */

#endif

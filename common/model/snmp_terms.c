#include "model/snmp_terms.h"

const char *snmp_version_name(enum snmp_version version)
{
    static const char *const names[SNMP_VERSIONS] = {[SNMP_BY_COMMUNITY] = "2c", [SNMP_BY_USER] = "3"};

    return names[version];
}

const char *snmp_digest_name(enum snmp_digest digest)
{
    static const char *const names[SNMP_DIGESTS] = {[SNMP_SHA256] = "sha256", [SNMP_SHA1] = "sha"};

    return names[digest];
}

const char *snmp_cipher_name(enum snmp_cipher cipher)
{
    static const char *const names[SNMP_CIPHERS] = {[SNMP_AES128] = "aes", [SNMP_CLEAR] = "none"};

    return names[cipher];
}

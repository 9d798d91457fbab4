#include "lab/tds/prelogin.h"

#include "lab/tds/wire.h"

enum prelogin_option {
    OPTION_VERSION = 0x00,
    OPTION_ENCRYPTION = 0x01,
    OPTION_INSTANCE = 0x02,
    OPTION_THREAD = 0x03,
    OPTION_MARS = 0x04,
    OPTION_END = 0xFF
};

bool tds_prelogin_parse(const void *message, size_t length, struct tds_prelogin *ret_prelogin)
{
    struct wire_reader in = wire_reader_of(message, length);
    struct tds_prelogin prelogin = {TDS_ENCRYPT_NOT_SUP};

    for (;;) {
        uint8_t option = (uint8_t)wire_get_le(&in, 1);
        if (in.past_end)
            return false;
        if (option == OPTION_END)
            break;
        size_t at = (size_t)wire_get_be(&in, 2);
        size_t size = (size_t)wire_get_be(&in, 2);
        struct wire_reader value = wire_slice(message, length, at, size);
        if (in.past_end || value.past_end)
            return false;
        if (option == OPTION_ENCRYPTION)
            prelogin.encryption = (enum tds_encryption)wire_get_le(&value, 1);
        if (value.past_end || prelogin.encryption > TDS_ENCRYPT_REQ)
            return false;
    }
    *ret_prelogin = prelogin;
    return true;
}

static const struct {
    enum tds_encryption answer;
    enum tds_coverage coverage;
} bargains[2][4] = {
    {
        [TDS_ENCRYPT_OFF] = {TDS_ENCRYPT_OFF, TDS_LOGIN_ENCRYPTED},
        [TDS_ENCRYPT_ON] = {TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
        [TDS_ENCRYPT_NOT_SUP] = {TDS_ENCRYPT_NOT_SUP, TDS_CLEAR},
        [TDS_ENCRYPT_REQ] = {TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
    },
    {
        [TDS_ENCRYPT_OFF] = {TDS_ENCRYPT_REQ, TDS_ALL_ENCRYPTED},
        [TDS_ENCRYPT_ON] = {TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
        [TDS_ENCRYPT_NOT_SUP] = {TDS_ENCRYPT_REQ, TDS_NO_AGREEMENT},
        [TDS_ENCRYPT_REQ] = {TDS_ENCRYPT_ON, TDS_ALL_ENCRYPTED},
    },
};

enum tds_encryption tds_prelogin_answer(enum tds_encryption client, bool force_encryption)
{
    return bargains[force_encryption][client].answer;
}

enum tds_coverage tds_prelogin_coverage(enum tds_encryption client, bool force_encryption)
{
    return bargains[force_encryption][client].coverage;
}

void tds_prelogin_put(struct strbuf *out, struct tds_product_version version, enum tds_encryption encryption)
{
    static const struct {
        enum prelogin_option option;
        uint8_t size_bytes;
    } options[] = {{OPTION_VERSION, 6},
                   {OPTION_ENCRYPTION, 1},
                   {OPTION_INSTANCE, 1},
                   {OPTION_THREAD, 0},
                   {OPTION_MARS, 1}};
    size_t at = COUNT(options) * 5 + 1;

    for (size_t i = 0; i < COUNT(options); i++) {
        wire_put_le(out, options[i].option, 1);
        wire_put_be(out, at, 2);
        wire_put_be(out, options[i].size_bytes, 2);
        at += options[i].size_bytes;
    }
    wire_put_le(out, OPTION_END, 1);
    wire_put_le(out, version.major, 1);
    wire_put_le(out, version.minor, 1);
    wire_put_be(out, version.build, 2);
    wire_put_le(out, 0, 2); /* sub-build */
    wire_put_le(out, encryption, 1);
    wire_put_le(out, 0, 1); /* the named instance is the one asked for */
    wire_put_le(out, 0, 1); /* no MARS */
}

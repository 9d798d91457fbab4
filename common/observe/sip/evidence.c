#include "observe/sip/evidence.h"

const char *evidence_words(enum evidence evidence)
{
    static const char *const words[EVIDENCE_COUNT] = {
        [EVIDENCE_NONE] = "nothing seen",
        [EVIDENCE_LISTENING] = "listening",
        [EVIDENCE_TLS] = "TLS ok",
        [EVIDENCE_SIP] = "SIP ok",
        [EVIDENCE_REGISTERED] = "registered in database",
        [EVIDENCE_END_TO_END] = "end to end",
    };

    return words[evidence];
}

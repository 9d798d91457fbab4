#include "doctor/diagnosis.h"

#include <string.h>

static const struct diagnosis_info infos[DIAGNOSIS_COUNT] = {
#define DIAGNOSIS(name, layer, words, remedy) [DIAGNOSIS_##name] = {#name, LAYER_##layer, words, remedy},
#include "doctor/diagnoses.def"
#undef DIAGNOSIS
};

static const char *const layer_names[LAYER_COUNT] = {
    [LAYER_NAME] = "name",   [LAYER_TCP] = "tcp",     [LAYER_PRELOGIN] = "prelogin",
    [LAYER_TLS] = "tls",     [LAYER_HTTP] = "http",   [LAYER_LOGIN] = "login",
    [LAYER_RIGHT] = "right", [LAYER_QUERY] = "query", [LAYER_DATABASE] = "database",
    [LAYER_SIP] = "sip",     [LAYER_WEB] = "web",     [LAYER_SCRIPT] = "script",
    [LAYER_STORE] = "store", [LAYER_CLOCK] = "clock",
};

const struct diagnosis_info *diagnosis_info(enum diagnosis diagnosis)
{
    return &infos[diagnosis];
}

bool diagnosis_parse(const char *name, enum diagnosis *ret_diagnosis)
{
    for (int id = DIAGNOSIS_NONE + 1; id < DIAGNOSIS_COUNT; id++)
        if (strcmp(infos[id].name, name) == 0) {
            *ret_diagnosis = (enum diagnosis)id;
            return true;
        }
    return false;
}

const char *layer_name(enum layer layer)
{
    return layer_names[layer];
}

bool layer_parse(const char *name, enum layer *ret_layer)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        if (strcmp(layer_names[layer], name) == 0) {
            *ret_layer = (enum layer)layer;
            return true;
        }
    return false;
}

bool layer_is_of_path(enum layer layer)
{
    return layer <= LAYER_TLS;
}

/*
 * The reader of doctor's records meets any bytes.  What it accepts must be written again, read back to what
 * writes the same, and be told to people.
 */
#include "doctor/examination.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct examinations *all)
{
    AUTO(strbuf) struct strbuf json = STRBUF_INIT, again = STRBUF_INIT, text = STRBUF_INIT;
    AUTO(examinations) struct examinations *copy = NULL;

    examinations_json(all, &json);
    copy = examinations_read(strbuf_text(&json), json.length, NULL);
    if (!copy)
        abort();
    examinations_json(copy, &again);
    if (strcmp(strbuf_text(&json), strbuf_text(&again)) != 0)
        abort();
    examinations_text(all, &text);
    if (strncmp(strbuf_text(&text), "DOCTOR ", 7) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    AUTO(examinations) struct examinations *all = examinations_read((const char *)data, size, &err);

    if (all)
        check_round_trip(all);
    else if (err.kind != ERR_INPUT || err.text[0] == '\0')
        abort();
    return 0;
}

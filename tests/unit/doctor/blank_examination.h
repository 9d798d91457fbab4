/* An examination to add findings to. */
#ifndef PCHAT_TESTS_BLANK_EXAMINATION_H
#define PCHAT_TESTS_BLANK_EXAMINATION_H

#include "doctor/examination.h"

static inline struct examination blank_examination(struct arena *arena, enum way way)
{
    return (struct examination){
        .arena = arena, .site = "red", .name = "sqldr1", .address = "sqldr1:1433", .way = way};
}

static inline const char *verdict_name(const struct examination *examination)
{
    enum diagnosis diagnosis = examination_verdict(examination);

    return diagnosis ? diagnosis_info(diagnosis)->name : "ok";
}

#endif

/*
 * What powershell.exe prints: objects in their default format, text as it is, lines ended with CR LF.
 */
#ifndef PCHAT_LAB_POWERSHELL_HOST_OUTPUT_H
#define PCHAT_LAB_POWERSHELL_HOST_OUTPUT_H

#include "lab/powershell/value.h"

struct ps_host_output {
    struct strbuf text;
    struct ps_list *objects; /* what the script's statements put out */
    size_t printed;          /* how many of them are in the text */
};

/* Prints what goes to the console directly, after the objects that came before it. */
void ps_host_print(struct ps *ps, const char *text);
/* Prints the objects that are not yet printed. */
void ps_host_flush(struct ps *ps);

enum ps_layout { PS_LAYOUT_DEFAULT, PS_LAYOUT_TABLE, PS_LAYOUT_LIST };
/* The default format of some objects, as Out-String gives it; lines end with CR LF. */
void ps_format_objects(struct ps *ps, const struct ps_list *objects, enum ps_layout layout,
                       struct strbuf *text);

#endif

/*
 * perfdata_lint: reads a plugin's output on standard input; exit 0 when it keeps to the guidelines, otherwise
 * 1 with the reason.
 */
#include "perfdata_grammar.h"

#include <stdio.h>

int main(void)
{
    static char output[PLUGIN_OUTPUT_MOST_BYTES + 2];
    size_t length = fread(output, 1, sizeof(output) - 1, stdin);
    struct complaint complaint;

    if (plugin_output_is_valid(output, length, &complaint))
        return 0;
    fprintf(stderr, "perfdata_lint: byte %zu: %s\n", complaint.offset, complaint.reason);
    return 1;
}

/*
 * What the subcommands that read the journal share.
 */
#ifndef PCHAT_PLUGINS_PCHATCTL_JOURNAL_H
#define PCHAT_PLUGINS_PCHATCTL_JOURNAL_H

#include "pchatctl.h"

#define JOURNAL_DEFAULT_PATH "/var/lib/pchat-plugins/journal.db"
#define JOURNAL_OPTION(config)                                                                               \
    {                                                                                                        \
        0, "journal", OPT_TEXT, offsetof(config, journal), "FILE",                                           \
            "the runner's journal (default " JOURNAL_DEFAULT_PATH ")", 0, 0, NULL                            \
    }

#endif

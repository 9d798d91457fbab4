/*
 * The folder of a running lab: mode 0700, locked against a second lab, files replaced atomically and 0600.
 */
#ifndef PCHAT_LAB_CONTROL_LAB_DIR_H
#define PCHAT_LAB_CONTROL_LAB_DIR_H

#include "base/cleanup.h"
#include "base/err.h"

struct lab_dir {
    const char *path; /* the caller's */
    int fd;
};

#define LAB_DIR_INIT                                                                                         \
    {                                                                                                        \
        NULL, -1                                                                                             \
    }

/* Makes the folder (and DIR/credentials) unless it exists. */
int lab_dir_open(struct lab_dir *dir, const char *path, struct err *err);
void lab_dir_done(struct lab_dir *dir);
AUTO_DEFINE_DONE(lab_dir, struct lab_dir)

/* name may be "credentials/x". */
int lab_dir_write(const struct lab_dir *dir, const char *name, const char *text, struct err *err);
void lab_dir_remove(const struct lab_dir *dir, const char *name);

#endif

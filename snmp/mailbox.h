/*
 * Between the thread that watches (hears the observer, assesses, writes files) and the one that serves
 * (answers requests): neither ever waits for the other.  What is put in belongs to the mailbox until it is
 * taken.
 */
#ifndef PCHAT_SNMP_MAILBOX_H
#define PCHAT_SNMP_MAILBOX_H

#include "base/err.h"
#include "snmp/notice.h"
#include "snmp/tree.h"

/* For the one that serves: one of these. */
struct mail {
    struct branch *branch; /* of that part */
    enum table_part part;
    uint32_t removed; /* a pool that is no more; 0: none */
    struct notice *notice;
};

/* For the one that watches: snmpd has taken that notice. */
struct answer {
    uint32_t pool;
    int64_t sequence;
};

struct mailbox;

struct mailbox *mailbox_new(struct err *err);
void mailbox_free(struct mailbox *mailbox);
AUTO_DEFINE_FREE(mailbox, struct mailbox)

/* Readable while there is something to take. */
int mailbox_mail_fd(const struct mailbox *mailbox);
int mailbox_answer_fd(const struct mailbox *mailbox);

void mailbox_post(struct mailbox *mailbox, struct mail mail);
bool mailbox_take(struct mailbox *mailbox, struct mail *ret);
void mailbox_answer(struct mailbox *mailbox, struct answer answer);
bool mailbox_take_answer(struct mailbox *mailbox, struct answer *ret);

#endif

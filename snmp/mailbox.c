#include "snmp/mailbox.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>

/* First in, first out. */
struct queue {
    char *items;
    size_t item_bytes, first, count, room;
    int fd;
};

struct mailbox {
    pthread_mutex_t lock;
    struct queue mail, answers;
};

/* ---- queues ---- */

/* Behind what waits: what was taken before it is room again. */
static void make_room(struct queue *queue)
{
    if (queue->first)
        memmove(queue->items, queue->items + queue->first * queue->item_bytes,
                queue->count * queue->item_bytes);
    queue->first = 0;
    if (queue->count * 2 < queue->room)
        return;
    queue->room = queue->room ? queue->room * 2 : 16;
    queue->items = mem_resize(queue->items, queue->room, queue->item_bytes);
}

static void push(struct mailbox *mailbox, struct queue *queue, const void *item)
{
    pthread_mutex_lock(&mailbox->lock);
    if (queue->first + queue->count == queue->room)
        make_room(queue);
    memcpy(queue->items + (queue->first + queue->count++) * queue->item_bytes, item, queue->item_bytes);
    eventfd_write(queue->fd, 1);
    pthread_mutex_unlock(&mailbox->lock);
}

static bool pop(struct mailbox *mailbox, struct queue *queue, void *ret)
{
    eventfd_t ignored;
    bool there;

    pthread_mutex_lock(&mailbox->lock);
    there = queue->count > 0;
    if (there) {
        memcpy(ret, queue->items + queue->first++ * queue->item_bytes, queue->item_bytes);
        queue->count--;
    } else {
        eventfd_read(queue->fd, &ignored);
    }
    pthread_mutex_unlock(&mailbox->lock);
    return there;
}

/* ---- life ---- */

struct mailbox *mailbox_new(struct err *err)
{
    struct mailbox *mailbox = mem_alloc(sizeof(*mailbox));

    pthread_mutex_init(&mailbox->lock, NULL);
    mailbox->mail =
        (struct queue){.item_bytes = sizeof(struct mail), .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    mailbox->answers =
        (struct queue){.item_bytes = sizeof(struct answer), .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (mailbox->mail.fd >= 0 && mailbox->answers.fd >= 0)
        return mailbox;
    err_set_errno(err, ERR_IO, errno, "eventfd");
    mailbox_free(mailbox);
    return NULL;
}

void mailbox_free(struct mailbox *mailbox)
{
    struct mail mail;

    if (!mailbox)
        return;
    while (mailbox_take(mailbox, &mail)) {
        branch_free(mail.branch);
        notice_free(mail.notice);
    }
    cleanup_close_fd(&mailbox->mail.fd);
    cleanup_close_fd(&mailbox->answers.fd);
    free(mailbox->mail.items);
    free(mailbox->answers.items);
    pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
}

int mailbox_mail_fd(const struct mailbox *mailbox)
{
    return mailbox->mail.fd;
}

int mailbox_answer_fd(const struct mailbox *mailbox)
{
    return mailbox->answers.fd;
}

void mailbox_post(struct mailbox *mailbox, struct mail mail)
{
    push(mailbox, &mailbox->mail, &mail);
}

bool mailbox_take(struct mailbox *mailbox, struct mail *ret)
{
    return pop(mailbox, &mailbox->mail, ret);
}

void mailbox_answer(struct mailbox *mailbox, struct answer answer)
{
    push(mailbox, &mailbox->answers, &answer);
}

bool mailbox_take_answer(struct mailbox *mailbox, struct answer *ret)
{
    return pop(mailbox, &mailbox->answers, ret);
}

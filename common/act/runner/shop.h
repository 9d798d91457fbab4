/*
 * The shop: the real ports of one pool's jobs, in a worker's process - FreeTDS with the acting login, WinRM
 * with the acting account, the journal, looks.  Freed with everything it opened.
 */
#ifndef PCHAT_ACT_RUNNER_SHOP_H
#define PCHAT_ACT_RUNNER_SHOP_H

#include "act/runner/jobs.h"

struct shop;

struct shop *shop_open(const struct topology_pool *pool, const char *journal_path, struct err *err);
void shop_free(struct shop *shop);
AUTO_DEFINE_FREE(shop, struct shop)

/* Without progress and stop.  Texts are kept by address. */
struct workshop shop_workshop(struct shop *shop, const char *topology_sha256, const char *holder);

#endif

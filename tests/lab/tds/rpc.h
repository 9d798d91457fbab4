/*
 * Remote procedure calls, told as Transact-SQL: sp_executesql becomes its statement with the parameters put
 * in as literals, any other procedure becomes EXEC, so that which procedures exist is decided in one place.
 * Source: [MS-TDS] 2.2.6.6 "RPC Request".
 */
#ifndef PCHAT_LAB_TDS_RPC_H
#define PCHAT_LAB_TDS_RPC_H

#include "base/strbuf.h"
#include "lab/tds/login7.h"

#include <stdbool.h>
#include <stddef.h>

enum rpc_outcome {
    RPC_BATCH,    /* *ret_batch is set */
    RPC_BAD_TYPE, /* a parameter of a type that the lab does not read, or too many of them */
    RPC_BROKEN    /* no RPC request */
};

/* The message without its ALL_HEADERS. */
enum rpc_outcome rpc_read(const void *message, size_t length, enum tds_version version,
                          struct strbuf *ret_batch);

#endif

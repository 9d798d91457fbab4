/*
 * Result sets: COLMETADATA and ROW, each type in its wire form.
 * Source: [MS-TDS] 2.2.5.4 "Data Types", 2.2.5.5 "Data Type Details", 2.2.7.4 "COLMETADATA".
 */
#ifndef PCHAT_LAB_TDS_COLUMN_H
#define PCHAT_LAB_TDS_COLUMN_H

#include "base/strbuf.h"
#include "lab/tds/login7.h"
#include "lab/tsql/tsql.h"

void column_put_metadata(struct strbuf *out, enum tds_version version, const struct tsql_column *columns,
                         size_t count);
void column_put_row(struct strbuf *out, enum tds_version version, const struct tsql_column *columns,
                    const struct tsql_value *values, size_t count);

#endif

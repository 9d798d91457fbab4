/* cmocka and the headers that it wants before itself. */
#ifndef PCHAT_TESTS_CMOCKA_UNIT_H
#define PCHAT_TESTS_CMOCKA_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* one after the others: cmocka.h does not include what it needs */
#include <cmocka.h>

#endif

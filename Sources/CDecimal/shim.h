// SPDX-License-Identifier: EUPL-1.2
// Call by value, rounding mode and status flags as arguments: the variant in libbidgcc000.
#ifndef PROEFTUIN_CDECIMAL_H
#define PROEFTUIN_CDECIMAL_H

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#endif

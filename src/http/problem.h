/* problem.h: an error as an RFC 9457 problem document. */
#ifndef QUERN_HTTP_PROBLEM_H
#define QUERN_HTTP_PROBLEM_H

#include "http/exchange.h"

/* The form for paths that have no other: application/problem+json. */
extern const struct error_form problem_form;

#endif

/* problem.h: an error as an RFC 9457 problem document. */
#ifndef QUERN_HTTP_PROBLEM_H
#define QUERN_HTTP_PROBLEM_H

#include "http/exchange.h"

/* The form for paths that have no other: application/problem+json. */
extern const struct error_form problem_form;
/* For every path, where the client likes XML better: application/problem+xml (RFC 9457 appendix B). */
extern const struct error_form problem_xml_form;
/* Whether an error that would be of this media type is to be that instead. */
bool problem_is_xml(const struct request *r, struct slice type);

#endif

/* certificate.h: who asks, by the certificate that the client has shown to its connection (TLS). */
#ifndef QUERN_FILTERS_CERTIFICATE_H
#define QUERN_FILTERS_CERTIFICATE_H

#include "accounts/accounts.h"
#include "http/exchange.h"

/* The account of a name in that certificate, for use from there; NULL: there is none. */
const struct account *certificate_account(const struct accounts *a, const struct exchange *x, const struct ip *from);

#endif

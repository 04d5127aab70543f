/* tls_tickets.h: the keys that session tickets are sealed with (RFC 5077 §4, RFC 8446 §4.6.1). They follow from one secret of this process
 * and the time, so no thread has to write anything: a new set every TICKETS_EPOCH_S, and what the one before has sealed is still read.
 * They end with the process: a ticket from before is worth nothing, and neither is a secret that leaks later. Any thread. */
#ifndef QUERN_NET_TLS_TICKETS_H
#define QUERN_NET_TLS_TICKETS_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#define TICKETS_EPOCH_S (12 * UINT64_C(3600))
#define TICKETS_NAME_BYTES 16
#define TICKETS_IV_BYTES 16 /* of AES-256-CBC */

/* Made once, from random bytes; then constant. */
struct tls_tickets {
    uint8_t secret[32];
};

enum tls_ticket { TLS_TICKET_FAILED = -1, TLS_TICKET_UNKNOWN = 0, TLS_TICKET_FRESH = 1, TLS_TICKET_AGED = 2 /* to be replaced */ };

/* What OpenSSL's SSL_CTX_set_tlsext_ticket_key_evp_cb() asks for, at wall time now_s. seal: name and iv are written; else name says whose
 * key is wanted. */
enum tls_ticket tls_tickets_key(const struct tls_tickets *t, uint64_t now_s, uint8_t name[TICKETS_NAME_BYTES],
                                uint8_t iv[TICKETS_IV_BYTES], EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, bool seal);
/* The secret is wiped. */
void tls_tickets_forget(struct tls_tickets *t);

#endif

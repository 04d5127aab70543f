/* tls_steps.h: what the tests of TLS share: a server with a port that speaks it and one that does not. */
#ifndef QUERN_TESTS_WIRE_TLS_STEPS_H
#define QUERN_TESTS_WIRE_TLS_STEPS_H

#include "secure.h"

/* One certificate, for q.test, as the key "tls" has it; another one, which has to be made. */
#define TLS_ONE "\"certificates\": [{\"chain\": \"q.test.pem\", \"key\": \"q.test.key\"}]"
#define TLS_OTHER "\"certificates\": [{\"chain\": \"r.test.pem\", \"key\": \"r.test.key\"}]"

#define TLS_LARGE (6u << 20) /* bytes of a body that is more than all buffers hold: a socket to send from may grow to 4 MiB */

struct tls_server {
    struct server server;
    int tls, plain; /* ports */
};

/* With what stands in the key "tls"; NULL: one certificate. */
void tls_up(struct tls_server *t, const char *tls);
/* The same where the folder has been made, its certificates besides q.test's too. listener: more of the entry of "listen". */
void tls_up_here(struct tls_server *t, const char *listener, const char *tls, const char *const *extra_args);
void tls_down(struct tls_server *t);
void tls_write_file(const struct server *s, const char *name, const char *text);
void tls_write_config(const struct server *s, const char *listener, const char *tls);
/* Both ports, in the order that they are listed. */
void tls_find_ports(struct tls_server *t);
/* Asks for this name (NULL: none) and must be shown the certificate of that one. */
void tls_expect_name(const struct tls_server *t, const char *asked, const char *shown);
/* With each version of TLS a hundred requests are answered. */
void tls_expect_versions(const struct tls_server *t);
/* n bytes and a zero; the caller frees them. */
char *tls_pattern(size_t n);
/* The body goes out and comes back. */
void tls_echo(struct secure *s, const char *body, size_t n);

#endif

/* secure.h: a TLS client for tests, on OpenSSL, over a socket that it can feed in pieces of any size; and certificates to test with. */
#ifndef QUERN_TESTS_WIRE_SECURE_H
#define QUERN_TESTS_WIRE_SECURE_H

#include "wire.h"

#include <openssl/ssl.h>

struct secure {
    struct client socket;
    SSL *ssl;
    BIO *in, *out;
    size_t piece; /* bytes of each send; 0: all at once */
    SSL_SESSION *session; /* the latest ticket */
};

/* What the client side is like; all zero: TLS as OpenSSL likes it, any certificate is fine. */
struct secure_options {
    int version;        /* TLS1_2_VERSION, …: only this */
    const char *name;   /* for SNI */
    const char *alpn;   /* one protocol */
    const char *chain, *key; /* of a client certificate */
    SSL_SESSION *session;    /* to go on with */
    size_t piece;
    const char *before; /* sent in the clear first: a PROXY header */
    size_t before_len;  /* 0: before is text */
};

/* Makes NAME.pem and NAME.key in a folder, for that host; issuer: NAME of the authority that signs, NULL: itself. */
void secure_certificate(const char *folder, const char *name, const char *issuer);

/* The same with this subject ("/CN=a") and other names ("DNS:a,URI:b"). */
void secure_certificate_of(const char *folder, const char *name, const char *issuer, const char *subject, const char *others);

/* Connects and shakes hands. False: refused; then only secure_close() is left. */
bool secure_open(struct secure *s, int port, const struct secure_options *o);
/* The same in steps: connects, and says nothing yet; then shakes hands. */
void secure_begin(struct secure *s, int port, const struct secure_options *o);
bool secure_shake(struct secure *s);
/* Shakes hands until the client's last words stand in s->out, unsent. */
bool secure_shake_almost(struct secure *s);
void secure_send(struct secure *s, const void *bytes, size_t len);
/* What OpenSSL has to say by itself. False: the peer has closed. */
bool secure_flush(struct secure *s);
/* Waits until there is something to be read; false when nothing comes any more. */
bool secure_await(struct secure *s);
/* Reads exactly len bytes; false when they do not come. */
bool secure_read(struct secure *s, char *out, size_t len);
/* Reads a reply with Content-Length. */
void secure_reply(struct secure *s, struct reply *r);
/* GET path, and its status. */
int secure_get(struct secure *s, const char *path);
/* True when the peer ends with a close_notify, and sends nothing before. */
bool secure_ends(struct secure *s);
/* The common name in the certificate that the server showed. */
void secure_peer_name(const struct secure *s, char out[64]);
void secure_close(struct secure *s);

#endif

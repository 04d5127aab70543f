/* responder.h: a small HTTP/1.1 server with known behaviour: what the load generator's figures are held against. One thread,
 * 127.0.0.1 only. */
#ifndef QUERN_LOAD_RESPONDER_H
#define QUERN_LOAD_RESPONDER_H

/* argv[0] is "responder". Serves until SIGTERM or SIGINT; the exit code: 0, 1 usage, 2 it could not start. */
int responder_main(int argc, char **argv);

#endif

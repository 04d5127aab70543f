/* version.h: of the server and of the programs that come with it. */
#ifndef QUERN_BASE_VERSION_H
#define QUERN_BASE_VERSION_H

#define QUERN_VERSION "0.1.0"

#endif

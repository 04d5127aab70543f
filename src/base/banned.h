/* banned.h: functions with a safer sibling. Included before every file by the Makefile. */
#ifndef QUERN_BASE_BANNED_H
#define QUERN_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol gets gmtime localtime

#endif

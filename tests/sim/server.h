/* server.h: a server's life in the simulation: what src/server.c does with its signals, sockets and configuration left out. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts it and waits until it serves. False: it could not start; why then says so. */
bool server_up(const char **why);
/* Nothing of it goes on: a killed process, or with power the whole machine. */
void server_crash(bool power);
/* SIGTERM, and waits for the end; what it must have given back is looked for. */
void server_stop(void);
/* One of its listening sockets; -1: there is none. */
int server_listener(void);
/* It runs, its disk has neither failed nor may be full: an engine has no reason to refuse anything. */
bool server_is_sound(void);

#endif

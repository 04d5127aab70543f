/* server_notify.h: tells the service manager how far we are: sd_notify(3), without its library. Nobody asks: nothing happens. Any thread. */
#ifndef QUERN_SERVER_NOTIFY_H
#define QUERN_SERVER_NOTIFY_H

/* From now on by a socket that is connected here: where NOTIFY_SOCKET leads is soon out of reach. The server's thread, before others run. */
void server_notify_keep(void);
/* "READY=1", … */
__attribute__((format(printf, 1, 2))) void server_notify(const char *format, ...);

#endif

/* disk.h: a disk with one folder. It remembers what a power cut would leave of each file: what has been synced is there; of everything
 * else each 512-byte sector is there or not. Names made, changed and removed since the folder was last synced come back or not, in
 * their order. A kill leaves everything that was written. All descriptors go with the server. */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_SECTOR 512u
#define DISK_FOLDER_FD 999 /* the folder's only descriptor */

void disk_format(void);
/* A descriptor or -errno. */
int disk_open(const char *name, bool create, bool empty, bool direct);
void disk_close(int fd);
int disk_lock(int fd);
bool disk_is_direct(int fd);
int64_t disk_bytes(int fd);
int64_t disk_free_bytes(void);
int disk_allocate(int fd, uint64_t bytes);
int disk_rename(const char *from, const char *to);
int disk_unlink(const char *name);
/* Names in some order. */
int disk_list(int (*each)(void *arg, const char *name), void *arg);
size_t disk_read(int fd, void *p, size_t len, uint64_t offset);
/* Bytes, or -errno. The nth sector of it only where keeps(arg, n) says so; NULL: all. */
int32_t disk_write(int fd, const void *p, size_t len, uint64_t offset, bool (*keeps)(void *arg, uint32_t n), void *arg);
/* A number that stands for all that has been written up to now. */
uint64_t disk_version(void);
/* What was written up to version is durable; with the folder's descriptor: the names. */
void disk_sync(int fd, uint64_t version);
void disk_sync_range(int fd, uint64_t offset, size_t len);
/* A sync that has failed: some of it is durable, nobody knows what. */
void disk_sync_badly(int fd);

/* The server has gone. */
void disk_kill(void);
void disk_cut_power(void);

#endif

/* sim_file.h: what a crash makes of operations on files that are under way. */
#ifndef SIM_FILE_H
#define SIM_FILE_H

/* Before disk_kill() or disk_cut_power(). */
void sim_files_crash(void);

#endif

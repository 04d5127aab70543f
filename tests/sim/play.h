/* play.h: what happens in one run of a seed: lives of a server with clients at work, each ended by a kill, a power cut or a stop, and
 * after each a look at every job; in the end everything is finished by a patient worker, and the server stops holding nothing. */
#ifndef SIM_PLAY_H
#define SIM_PLAY_H

/* The run's own thread. */
void *play(void *arg);

#endif

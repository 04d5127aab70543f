/* ab.h: quern-load ab: two commands in turns, ABBA, and what the pairs say. Main thread. */
#ifndef QUERN_LOAD_AB_H
#define QUERN_LOAD_AB_H

/* argv[0]: "ab". Returns the exit code: 0; 1 usage, or a command that cannot work; 2 the commands are different experiments; 3 no
 * pair was left, or a signal came. */
int ab_main(int argc, char **argv);

#endif

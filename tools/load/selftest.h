/* selftest.h: whether the load generator can be believed: it runs itself against servers whose behaviour is known, beside other
 * load generators where they are installed. */
#ifndef QUERN_LOAD_SELFTEST_H
#define QUERN_LOAD_SELFTEST_H

/* argv[0] is "selftest". Exit code: 0 all rows passed, 1 usage, 2 one has not, or could not be tried. */
int selftest_main(int argc, char **argv);

#endif

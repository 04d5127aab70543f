/* patience.h: how long a test waits for what must come. It costs time only where that does not come, so it is more than the slowest
 * build may take on a crowded machine; whatever is to be slower than any wait of a test takes longer still. */
#ifndef QUERN_TESTS_SUPPORT_PATIENCE_H
#define QUERN_TESTS_SUPPORT_PATIENCE_H

#define PATIENCE_MS 120000

#endif

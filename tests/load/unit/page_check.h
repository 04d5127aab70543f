/* page_check.h: whether a page of HTML is one. */
#ifndef QUERN_TESTS_LOAD_PAGE_CHECK_H
#define QUERN_TESTS_LOAD_PAGE_CHECK_H

/* Elements are closed in the order in which they were opened, text has no bare markup in it, and numbers are numbers. */
void page_assert_well_formed(const char *page);

#endif

/* report_page.h: the pieces of a page of HTML that needs nothing else. Texts are escaped. The calling thread. */
#ifndef QUERN_LOAD_REPORT_PAGE_H
#define QUERN_LOAD_REPORT_PAGE_H

#include <stdio.h>

/* Up to the body; from its end. */
void page_open(FILE *f, const char *title);
void page_close(FILE *f);
void page_element(FILE *f, const char *element, const char *text);
void page_tile(FILE *f, const char *value, const char *name);
/* A table with heads, up to a NULL; one of facts, without. Its rows begin with a head of their own. */
void page_table(FILE *f, const char *const *heads);
void page_facts(FILE *f);
void page_table_end(FILE *f);
void page_row(FILE *f, const char *head);
void page_cell(FILE *f, const char *text); /* a number */
void page_words(FILE *f, const char *text);
void page_row_end(FILE *f);
/* A row of a name and words; none where there are no words. */
void page_fact(FILE *f, const char *name, const char *words);

#endif

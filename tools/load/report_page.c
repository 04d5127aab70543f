/* report_page.c: see report_page.h. */
#include "tools/load/report_page.h"

#include "tools/load/report_style.h"
#include "tools/load/report_svg.h"

void page_open(FILE *f, const char *title)
{
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
                f);
    markup_text(f, title);
    (void)fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", report_style);
}

void page_close(FILE *f)
{
    (void)fputs("</body>\n</html>\n", f);
}

void page_element(FILE *f, const char *element, const char *text)
{
    (void)fprintf(f, "<%s>", element);
    markup_text(f, text);
    (void)fprintf(f, "</%s>", element);
}

void page_tile(FILE *f, const char *value, const char *name)
{
    (void)fputs("<div class=\"tile\">", f);
    page_element(f, "b", value);
    page_element(f, "span", name);
    (void)fputs("</div>\n", f);
}

void page_table(FILE *f, const char *const *heads)
{
    (void)fputs("<div class=\"table\"><table>\n<thead><tr>", f);
    for (; *heads; heads++) page_element(f, "th", *heads);
    (void)fputs("</tr></thead>\n<tbody>\n", f);
}

void page_table_end(FILE *f)
{
    (void)fputs("</tbody></table></div>\n", f);
}

void page_row(FILE *f, const char *head)
{
    (void)fputs("<tr>", f);
    page_element(f, "th", head);
}

void page_row_end(FILE *f)
{
    (void)fputs("</tr>\n", f);
}

void page_cell(FILE *f, const char *text)
{
    page_element(f, "td", text);
}

void page_words(FILE *f, const char *text)
{
    (void)fputs("<td class=\"words\">", f);
    markup_text(f, text);
    (void)fputs("</td>", f);
}

void page_fact(FILE *f, const char *name, const char *words)
{
    if (!*words) return;
    page_row(f, name);
    page_words(f, words);
    page_row_end(f);
}

void page_facts(FILE *f)
{
    (void)fputs("<div class=\"table\"><table>\n<tbody>\n", f);
}

#include "base/list.h"

#include <criterion/criterion.h>

struct item {
    int number;
    struct list link;
};

static int number_of(struct list *node)
{
    return container_of(node, struct item, link)->number;
}

Test(base_list, keeps_order)
{
    struct list head;
    struct item items[4];
    list_init(&head);
    for (int i = 0; i < 4; i++) {
        items[i].number = i;
        list_init(&items[i].link);
    }
    list_push_back(&head, &items[1].link);
    list_push_back(&head, &items[2].link);
    list_push_front(&head, &items[0].link);
    list_insert_before(&items[2].link, &items[3].link);
    int expected[] = {0, 1, 3, 2}, n = 0;
    list_for_each(node, &head) cr_assert_eq(number_of(node), expected[n++]);
    cr_assert_eq(n, 4);
}

Test(base_list, remove_twice_is_harmless)
{
    struct list head, a, b;
    list_init(&head);
    list_push_back(&head, &a);
    list_push_back(&head, &b);
    list_remove(&a);
    list_remove(&a);
    cr_assert_eq(list_pop_front(&head), &b);
    cr_assert_null(list_pop_front(&head));
    cr_assert(list_empty(&head));
}

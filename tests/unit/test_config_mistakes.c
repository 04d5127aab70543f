/* Mistakes in a configuration file: each is named with its line. */
#include "config_rig.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(config_mistakes, .init = config_up, .fini = config_down);

/* ---- who may ask ---- */

Test(config_mistakes, nonsense_about_access)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"{\"rules\": {}}", "key 'rules' must be an array of objects, not an object"},
        {"{\"rules\": [1]}", "key 'rules' must be an array of objects, not '1'"},
        {"{\"rules\": [{\"path\": \"/\"}]}", "a rule needs the key 'action'"},
        {"{\"rules\": [{\"action\": \"drop\"}]}", "key 'action' must be allow, deny or ignore, not 'drop'"},
        {"{\"rules\": [{\"action\": \"deny\", \"paths\": \"/\"}]}", "unknown key 'paths'; did you mean 'path'?"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"a\"}]}", "key 'path' must begin with / or *"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"/a?b\"}]}", "key 'path' must hold no ? or #"},
        {"{\"rules\": [{\"action\": \"deny\", \"path\": \"/*********\"}]}", "key 'path': more than 8 stars"},
        {"{\"rules\": [{\"action\": \"deny\", \"networks\": [\"10.0.0.1/8\"]}]}", "key 'networks' must be an address or a network"},
        {"{\"rules\": [{\"action\": \"deny\", \"networks\": []}]}", "key 'networks' must not be empty"},
        {"{\"rules\": [{\"action\": \"deny\", \"methods\": [\"get\"]}]}", "key 'methods' must be the name of a method, not 'get'"},
        {"{\"rules\": [{\"action\": \"deny\", \"is\": \"x\"}]}", "need 'header'"},
        {"{\"rules\": [{\"action\": \"deny\", \"header\": \"a b\"}]}", "key 'header' must be the name of a header"},
        {"{\"rules\": [{\"action\": \"deny\", \"header\": \"a\", \"is\": \"x\", \"starts\": \"x\"}]}", "exclude each other"},
        {"{\"rules\": [{\"action\": \"deny\", \"status\": 404}]}", "goes with the action 'ignore' only"},
        {"{\"rules\": [{\"action\": \"ignore\", \"status\": 301}]}", "key 'status' must be 204 or 404"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1}]}", "a rate limit needs the keys 'name', 'requests' and 'per'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 0, \"per\": 1}]}", "key 'requests' must be a whole number from 1 to 1000000, not '0'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1000001, \"per\": 1}]}", "key 'requests'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 2592001}]}", "key 'per'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 2592000, \"burst\": 3}]}", "more than 60 days"},
        {"{\"rate_limits\": [{\"name\": \"a\\\"\", \"requests\": 1, \"per\": 1}]}", "key 'name'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 1}, {\"name\": \"a\", \"requests\": 1, \"per\": 1}]}", "two rate limits have the name 'a'"},
        {"{\"rate_limits\": [{\"name\": \"a\", \"requests\": 1, \"per\": 1, \"by\": \"user\"}]}", "key 'by' must be address, principal or all, not 'user'"},
        {"{\"cors\": []}", "key 'cors' must be an object, not an array"},
        {"{\"cors\": {}}", "cors needs the key 'origins'"},
        {"{\"cors\": {\"origins\": [\"q.test\"]}}", "key 'origins': 'q.test' is none"},
        {"{\"cors\": {\"origins\": [\"https://q.test/\"]}}", "key 'origins': 'https://q.test/' is none"},
        {"{\"cors\": {\"origins\": [\"*\", \"https://q.test\"]}}", "'*' stands alone"},
        {"{\"cors\": {\"origins\": [\"*\"], \"credentials\": true}}", "exclude each other"},
        {"{\"cors\": {\"origins\": [\"*\"], \"expose\": [\"a:b\"]}}", "key 'expose' must hold names of headers"},
        {"{\"trusted_proxies\": [\"lb.test\"]}", "key 'trusted_proxies' must be an address or a network"},
        {"{\"listen\": [{\"proxy\": true}]}", "needs the key 'address'"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxi\": true}]}", "unknown key 'proxi'; did you mean 'proxy'?"},
        {"{\"listen\": [{\"address\": \"127.0.0.1\"}]}", "key 'listen' must be an address with a port"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": 1}], \"trusted_proxies\": \"::1\"}", "key 'proxy' must be true, false or 'passthrough'"},
        {"{\"listen\": [{\"address\": \"127.0.0.1:1\", \"proxy\": \"pass\"}], \"trusted_proxies\": \"::1\"}", "key 'proxy' must be true, false or 'passthrough'"},
        {"{\"connections_per_address\": 4000001}", "key 'connections_per_address' must be a whole number from 0 to 4000000"},
        {"{\"forwarded\": \"xff\"}", "key 'forwarded' must be none, x-forwarded-for or forwarded, not 'xff'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert_eq(read_file(wrong[i].text), -EINVAL, "%s", wrong[i].text);
        cr_assert(strstr(why, wrong[i].why) && strstr(why, ":1: "), "%s: %s", wrong[i].text, why);
        cr_assert(is_all_zero(&c));
    }
}

/* ---- mistakes in the file ---- */

struct file_mistake {
    const char *text;
    unsigned line;
    const char *words; /* must stand in the sentence */
};
static const struct file_mistake file_mistakes[] = {
    /* not JSON */
    {"", 1, "ends too early"},
    {"\n\n// nothing\n", 4, "ends too early"},
    {"{\n  \"shards\": 2,\n}", 3, "invalid JSON"},
    {"{\n  \"shards\" 2\n}", 2, "invalid JSON"},
    {"{\n  shards: 2\n}", 2, "invalid JSON"},
    {"{\n  \"data\": 'x'\n}", 2, "invalid JSON"},
    {"{\n}\n\n}", 4, "more text"},
    {"{\n  \"data\": \"\xff\"\n}", 2, "UTF-8"},
    {"{\n/* one\n two */ /* three\n}", 3, "a comment that does not end"},
    {"{ // one\n\n \"shards\": 1,\n /* two\n lines */ \"shards\": 2\n}", 5,
     "key 'shards' stands twice"},
    {"{\n \"routes\": [{\n\"path\": \"/\",\n\"p\\u0061th\": \"/\"}]}", 4,
     "key 'p\\u0061th' stands twice"},
    /* not ours */
    {"\n[]", 2, "must be a JSON object"},
    {"5", 1, "must be a JSON object"},
    {"{\n\"shrads\": 2}", 2, "unknown key 'shrads'; did you mean 'shards'?"},
    {"{\n\"idle-timeout\": 2}", 2, "did you mean 'idle_timeout'?"},
    {"{\n\"plugin\": []}", 2, "did you mean 'plugins'?"},
    {"{\n\"Data\": \"\"}", 2, "did you mean 'data'?"},
    {"{\n\n\"colour\": 2}", 3, "unknown key 'colour'"},
    {"{\n\"\": 2}", 2, "unknown key ''"},
    {"{\"check\": true}", 1, "unknown key 'check'"},
    {"{\"config\": \"x\"}", 1, "unknown key 'config'"},
    {"{\"force_fallback\": \"coop\"}", 1, "unknown key 'force_fallback'"},
    /* numbers */
    {"{\n\"shards\":\n 0}", 3, "key 'shards' must be a whole number from 1 to 64, not '0'"},
    {"{\"shards\": 65}", 1, "from 1 to 64, not '65'"},
    {"{\"shards\": -1}", 1, "not '-1'"},
    {"{\"shards\": 2.0}", 1, "not '2.0'"},
    {"{\"shards\": 1e1}", 1, "not '1e1'"},
    {"{\"shards\": 99999999999999999999999}", 1, "key 'shards'"},
    {"{\"shards\": \"2\"}", 1, "not '\"2\"'"},
    {"{\"shards\": null}", 1, "not null"},
    {"{\"shards\": true}", 1, "not true"},
    {"{\"shards\": [2]}", 1, "not an array"},
    {"{\"shards\": {}}", 1, "not an object"},
    {"{\"workers\": 257}", 1, "key 'workers' must be a whole number from 1 to 256"},
    {"{\"connections\": 4000001}", 1, "key 'connections'"},
    {"{\"idle_timeout\": 0}", 1, "key 'idle_timeout'"},
    {"{\"drain_delay\": 3601}", 1, "key 'drain_delay'"},
    {"{\"drain_grace\": 3601}", 1, "key 'drain_grace'"},
    {"{\"first_byte_timeout\": 0}", 1, "key 'first_byte_timeout'"},
    {"{\"connection_age\": 86401}", 1, "key 'connection_age'"},
    {"{\"body_rate\": 1000001}", 1, "key 'body_rate'"},
    {"{\"tls\": {\"certificates\": [], \"min_version\": 1.3}}", 1, "key 'min_version' must be"},
    {"{\"header_timeout\": 0}", 1, "key 'header_timeout'"},
    {"{\"body_timeout\": 0}", 1, "key 'body_timeout'"},
    {"{\"wait_max\": 61}", 1, "key 'wait_max' must be a whole number from 1 to 60"},
    {"{\"queue_length\": 0}", 1, "key 'queue_length'"},
    {"{\"jobs_max\": 0}", 1, "key 'jobs_max'"},
    {"{\"body_memory\": 1}", 1, "key 'body_memory'"},
    {"{\"receive_memory\": 1}", 1, "key 'receive_memory'"},
    {"{\"output_memory\": 1099511627777}", 1, "key 'output_memory'"},
    /* bools, texts, words */
    {"{\"ephemeral\": 1}", 1, "key 'ephemeral' must be true or false, not '1'"},
    {"{\"access_log\": \"true\"}", 1, "key 'access_log' must be true or false"},
    {"{\"data\": 5}", 1, "key 'data' must be the name of a folder, not '5'"},
    {"{\"data\": \"\"}", 1, "key 'data' must be the name of a folder, not ''"},
    {"{\"data\": \"a\\u0000b\"}", 1, "key 'data' must not hold a zero byte"},
    {"{\n\"data\": \"x\",\n\"ephemeral\": true}", 3, "'data' and 'ephemeral' exclude each other"},
    {"{\"scheduler\": \"queue\"}", 1, "key 'scheduler': 'queue' is not available in this version"},
    {"{\"scheduler\": \"x\"}", 1, "key 'scheduler' must be fixed or balanced, not 'x'"},
    {"{\"durability\": \"x\"}", 1, "key 'durability' must be memory, logged or synced, not 'x'"},
    {"{\"log_level\": 2}", 1, "key 'log_level' must be error, warn, info or debug, not '2'"},
    {"{\"log_format\": \"x\"}", 1, "key 'log_format' must be text or json, not 'x'"},
    /* lists */
    {"{\n\"listen\": []}", 2, "key 'listen' must not be empty"},
    {"{\n\"listen\": {}}", 2, "key 'listen' must be an array of strings"},
    {"{\n\"listen\": \"x\"}", 2, "key 'listen' must be an address with a port"},
    {"{\n\"listen\": [\n\"1.2.3.4:5\",\n\"x\"]}", 4, "not 'x'"},
    {"{\n\"listen\": [\n\"1.2.3.4:5\",\n5]}", 4, "not '5'"},
    {"{\n\"plugins\": [\n\"\"]}", 3, "key 'plugins' must be the name of a file, not ''"},
    {"{\n\"plugins\": 7}", 2, "key 'plugins' must be an array of strings"},
    /* types */
    {"{\n\"types\": []}", 2, "key 'types' must be an object of objects, not an array"},
    {"{\n\"types\": {\n\"a\": 5}}", 3, "key 'types' must be an object of objects"},
    {"{\n\"types\": {\n\"a\": {}}}", 3, "type 'a' needs the key 'run'"},
    {"{\"types\": {\"a\": {\n\"run\": \"fork\"}}}", 2, "key 'run' must be thread, process or command, not '\"fork\"'"},
    {"{\"types\": {\"a\": {\n\"run\": \"process\",\n\"place\": 1}}}", 3, "unknown key 'place'; did you mean 'places'?"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"places\": 0}}}", 2, "key 'places' must be a whole number from 1 to 64, not '0'"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"timeout\": 1.5}}}", 2, "not '1.5'"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"memory_max\": 1000}}}", 2, "key 'memory_max' must be a whole number from 1048576"},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"sandbox\": 1}}}", 2, "key 'sandbox' must be true or false, not '1'"},
    {"{\"types\": {\n\"a\": {\"run\": \"process\", \"argv\": [\"/x\"]}}}", 2, "the key 'argv' does not go with \"run\": \"process\""},
    {"{\"types\": {\n\"a\": {\"run\": \"process\", \"places_min\": 3}}}", 2, "type 'a': places_min must not be more than places (2)"},
    {"{\"types\": {\n\"a\": {\"run\": \"command\", \"argv\": [\"/x\"], \"places_min\": 1}}}", 2,
     "the key 'places_min' does not go with \"run\": \"command\""},
    {"{\"types\": {\"a\": {\"run\": \"process\",\n\"idle_end\": 0}}}", 2, "key 'idle_end' must be a whole number from 1 to 86400, not '0'"},
    {"{\"types\": {\n\"a\": {\"run\": \"thread\", \"places\": 1}}}", 2, "the key 'places' does not go with \"run\": \"thread\""},
    {"{\"types\": {\n\"a\": {\"run\": \"command\"}}}", 2, "type 'a' needs the key 'argv'"},
    {"{\"types\": {\"a\": {\"run\": \"command\",\n\"argv\": []}}}", 2, "key 'argv' must not be empty"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"argv\": [\n\"cat\"]}}}", 2, "key 'argv' must begin with the absolute path"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"argv\": [\"/x\",\n5]}}}", 2, "key 'argv' must be a string, not '5'"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"result_type\":\n\"png\"}}}", 2, "must be a media type"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"params\": [\n\"a-b\"]}}}", 2, "'a-b' is no name of letters"},
    {"{\"types\": {\"a\": {\"run\": \"command\", \"params\": [\"w\",\n\"w\"]}}}", 2, "names 'w' twice"},
    /* routes */
    {"{\n\"routes\": {}}", 2, "key 'routes' must be an array of objects, not an object"},
    {"{\n\"routes\": [\n{\"path\": \"/\", \"job\": \"a\"},\n5]}", 4, "not '5'"},
    {"{\n\"routes\": [\n{}]}", 3, "a route needs the key 'path'"},
    {"{\n\"routes\": [\n{\"path\": \"/\"}]}", 3, "needs the key 'job', or 'status' or 'body'"},
    {"{\n\"routes\": [\n\n{\n\"path\": \"/\", \"job\": \"a\",\n\"status\": 200}]}", 4,
     "the keys 'job' and 'status' of a route exclude each other"},
    {"{\"routes\": [{\"path\": \"/\", \"job\": \"a\", \"type\": \"a/b\"}]}", 1, "'job' and 'type'"},
    {"{\"routes\": [{\"path\": \"/\", \"job\": \"a\", \"body\": \"\"}]}", 1, "'job' and 'body'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": 199}]}", 2,
     "key 'status' must be a whole number from 200 to 599, not '199'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": 600}]}", 2, "not '600'"},
    {"{\"routes\": [{\"path\": \"/\",\n\"status\": \"200\"}]}", 2, "key 'status'"},
    {"{\"routes\": [{\"path\": \"/\", \"status\": 204, \"body\": \"x\"}]}", 1, "204 has none"},
    {"{\"routes\": [{\n\"path\": \"x\"}]}", 2, "key 'path' must begin with /"},
    {"{\"routes\": [{\n\"path\": \"\"}]}", 2, "key 'path' must begin with /"},
    {"{\"routes\": [{\n\"path\": \"/a b\"}]}", 2, "key 'path'"},
    {"{\"routes\": [{\n\"path\": \"/a?b\"}]}", 2, "key 'path'"},
    {"{\"routes\": [{\n\"path\": 5}]}", 2, "key 'path' must be a string, not '5'"},
    {"{\"routes\": [{\"path\": \"/\", \"job\":\n\"\"}]}", 2, "key 'job' must be the name of a job"},
    {"{\"routes\": [{\"path\": \"/\", \"type\":\n\"a/b\\r\\nX: y\"}]}", 2, "key 'type' must be"},
    {"{\"routes\": [{\"path\": \"/\", \"type\":\n\"text\"}]}", 2, "key 'type' must be"},
    {"{\"routes\": [{\"path\": \"/\", \"body\":\n[]}]}", 2, "must be a string, not an array"},
    {"{\"routes\": [{\"path\": \"/\", \"body\":\n\"\\u0000\"}]}", 2, "zero byte"},
    {"{\"routes\": [{\n\"method\": \"get\"}]}", 2, "key 'method' must be GET, HEAD"},
    {"{\"routes\": [{\n\"method\": \"\"}]}", 2, "not ''"},
    {"{\"routes\": [{\n\"method\": \"GET,\"}]}", 2, "not ''"},
    {"{\"routes\": [{\n\"method\": 5}]}", 2, "key 'method' must be the name of a method"},
    {"{\"routes\": [{\n\"methods\": []}]}", 2, "key 'methods' must not be empty"},
    {"{\"routes\": [{\n\"methods\": [\"GET\",\n\"PUT,GET\"]}]}", 3, "'methods' names GET twice"},
    {"{\"routes\": [{\n\"methods\": [[\"GET\"]]}]}", 2, "key 'methods' must be the name"},
    {"{\"routes\": [{\"method\": \"GET\",\n\"methods\": [\"PUT\"]}]}", 2, "exclude each other"},
    {"{\"routes\": [{\"path\": \"/\",\n\"jobs\": \"a\"}]}", 2, "did you mean 'job'?"},
    {"{\"routes\": [{\"path\": \"/\",\n\"template\": \"a\"}]}", 2, "unknown key 'template'"},
};

static void assert_refused(const char *words, unsigned line)
{
    char place[64];
    (void)snprintf(place, sizeof place, "%s:%u: ", path, line);
    cr_expect_eq(strncmp(why, place, strlen(place)), 0, "wanted %s in: %s", place, why);
    cr_expect(strstr(why, words), "'%s' is not in: %s", words, why);
    cr_assert_null(strchr(why, '\n'));
    cr_assert(is_all_zero(&c), "nothing is left to free");
}

Test(config_mistakes, each_mistake_in_the_file_is_named_with_its_line)
{
    for (size_t i = 0; i < sizeof file_mistakes / sizeof *file_mistakes; i++) {
        const struct file_mistake *m = &file_mistakes[i];
        cr_assert_eq(read_file(m->text), -EINVAL, "was taken: %s", m->text);
        assert_refused(m->words, m->line);
    }
}

Test(config_mistakes, too_many_elements)
{
    char text[16 * 1024];
    size_t n = (size_t)snprintf(text, sizeof text, "{\"listen\": [\n\"1.2.3.4:5\"");
    for (int i = 0; i < CONFIG_LISTEN_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ",\n\"1.2.3.4:5\"");
    (void)snprintf(text + n, sizeof text - n, "]}");
    cr_assert_eq(read_file(text), -EINVAL);
    assert_refused("key 'listen': more than 16 of them", 18);
    n = (size_t)snprintf(text, sizeof text, "{\"routes\": [\n{\"path\":\"/0\", \"job\": \"a\"}");
    for (int i = 0; i < CONFIG_ROUTES_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ",\n{\"path\":\"/%d\",\"job\":\"a\"}", i);
    (void)snprintf(text + n, sizeof text - n, "]}");
    cr_assert_eq(read_file(text), -EINVAL);
    assert_refused("key 'routes': more than 128 of them", 130);
}

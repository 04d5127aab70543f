#!/usr/bin/env bash
# layers.sh: which folder of src/ includes which, and whether it may.
#
#     tools/layers.sh                prints the include graph
#     tools/layers.sh --check        names every include that goes against the layers; exit 1 if there is one
#     tools/layers.sh --self-test    checks this checker on a small tree with known mistakes
#     tools/layers.sh ... --tree DIR another tree than this one's
#
#      main  embed                      entry points
#       server   config                 wires everything; nothing below includes these
#         shard                         one of each part below, on one thread
#     api ───────────── pages           the seam: HTTP and jobs meet here and nowhere else
#   filters           sched              accounts, beside http: who may ask; base only, and the client reads it too;
#                                        outbound, likewise: asking others
#   http              workers           left half: has never heard of jobs
#   net               jobs              right half: has never heard of HTTP
#    │                journal
#    └───── ring ───────┘               the kernel
#           base
set -u

# What each part may include besides itself. "public" is <quern/quern.h>.
RULES='
base
ring      base
net       ring base
http      net ring base
accounts  base
outbound  base
filters   outbound accounts http base
journal   ring base
jobs      journal ring base
workers   jobs ring base public
sched     workers jobs base public
pages     http jobs workers sched base
api       base ring net http accounts outbound filters journal jobs workers sched pages public
shard     base ring net http accounts outbound filters journal jobs workers sched pages api public
config    filters workers base public
server    base ring net http accounts outbound filters journal jobs workers sched pages api shard config public
main      base ring net http accounts outbound filters journal jobs workers sched pages api shard config server public
embed     base ring net http accounts outbound filters journal jobs workers sched pages api shard config server public
'
# Single files that may do more: file, then what.
EXCEPTIONS='
src/sched/jetstream.c  net ring
'
# Libraries: header, then the files that may include it, as regular expressions on the path.
LIBRARIES='
liburing.h        ^src/ring/
liburing/         ^src/ring/
linux/io_uring.h  ^src/ring/
llhttp.h          ^src/http/parser\.[ch]$
cjson/            ^src/base/json[a-z_]*\.c$  ^src/config(_[a-z]+)?\.c$  ^src/api/openapi\.c$  ^src/plugins/
zlib.h            ^src/http/gzip\.c$
curl/             ^src/outbound/outbound\.c$
argon2.h          ^src/accounts/password\.c$
openssl/          ^src/base/sha256\.c$  ^src/filters/(jwk|content_digest)\.c$  ^src/accounts/key[a-z_]*\.c$  ^src/net/(secured|tls_[a-z]+)\.[ch]$
cJSON.h           ^src/base/json[a-z_]*\.c$  ^src/config(_[a-z]+)?\.c$  ^src/api/openapi\.c$  ^src/plugins/
'

# Reads "file:line:#include ..." lines, a list of all files first. Prints "bad LINE" and "edge FROM TO COUNT".
judge() {
    awk -v rules="$RULES" -v exceptions="$EXCEPTIONS" -v libraries="$LIBRARIES" '
    function part_of(path,   p) { # src/net/conn.c: net · src/shard.c: shard · src/config_file.c: config · src/plugins/csv/a.c: plugins/csv
        if (path !~ /^src\//) return path ~ /^include\/quern\// ? "public" : "?"
        p = substr(path, 5)
        if (p ~ /^plugins\//) { sub(/^plugins\//, "", p); sub(/[\/.].*/, "", p); return "plugins/" p }
        if (p !~ /\//) sub(/_.*/, "", p)            # config_file.c is a part of config
        sub(/[\/.].*/, "", p)
        return p
    }
    function tidy(path,   n, i, part, out, depth) { # resolves . and ..
        n = split(path, part, "/"); depth = 0
        for (i = 1; i <= n; i++) {
            if (part[i] == "" || part[i] == ".") continue
            if (part[i] == ".." && depth > 0) { depth--; continue }
            kept[++depth] = part[i]
        }
        out = kept[1]
        for (i = 2; i <= depth; i++) out = out "/" kept[i]
        return out
    }
    function find(from, name, quoted,   dir, i, n, place, path) {
        dir = from; sub(/\/[^\/]*$/, "", dir)
        n = split((quoted ? dir " " : "") "src include" (from ~ /^src\/plugins\// ? " src/plugins" : ""), place, " ")
        for (i = 1; i <= n; i++) { path = tidy(place[i] "/" name); if (path in known) return path }
        i = name; sub(/\/.*/, "", i)                # made by the build, or gone: its folder tells enough
        return index(name, "/") && (i in allowed) ? "src/" name : ""
    }
    function bad(why) { print "bad " $1 ":" $2 ": " why " (" name ")" }
    BEGIN {
        n = split(rules, line, "\n")
        for (i = 1; i <= n; i++) if (m = split(line[i], w, " ")) {
            allowed[w[1]] = " "; for (j = 2; j <= m; j++) allowed[w[1]] = allowed[w[1]] w[j] " "
        }
        n = split(exceptions, line, "\n")
        for (i = 1; i <= n; i++) if (m = split(line[i], w, " ")) {
            extra[w[1]] = " "; for (j = 2; j <= m; j++) extra[w[1]] = extra[w[1]] w[j] " "
        }
        n = split(libraries, line, "\n")
        for (i = 1; i <= n; i++) if (m = split(line[i], w, " ")) {
            library[++n_libraries] = w[1]; places[n_libraries] = w[2]
            for (j = 3; j <= m; j++) places[n_libraries] = places[n_libraries] "|" w[j]
        }
        FS = ":"
    }
    NF == 1 {
        known[$1]; here = part_of($1)
        if (here !~ /^plugins\// && here != "public" && here != "?" && !(here in allowed) && !(here in told)) {
            told[here]; print "bad " $1 ":1: " here " has no place in the layers: give it one in tools/layers.sh"
        }
        next
    }
    {
        text = $0; sub(/^[^:]*:[^:]*:[ \t]*#[ \t]*include[ \t]*/, "", text)
        quoted = text ~ /^"/
        if (!quoted && text !~ /^</) next            # #include MACRO
        name = substr(text, 2); sub(/[">].*/, "", name)
        here = part_of($1)
        for (i = 1; i <= n_libraries; i++)
            if (index(name, library[i]) == 1 && $1 !~ places[i]) bad(here " must not see " library[i])
        path = find($1, name, quoted)
        if (path == "") {
            if (quoted && here ~ /^plugins\//) bad("a plugin includes quern.h, its own folder and plugins/common only")
            next                                     # the system, a library
        }
        there = part_of(path)
        if (there == here) next
        edges[here " " there]++
        if (here == "public") { bad("the public header includes nothing of quern"); next }
        if (here ~ /^plugins\//) {
            if (there == "public" && (here != "plugins/common" || name == "quern/quern.h")) next
            if (there == "plugins/common") next
            bad("a plugin includes quern.h, its own folder and plugins/common only")
        } else if (!index(allowed[here], " " there " ") && !index(extra[$1], " " there " "))
            bad(here " must not include " there)
    }
    END { for (e in edges) print "edge " e " " edges[e] }'
}

facts() { # tree
    (
        cd "$1" || exit 1
        find src include -type f \( -name '*.c' -o -name '*.h' \) 2>/dev/null | LC_ALL=C sort >"$TEMP/files"
        cat "$TEMP/files"
        [[ -s $TEMP/files ]] && xargs -d '\n' grep -nHE '^[[:blank:]]*#[[:blank:]]*include' /dev/null <"$TEMP/files"
    ) | judge
}

show() { # tree
    facts "$1" | awk -v rules="$RULES" '
        $1 != "edge" { next }
        { to[$2] = to[$2] " " $3 ":" $4; seen[$2]; seen[$3] }
        END {
            n = split(rules, line, "\n")
            for (i = n; i >= 1; i--) if (split(line[i], w, " ")) { rank[w[1]] = ++k; order[k] = w[1] }
            for (p in seen) if (!(p in rank) && p in to) { rank[p] = ++k; order[k] = p }
            for (i = 1; i <= k; i++) if (order[i] in to) {
                m = split(to[order[i]], w, " ")
                for (a = 2; a <= m; a++) for (b = a; b > 1; b--) {     # highest layer first
                    split(w[b], x, ":"); split(w[b - 1], y, ":")
                    if ((x[1] in rank ? rank[x[1]] : 99) < (y[1] in rank ? rank[y[1]] : 99)) { t = w[b]; w[b] = w[b - 1]; w[b - 1] = t }
                }
                s = ""
                for (a = 1; a <= m; a++) { split(w[a], x, ":"); s = s "  " x[1] " " x[2] }
                printf "%-24s →%s\n", order[i], s
            }
        }'
}

check() { # tree
    local found
    found=$(facts "$1" | sed -n 's/^bad //p')
    [[ -z $found ]] && { echo "layers: all includes of src/ go the right way"; return 0; }
    printf '%s\n' "$found"
    printf 'layers: %d wrong\n' "$(wc -l <<<"$found")" >&2
    return 1
}

self_test() {
    local t=$TEMP/tree out want rc=0
    mkdir -p "$t"/src/{base,ring,net,http,jobs,sched,api,odd} "$t"/src/plugins/{common,good,evil} "$t"/include/quern
    echo '#include <stdint.h>' >"$t/include/quern/quern.h"
    for f in base/slice ring/ring net/conn http/parser jobs/job api/routes plugins/common/csv odd/odd; do echo >"$t/src/$f.h"; done
    printf '#include "slice.h"\n#include <cjson/cJSON.h>\n' >"$t/src/base/json.c"
    printf '#include <liburing.h>\n#include "base/slice.h"\n' >"$t/src/ring/ring.c"
    printf '#include "conn.h"\n#include "../ring/ring.h"\n' >"$t/src/net/conn.c"
    printf '#include <llhttp.h>\n#include "net/conn.h"\n' >"$t/src/http/parser.c"
    printf '#include "net/conn.h"\n' >"$t/src/sched/jetstream.c"
    printf '#include "http/parser.h"\n#include "jobs/job.h"\n' >"$t/src/api/routes.c"
    printf '#include "api/routes.h"\n#include "base/slice.h"\n' >"$t/src/shard.c"
    printf '#include <quern/quern.h>\n#include "common/csv.h"\n#include <png.h>\n' >"$t/src/plugins/good/good.c"
    out=$(check "$t" 2>&1) && { echo "self-test: a folder without a place was not found"; rc=1; }
    rm -r "$t/src/odd"
    out=$(check "$t" 2>&1) || { echo "self-test: complaint about a good tree:"; echo "$out"; rc=1; }

    echo >"$t/src/config.h"
    printf '\n#include "jobs/job.h"\n' >"$t/src/net/conn.c"                     # left half sees right half
    printf '#include "../http/parser.h"\n' >"$t/src/jobs/job.c"                 # right half sees left half
    printf '  #  include "ring/ring.h" /* up */\n' >"$t/src/base/slice.c"       # base sees what is above it
    printf '#include <liburing.h>\n' >"$t/src/net/listener.c"                   # a library out of its folder
    printf '#include "config.h"\n#include "jobs/made_by_the_build.h"\n' >"$t/src/api/routes.c" # first is wrong, second is not
    printf '#include "base/slice.h"\n' >"$t/src/plugins/evil/evil.c"            # a plugin looks inside
    printf '#include "api/routes.h"\n' >"$t/src/config.c"                       # config sees base only
    printf '/*\n * #include "jobs/job.h"\n */\n// #include "jobs/job.h"\n' >"$t/src/net/comment.c"
    want='src/api/routes.c:1 src/base/slice.c:1 src/config.c:1 src/jobs/job.c:1 src/net/conn.c:2 src/net/listener.c:1 src/plugins/evil/evil.c:1 '
    if out=$(check "$t" 2>/dev/null); then echo "self-test: a bad tree passed"; rc=1; fi
    out=$(cut -d " " -f 1 <<<"$out" | sed "s/:$//" | LC_ALL=C sort | tr '\n' ' ')
    [[ $out == "$want" ]] || { printf 'self-test: wanted %s\n           found  %s\n' "$want" "$out"; rc=1; }
    show "$t" | grep -q '^shard  *→  api 1  base 1$' || { echo "self-test: the graph is wrong:"; show "$t"; rc=1; }
    [[ $rc -eq 0 ]] && echo "layers: self-test passed"
    return $rc
}

usage() { sed -n '4,7s/^# *//p' "$0" >&2; exit 2; }

mode=show
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
while [[ $# -gt 0 ]]; do
    case $1 in
    --check) mode=check ;;
    --self-test) mode=self_test ;;
    --tree) [[ $# -gt 1 ]] || usage; tree=$2; shift ;;
    *) usage ;;
    esac
    shift
done
TEMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TEMP"' EXIT
"$mode" "$tree"

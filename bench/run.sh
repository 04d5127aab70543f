#!/usr/bin/env bash
# make bench: quernd and nginx side by side on one core each way: server on core 0, wrk on core 1, alternating. Prints CPU
# microseconds per request (all threads, /proc/PID/stat) and their ratios: the median of PAIRS pairs. Absolute times mean little on
# a shared machine; ratios of one run do. Also: memory per idle connection.
#   PAIRS=5 SECONDS_EACH=3 bench/run.sh
set -eu
cd "$(dirname "$0")/.."
PAIRS=${PAIRS:-5} SECONDS_EACH=${SECONDS_EACH:-3}
QUERND=${QUERND:-build/quernd}
dir=$(mktemp -d)
pids=""
cleanup() { for p in $pids; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$dir"; }
trap cleanup EXIT
for tool in nginx wrk taskset curl; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing (apt-get install nginx-light wrk util-linux)" >&2; exit 2; }
done
[ "$(nproc)" -ge 2 ] || { echo "bench: needs two cores" >&2; exit 2; }

# The server's port, from its ready line.
mkfifo "$dir/ready"
taskset -c 0 "$QUERND" --listen 127.0.0.1:0 --ephemeral --log-level error 2>"$dir/ready" &
quern=$!; pids="$pids $quern"
exec 3<"$dir/ready"
read -r line <&3
qport=${line##*:}
nport=$((qport + 1))
sed "s#NGINX_DIR#$dir#g; s#PORT#$nport#" bench/nginx.conf >"$dir/nginx.conf"
mkdir -p "$dir/body" "$dir/proxy"
taskset -c 0 nginx -p "$dir" -c "$dir/nginx.conf" &
master=$!; pids="$pids $master"
curl -sf -o /dev/null --retry 10 --retry-all-errors --retry-delay 1 "http://127.0.0.1:$nport/livez"
worker=$(cat "/proc/$master/task/$master/children")
worker=${worker%% *}

cpu_ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
# measure PID URL [wrk options]: CPU µs per request
measure() {
    local pid=$1 url=$2; shift 2
    local before after n
    before=$(cpu_ticks "$pid")
    n=$(taskset -c 1 wrk -t1 -c"${CONNS:-64}" -d"${SECONDS_EACH}s" "$@" "$url" | awk '/requests in/ {print $1}')
    after=$(cpu_ticks "$pid")
    awk -v t=$((after - before)) -v n="$n" -v d="${PER:-1}" -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.3f", t * 1e6 / hz / (n * d)}'
}
median() { tr ' ' '\n' | sort -g | awk 'NF {v[n++] = $1} END {printf "%.3f", n % 2 ? v[(n - 1) / 2] : (v[n / 2 - 1] + v[n / 2]) / 2}'; }

# question NAME LIMIT A-label A-command B-label B-command: alternates, prints medians and the median ratio A/B
question() {
    local name=$1 limit=$2 a b as="" bs="" rs=""
    for _ in $(seq "$PAIRS"); do
        a=$($4); b=$($6)
        as="$as $a"; bs="$bs $b"; rs="$rs $(awk -v a="$a" -v b="$b" 'BEGIN {printf "%.4f", a / b}')"
    done
    local ratio; ratio=$(echo "$rs" | median)
    printf '%-34s %s %7s µs  %s %7s µs  ratio %s  (limit %s: %s)  ratios:%s\n' "$name" "$3" "$(echo "$as" | median)" \
        "$5" "$(echo "$bs" | median)" "$ratio" "$limit" \
        "$(awk -v r="$ratio" -v l="$limit" 'BEGIN {print r <= l ? "met" : "MISSED"}')" "$rs"
}
q_get() { measure "$quern" "http://127.0.0.1:$qport/livez"; }
n_get() { measure "$worker" "http://127.0.0.1:$nport/livez"; }
q_pipe() { measure "$quern" "http://127.0.0.1:$qport/livez" -s bench/scenarios/pipeline16.lua; }
n_pipe() { measure "$worker" "http://127.0.0.1:$nport/livez" -s bench/scenarios/pipeline16.lua; }
q_echo() { measure "$quern" "http://127.0.0.1:$qport/run/echo" -s bench/scenarios/echo1k.lua; }

echo "# $(git rev-parse --short HEAD 2>/dev/null || echo '?') $("$QUERND" --version), $(nginx -v 2>&1 | sed 's/.*: //'), kernel $(uname -r), $PAIRS pairs of $SECONDS_EACH s"
question "keep-alive GET, 64 connections" 0.90 quern q_get nginx n_get
question "16-deep pipelined GET" 0.20 quern q_pipe nginx n_pipe
question "POST /run/echo 1 KiB against GET" 2.00 echo q_echo get q_get
mkdir -p build/bench
gcc -O2 -o build/bench/idle_connections bench/idle_connections.c
build/bench/idle_connections "$qport" "$quern" 1000 15000

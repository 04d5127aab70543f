#!/usr/bin/env bash
# deps.sh: installs what quern needs from Debian's packages, and only what is missing. Made to be sourced:
#
#     . tools/deps.sh
#     deps build demo          # or deps_build; deps_demo; ...        0, or 1 after saying what is wrong
#
# Levels: build (compile quern and its plugins), demo (tools/up), test, ci, long, bench. Run by itself it takes levels as
# arguments: tools/deps.sh build test.
#
# Debian 12 has an old liburing and no llhttp. There the Debian 13 suite is added with a low priority, so that nothing ever
# comes from it by itself, and five packages are named from it: none of them needs a newer libc. Two checks stand around that:
# a simulation that must show these packages and no others, and libc's version, which must be the same before and after.
# shellcheck disable=SC2034,SC2086 # read by name or by the caller; lists of words

# Words are Debian packages: "a|b" is met by either and installs the first; "a>=1.2" asks for a version; "program:x" stands after a
# package and is met by a program x on the PATH, wherever that came from.
DEPS_build="gcc make libc6-dev linux-libc-dev liburing-dev>=2.9 libllhttp-dev libcjson-dev libcurl4-openssl-dev libssl-dev libargon2-dev zlib1g-dev libjpeg62-turbo-dev|libjpeg-dev libpng-dev"
# lomiri-wallpapers-16.04: 15 photographs as JPEG (1 to 16 megapixels, 16 MB in all), no dependencies, in Debian 12 and 13.
DEPS_demo="curl ca-certificates tzdata lomiri-wallpapers-16.04"
DEPS_test="libcriterion-dev curl python3 openssl tzdata mandoc" # gcc brings its own sanitizers
DEPS_ci="clang-19 libclang-rt-19-dev clang-tidy-19 clang-format-19 gcovr valgrind python3 haproxy nginx-light spin libxml2-dev" # libxml2: what is fuzzed beside it
DEPS_long="nodejs|program:node"
DEPS_bench="nginx-light wrk nghttp2-client redis-server beanstalkd gearman-job-server gearman-tools strace valgrind python3 curl"

# Where clang 19, the same version in Debian 12 and 13, keeps its tools under their plain names.
DEPS_LLVM_BIN=/usr/lib/llvm-19/bin
# On Debian 12, from the Debian 13 suite.
DEPS_FROM_TRIXIE="liburing-dev liburing2 libllhttp-dev libllhttp9.2 linux-libc-dev"

deps_build() { deps build; }
deps_demo() { deps demo; }
deps_test() { deps test; }
deps_ci() { deps ci; }
deps_long() { deps long; }
deps_bench() { deps bench; }

deps() { # level...
    local missing rc=0
    missing=$(deps_missing "$@")
    [[ $missing ]] || return 0
    local DEPS_LOG
    DEPS_LOG=$(mktemp) || return 1
    deps_install $missing || rc=1
    rm -f "$DEPS_LOG"
    return $rc
}

deps_say() { printf 'deps: %s\n' "$*"; }
deps_fail() { printf 'deps: %s\n' "$*" >&2; return 1; }

# True if the package is installed, in the version asked for, or the program is there.
deps_have() { # name[>=version] or program:name
    local name=${1%%>=*} want='' have
    if [[ $1 == program:* ]]; then
        command -v "${1#program:}" >/dev/null
        return
    fi
    [[ $1 == *'>='* ]] && want=${1#*>=}
    have=$(dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$name" 2>/dev/null | sed -n '/^installed /{s///p;q}')
    [[ $have ]] && { [[ -z $want ]] || dpkg --compare-versions "$have" ge "$want"; }
}

# The packages of these levels that are missing, one per line.
deps_missing() { # level...
    local level need alternative met
    for level; do
        local -n wanted="DEPS_$level"
        for need in $wanted; do
            met=
            for alternative in ${need//|/ }; do deps_have "$alternative" && met=yes; done
            need=${need%%|*}
            [[ $met ]] || printf '%s\n' "${need%%>=*}"
        done
    done | sort -u
}

deps_install() { # package...
    local own=() borrowed=() p id release name start=$SECONDS
    IFS=/ read -r id release name < <(
        # shellcheck disable=SC1091
        . /etc/os-release 2>/dev/null
        echo "${ID:-}/${VERSION_ID:-}/${PRETTY_NAME:-this system}"
    )
    if [[ $id != debian || ! $release =~ ^(12|13)$ ]] || ! command -v apt-get >/dev/null; then
        deps_say "$name is not Debian 12 or 13, so nothing is installed here; missing by Debian's names: $*"
        deps_compile || deps_fail "and the compiler or a library is not there either: install them first"
        return
    fi
    [[ $EUID -eq 0 ]] || command -v sudo >/dev/null || {
        deps_fail "installing needs root: run this as root, or install sudo; missing: $*"
        return
    }
    deps_say "installing $*"
    for p; do
        if [[ $release == 12 && " $DEPS_FROM_TRIXIE " == *" $p "* ]]; then borrowed+=("$p"); else own+=("$p"); fi
    done
    if [[ ${borrowed[*]} ]]; then
        deps_trixie_keys && deps_trixie_suite || return 1
    fi
    deps_apt update || deps_say "going on with the package lists that are there" # a broken source need not be ours
    if [[ ${own[*]} ]]; then
        deps_plan_ok any "${own[@]}" && deps_apt_install "${own[@]}" || return 1
    fi
    if [[ ${borrowed[*]} ]]; then
        deps_borrow || return 1
    fi
    for p; do
        deps_have "$p" || deps_fail "$p is still missing, although apt-get reported no error" || return 1
    done
    deps_say "installed in $((SECONDS - start)) s"
}

# On systems whose packages are not known here: can quern's sources find what they include?
deps_compile() {
    printf '#include <stdio.h>\n#include <%s>\n#include <%s>\n#include <%s>\n#include <%s>\n#include <%s>\n#include <%s>\n%s\n' \
        liburing.h llhttp.h cjson/cJSON.h curl/curl.h jpeglib.h png.h \
        '_Static_assert(IO_URING_VERSION_MAJOR > 2 || IO_URING_VERSION_MINOR >= 9, "liburing 2.9 or newer is needed");' |
        cc -std=c17 -D_GNU_SOURCE -fsyntax-only -xc - 2>&1 | sed -n '/error/s/^/    /p' >&2
    [[ ${PIPESTATUS[1]} -eq 0 ]]
}

deps_as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo -- "$@"; fi
}

# apt-get, never asking; what it says goes to the log, whose end is shown on failure.
deps_apt() {
    local rc=0
    deps_as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 -o Dpkg::Options::=--force-confdef \
        -o Dpkg::Options::=--force-confold --no-install-recommends "$@" >"$DEPS_LOG" 2>&1 </dev/null || rc=$?
    [[ $rc -eq 0 ]] && return 0
    deps_fail "apt-get $* failed (exit $rc):" || tail -n 15 "$DEPS_LOG" | sed 's/^/    /' >&2
    return 1
}

# Installs, and keeps the servers among the packages from starting: nobody asked for that.
deps_apt_install() { # package...
    local policy=/usr/sbin/policy-rc.d
    if [[ ! " $* " =~ ' '(nginx-light|redis-server|beanstalkd|gearman-job-server)' ' || -e $policy ]]; then
        deps_apt install "$@"
        return
    fi
    (
        trap 'deps_as_root rm -f "$policy"' EXIT
        trap 'exit 130' INT TERM HUP
        printf '#!/bin/sh\nexit 101\n' | deps_as_root tee "$policy" >/dev/null && deps_as_root chmod 755 "$policy" &&
            deps_apt install "$@"
    )
}

# Refuses an installation that would remove anything, or put in another libc (a fix of the same one is all right); with "only",
# also one that would touch any package but those named.
deps_plan_ok() { # any|only package...
    local mode=$1 plan
    shift
    plan=$(LC_ALL=C.UTF-8 apt-get -s -q --no-install-recommends install "$@" 2>&1) || {
        deps_fail "apt-get cannot install $*:" || printf '%s\n' "$plan" | tail -n 15 | sed 's/^/    /' >&2
        return 1
    }
    printf '%s\n' "$plan" | awk -v mode="$mode" -v named="$*" '
        BEGIN { n = split(named, list, " "); for (i = 1; i <= n; i++) { sub(/[\/=].*/, "", list[i]); wanted[list[i]] } }
        $1 == "Remv" { print "remove " $2; bad = 1 }
        $1 == "Inst" && $2 == "libc6" {
            have = substr($3, 2); to = substr($4, 2)
            sub(/-.*/, "", have); sub(/-.*/, "", to)
            if (have != to || mode == "only") { print "change libc6 from " $3 " to " substr($4, 2); bad = 1 }
            next
        }
        $1 == "Inst" && mode == "only" && !($2 in wanted) { print "also install " $2; bad = 1 }
        END { exit bad }' >"$DEPS_LOG" && return 0
    deps_fail "refused, because installing $* would:" || sed 's/^/    /' "$DEPS_LOG" >&2
    return 1
}

# Debian 12: keyrings before this one do not know who signs Debian 13.
deps_trixie_keys() {
    deps_have 'debian-archive-keyring>=2023.3+deb12u2' || { deps_apt update && deps_apt install debian-archive-keyring; }
}

# Debian 12: makes the Debian 13 suite known, at a priority at which nothing comes from it unless named.
deps_trixie_suite() {
    local mirror
    # shellcheck disable=SC2016
    [[ $(apt-get indextargets --format '=$(CODENAME)=' 2>/dev/null) == *=trixie=* ]] && return 0
    mirror=$(deps_mirror bookworm)
    deps_say "adding the Debian 13 suite at priority 100, from $mirror"
    # The preferences come first: at no moment may apt see the suite without them.
    { printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' |
        deps_as_root tee /etc/apt/preferences.d/quern-trixie; } >/dev/null &&
        { printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: trixie' 'Components: main' \
            'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' |
            deps_as_root tee /etc/apt/sources.list.d/quern-trixie.sources; } >/dev/null
}

# The mirror from which this machine already takes its own suite.
deps_mirror() { # codename
    local f found
    found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk -v suite="$1" '
        $1 == "deb" && !found {
            i = 2
            if ($2 ~ /^\[/) { while (i < NF && $i !~ /\]$/) i++; i++ }
            if ($(i + 1) == suite) found = $i
        }
        END { print found }')
    [[ $found ]] || found=$(for f in /etc/apt/sources.list.d/*.sources; do cat "$f" 2>/dev/null; echo; done | awk -v suite="$1" '
        function flush() { if (!found && (suites " ") ~ (" " suite " ")) found = uri; uri = suites = "" }
        /^[ \t]*$/ { flush() }
        tolower($1) == "uris:" { uri = $2 }
        tolower($1) == "suites:" { $1 = ""; suites = $0 }
        END { flush(); print found }')
    printf '%s\n' "${found:-http://deb.debian.org/debian}"
}

# Debian 12: the packages that come from Debian 13, these and nothing else.
deps_borrow() {
    local before after
    set -- $DEPS_FROM_TRIXIE
    set -- "${@/%//trixie}"
    before=$(dpkg-query -W -f='${Version}' libc6)
    deps_plan_ok only "$@" && deps_apt install "$@" || return 1
    after=$(dpkg-query -W -f='${Version}' libc6)
    [[ $after == "$before" ]] || deps_fail "libc6 was $before and is $after now, which must never happen: please report it"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -u
    [[ $# -gt 0 ]] || set -- build
    for level; do
        [[ $level =~ ^(build|demo|test|ci|long|bench)$ ]] || { echo "usage: tools/deps.sh [build|demo|test|ci|long|bench]..." >&2; exit 2; }
    done
    deps "$@" && deps_say "all there for: $*"
fi

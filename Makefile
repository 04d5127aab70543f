# quern: make help

CC ?= gcc
# The newest clang tools that both Debian 12 and 13 have, where they are installed: older ones format otherwise.
export PATH := $(if $(wildcard /usr/lib/llvm-19/bin),/usr/lib/llvm-19/bin:)$(PATH)
CI ?=
KIND ?= release

# ---- kinds: one folder each under build/ ----

FLAGS_release  = -O2 -g
FLAGS_debug    = -O0 -g3 -DQUERN_SLOW_CHECKS
FLAGS_asan     = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -DQUERN_SLOW_CHECKS
FLAGS_tsan     = -O1 -g -fsanitize=thread
FLAGS_fault    = $(FLAGS_asan) -DQUERN_FAULT
FLAGS_fuzz     = -O1 -g -fsanitize=fuzzer-no-link,address,undefined
FLAGS_cover    = -O0 -g --coverage -fprofile-update=atomic

# The released server is optimised across its files; what tests and measures its parts is linked from the same objects as they are.
LTO_release = -flto=auto

WARN = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla $(if $(CI),-Werror)
STD  = -std=c17 -D_GNU_SOURCE -Isrc -Iinclude -fvisibility=hidden -pthread -include src/base/banned.h
# llhttp and liburing from their archives: calls into them stand on the path of every request.
LIBS = -Wl,-Bstatic -lllhttp -luring -Wl,-Bdynamic -lcjson -lssl -lcrypto -lcurl -largon2 -lz -lm -ldl
CLI_LIBS = -lcurl -lcrypto -largon2 -lm

B     := build/$(KIND)
CFL    = $(STD) $(WARN) $(FLAGS_$(KIND)) $(CFLAGS)
LDFL   = -pthread $(FLAGS_$(KIND)) $(if $(LTO_$(KIND)),-fno-lto) $(LDFLAGS)

# ---- sources, by wildcard ----

SRC     := $(wildcard src/*.c src/base/*.c src/ring/*.c src/net/*.c src/http/*.c src/accounts/*.c src/outbound/*.c src/filters/*.c src/journal/*.c src/jobs/*.c src/workers/*.c \
             src/sched/*.c src/api/*.c)
OBJ     := $(SRC:%.c=$B/%.o)
LIBOBJ  := $(filter-out $B/src/main.o,$(OBJ))
PLUGINS := $(patsubst src/plugins/%/,%,$(filter-out src/plugins/common/,$(sort $(dir $(wildcard src/plugins/*/*.c)))))
PLUGIN_SO := $(PLUGINS:%=$B/plugins/%.so)
PLIBS_image_thumbnail = -ljpeg -lpng -lm
PLIBS_table_summary   = -lm
PLIBS_ml_kmeans       = -lm

# The fault build differs from asan's by the objects that know of faults.
FAULTY := $(shell grep -l '"ring/fault.h"' $(SRC))
ifeq ($(KIND),fault)
OBJ := $(FAULTY:%.c=$B/%.o) $(patsubst %.c,build/asan/%.o,$(filter-out $(FAULTY),$(SRC)))
endif

UNIT_SRC  := $(wildcard tests/unit/*.c tests/unit/[!p]*/*.c)
UNIT_OBJ  := $(UNIT_SRC:%.c=$B/%.o)
# A program for each: of test_NAME.c and test_NAME_*.c.
PTEST     := $(filter csv $(PLUGINS),$(patsubst tests/unit/plugins/test_%.c,%,$(wildcard tests/unit/plugins/test_*.c)))
ptest_objects = $(patsubst %.c,$B/%.o,$(wildcard tests/unit/plugins/test_$1.c tests/unit/plugins/test_$1_*.c))
WIRE_SRC  := $(wildcard tests/wire/*.c) tests/support/server.c tests/support/client.c tests/support/patience.c
WIRE_OBJ  := $(WIRE_SRC:%.c=$B/%.o)
WIRE_PLUGINS := $(patsubst tests/wire/plugins/%.c,$B/tests/%.so,$(wildcard tests/wire/plugins/*.c))

# The load generator shares base and ring with the server, nothing else.
LOAD_SRC  := $(wildcard tools/load/*.c)
LOAD_BASE := $(wildcard src/base/*.c src/ring/*.c)
LOAD_OBJ  := $(LOAD_SRC:%.c=$B/%.o) $(LOAD_BASE:%.c=$B/%.o)
LOAD_UNIT_OBJ := $(patsubst %.c,$B/%.o,$(wildcard tests/load/unit/*.c))

# The client shares base and accounts with the server, nothing else.
CLI_SRC := $(wildcard tools/cli/*.c)
CLI_OBJ := $(CLI_SRC:%.c=$B/%.o) $(patsubst %.c,$B/%.o,$(wildcard src/base/*.c src/accounts/*.c))
CLI_UNIT_OBJ := $(patsubst %.c,$B/%.o,$(wildcard tests/cli/unit/*.c))

.PHONY: all release debug unit asan-load wire proxies probe probe-proxies soak crash crash-long model sim sim-self-test test asan tsan fault fuzz run-fuzz fuzz-smoke bench lint format cover lib help clean binaries asan-binaries always \
        run-unit run-wire peers run-peers bench-journal bench-micro micro-binaries bench-test bench-report callgrind callgrind-check \
        load-selftest workers-test cli-test
.SECONDARY:

all: release

# ---- building ----

release: ## quernd and the plugins, optimised
	@$(MAKE) --no-print-directory KIND=release binaries
	@ln -sfn release/quernd build/quernd && ln -sfn release/quern-load build/quern-load && ln -sfn release/quern build/quern && ln -sfn release/plugins build/plugins

debug: ## the same with slow checks, not optimised
	@$(MAKE) --no-print-directory KIND=debug binaries

ifeq ($(KIND),fault)
binaries: $B/quernd
$(filter build/asan/%,$(OBJ)): asan-binaries ;
asan-binaries:
	@$(MAKE) --no-print-directory KIND=asan binaries
	@mkdir -p $B && rm -rf $B/plugins && ln -sfn ../asan/quern-load ../asan/quern ../asan/plugins $B/
else
binaries: $B/quernd $B/quern-load $B/quern $(PLUGIN_SO)
endif

# -rdynamic with hidden visibility exports just the functions of quern.h, for plugins.
$B/quernd: $(OBJ) Makefile
	$(CC) $(filter-out -fno-lto,$(LDFL)) $(LTO_$(KIND)) -rdynamic -o $@ $(OBJ) $(LIBS)

$B/quern-load: $(LOAD_OBJ) Makefile
	$(CC) $(LDFL) -o $@ $(LOAD_OBJ) -Wl,-Bstatic -luring -Wl,-Bdynamic -lcjson -lcrypto -lm

$B/quern: $(CLI_OBJ) Makefile
	$(CC) $(LDFL) -o $@ $(CLI_OBJ) $(CLI_LIBS)

# Changes with the flags alone: objects of two kinds of flags are not linked together.
$B/flags: always
	@mkdir -p $(@D)
	@echo '$(STD) $(FLAGS_$(KIND)) $(LTO_$(KIND))' | cmp -s - $@ || echo '$(STD) $(FLAGS_$(KIND)) $(LTO_$(KIND))' >$@
always:

$B/tools/%.o: tools/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) -I. $(CFL) -MMD -MP -c -o $@ $<

$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CFL) $(if $(LTO_$(KIND)),$(LTO_$(KIND)) -ffat-lto-objects) -MMD -MP -c -o $@ $<

$B/src/plugins/%.o: src/plugins/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(CFL) -fPIC -MMD -MP -c -o $@ $<

plugin_objects = $(patsubst %.c,$B/%.o,$(wildcard src/plugins/$1/*.c src/plugins/common/*.c))
define plugin_rule
$B/plugins/$1.so: $(call plugin_objects,$1)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFL) -shared -o $$@ $$^ $$(PLIBS_$1)
endef
$(foreach p,$(PLUGINS),$(eval $(call plugin_rule,$p)))

# ---- tests ----

# Criterion cannot start under ThreadSanitizer; a small stand-in can.
PLAIN_tsan = yes
UNIT_INC   = $(if $(PLAIN_$(KIND)),-Itests/support/plain -Wno-unused-parameter -Wno-unused-variable -Wno-unused-function)
UNIT_MAIN  = $B/tests/support/$(if $(PLAIN_$(KIND)),plain/main,patience).o
UNIT_LIBS  = $(if $(PLAIN_$(KIND)),,-lcriterion)
# Under ThreadSanitizer without what has one thread and takes long.
UNIT_FLAGS = $(if $(PLAIN_$(KIND)),$(addprefix -,$(ALONE)),-j2 --short-filename)
ALONE = base_json base_xml base_zone config jobs_batch_keys jobs_blob jobs_cron jobs_log jobs_model jobs_schedules_log journal parser

$B/tests/%.o: tests/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) $(UNIT_INC) $(CFL) -MMD -MP -c -o $@ $<

$B/tests/unit_tests: $(UNIT_OBJ) $(LIBOBJ) $(UNIT_MAIN)
	@mkdir -p $(@D)
	$(CC) $(LDFL) -o $@ $(UNIT_OBJ) $(LIBOBJ) $(UNIT_MAIN) $(LIBS) $(UNIT_LIBS)

$B/tests/fuzz/%.o: tests/fuzz/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) -I. $(CFL) -MMD -MP -c -o $@ $<

$B/tests/load/unit/%.o: tests/load/unit/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) -I. $(UNIT_INC) $(CFL) -MMD -MP -c -o $@ $<

$B/tests/load_unit_tests: $(LOAD_UNIT_OBJ) $(filter-out %/main.o,$(LOAD_OBJ)) $(UNIT_MAIN)
	@mkdir -p $(@D)
	$(CC) $(LDFL) -o $@ $^ -Wl,-Bstatic -luring -Wl,-Bdynamic -lcjson -lcrypto -lm $(UNIT_LIBS)

$B/tests/cli/unit/%.o: tests/cli/unit/%.c $B/flags
	@mkdir -p $(@D)
	$(CC) -I. $(UNIT_INC) $(CFL) -MMD -MP -c -o $@ $<

$B/tests/cli_unit_tests: $(CLI_UNIT_OBJ) $(filter-out %/main.o,$(CLI_OBJ)) $(UNIT_MAIN)
	@mkdir -p $(@D)
	$(CC) $(LDFL) -o $@ $^ $(CLI_LIBS) $(UNIT_LIBS)

# The whole server on a simulated ring, clock, disk and network, in one thread: tests/sim/world.h. These calls, of the C library and of who asks, lead there.
SIM_SRC  := $(wildcard tests/sim/*.c)
SIM_OBJ  := $(SIM_SRC:%.c=$B/%.o)
SIM_NOT  := $(patsubst %,$B/src/%.o,main ring/ring ring/ring_file ring/bufring ring/file ring/wake base/log base/log_writer workers/plugin) \
              $B/src/config%.o $B/src/server%.o
SIM_WRAP := clock_gettime getrandom nanosleep pthread_create pthread_join pthread_detach pthread_setname_np sched_setscheduler \
            sched_setaffinity setpriority syscall close owner_set owner_admits_worker owner_is_there
$B/tests/sim_tests: $(SIM_OBJ) $(OBJ)
	@mkdir -p $(@D)
	$(CC) $(LDFL) $(SIM_WRAP:%=-Wl,--wrap=%) -o $@ $(SIM_OBJ) $(filter-out $(SIM_NOT),$(OBJ)) $(LIBS)

define ptest_rule
$B/tests/plugin_$1: $(call ptest_objects,$1) $(if $(filter csv,$1),,$B/tests/support/plugin_host.o) \
    $(call plugin_objects,$(filter-out csv,$1)) $B/tests/support/patience.o
	@mkdir -p $$(@D)
	$$(CC) $$(LDFL) -o $$@ $$^ $$(PLIBS_$1) -lcriterion -lcjson -lm
endef
$(foreach p,$(PTEST),$(eval $(call ptest_rule,$p)))

$B/tests/wire_tests: $(WIRE_OBJ)
	$(CC) $(LDFL) -o $@ $^ -lcriterion -lcjson -lz -lssl -lcrypto

$B/tests/%.so: tests/wire/plugins/%.c tests/wire/plugins/bad.h include/quern/quern.h $B/flags
	@mkdir -p $(@D)
	$(CC) $(CFL) -fPIC -shared -o $@ $<
$B/tests/hostile.so: $(wildcard src/workers/*.h src/base/*.h)

SAN_ENV = ASAN_OPTIONS=abort_on_error=0:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 TSAN_OPTIONS=halt_on_error=1:atexit_sleep_ms=50:suppressions=$(CURDIR)/tests/tsan.supp

# Lives that are cut off leave their memory behind.
SIM_ENV = ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

PTEST_RUN = $(if $(PLAIN_$(KIND)),,$(PTEST)) # single-threaded: nothing for ThreadSanitizer
# Not for the coverage of src/, nor where only threads count: the load generator's and the client's own.
LOAD_TESTS = $(if $(filter asan cover tsan,$(KIND)),,$B/tests/load_unit_tests)
CLI_TESTS = $(if $(filter cover tsan,$(KIND)),,$B/tests/cli_unit_tests)
run-unit: $B/tests/unit_tests $(LOAD_TESTS) $(CLI_TESTS) $(PTEST_RUN:%=$B/tests/plugin_%)
	$(SAN_ENV) $B/tests/unit_tests $(UNIT_FLAGS)
	$(if $(LOAD_TESTS),@$(MAKE) --no-print-directory KIND=$(KIND) run-load-unit)
	$(if $(CLI_TESTS),$(SAN_ENV) $(CLI_TESTS) $(UNIT_FLAGS))
	@for t in $(PTEST_RUN); do $(SAN_ENV) $B/tests/plugin_$$t -j2 --short-filename || exit 1; done

run-load-unit: $B/tests/load_unit_tests
	$(SAN_ENV) $B/tests/load_unit_tests $(UNIT_FLAGS)

# Most tests wait, for the disk or for a time-out of the server's, so many more than there are CPUs.
WIRE_JOBS ?= $(shell echo $$((4 * $$(nproc))))
# Under ThreadSanitizer without what one thread does by itself many thousand times.
WIRE_FLAGS = $(if $(PLAIN_$(KIND)),--filter '!(wire_http_rows_*|wire_http_syntax|wire_signatures)/*')
# The tests themselves are built without a sanitizer: it is the server that they look at.
run-wire: binaries $(WIRE_PLUGINS)
	@$(MAKE) --no-print-directory KIND=release build/release/tests/wire_tests
	$(SAN_ENV) QUERN_BUILD=$B build/release/tests/wire_tests -j$(WIRE_JOBS) --short-filename $(WIRE_FLAGS)

unit: ## unit tests
	@$(MAKE) --no-print-directory KIND=debug run-unit
wire: release ## wire tests: the real server over real sockets
	@$(MAKE) --no-print-directory KIND=release run-wire
CRASH_CYCLES ?= $(if $(CI),200,20)
crash: release ## kill -9 and restart: what was acknowledged is there
	tests/crash/test_kill.py --cycles $(CRASH_CYCLES)
	tests/crash/test_kill.py --cycles 10 --durability logged
crash-long: release ## the same 5,000 times
	tests/crash/test_kill.py --cycles 5000
SEEDS ?= 500
sim: ## the whole server on a simulated ring, clock, disk and network: SEEDS=500, or SEED=n [TRACE=1]
	@$(MAKE) --no-print-directory KIND=asan build/asan/tests/sim_tests
	$(SIM_ENV) build/asan/tests/sim_tests $(if $(SEED),--seed $(SEED) $(if $(TRACE),--trace),--seeds $(SEEDS) --jobs $(shell nproc))
sim-self-test: ## what the simulation does wrong on purpose must be found out
	@$(MAKE) --no-print-directory KIND=asan build/asan/tests/sim_tests
	$(SIM_ENV) build/asan/tests/sim_tests --self-test
SOAK_SECONDS ?= 600
soak: ## hostile traffic of all kinds beside good traffic, under AddressSanitizer: SOAK_SECONDS=600
	@$(MAKE) --no-print-directory KIND=asan binaries
	QUERN_BUILD=build/asan tests/hostile/soak.py --seconds $(SOAK_SECONDS)
PROXY_REQUESTS ?= 20000
proxies: release ## behind HAProxy and nginx, three restarts under load: PROXY_REQUESTS=1000000
	tests/proxies/test_proxies.py --requests $(PROXY_REQUESTS) --rate $(if $(filter 20000,$(PROXY_REQUESTS)),1000,4000)
PROBE_FLAGS ?=
probe: release ## HTTP/1.1 from outside, case by case: PROBE_FLAGS='--target nginx --filter TEXT'
	tests/probe/probe.py $(PROBE_FLAGS)
probe-proxies: release ## the same through HAProxy and nginx: none slips another's request or answer in
	tests/probe/differential.py
model: ## spin checks the lock-free protocols, and refutes them where they are broken on purpose
	@tests/model/run
test: unit wire ## unit and wire
asan: ## unit and wire tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory KIND=asan run-unit run-wire
asan-load: ## the load generator's unit tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory KIND=asan LOAD_TESTS=build/asan/tests/load_unit_tests run-load-unit
tsan: ## unit and wire tests under ThreadSanitizer
	@$(MAKE) --no-print-directory KIND=tsan run-unit run-wire
fault: ## wire tests with tiny queues, short sends and injected errors
	@$(MAKE) --no-print-directory KIND=fault run-wire

workers-test: release ## the workers of docs/examples, in Python and Node, against the server; that docs/workers.md shows them as they are
	python3 tests/workers/test_workers.py

cli-test: release ## the client against the real server and against servers that go wrong; its manual and completion
	@printf '%s\n' tests/cli/test_*.py | xargs -n 1 -P 6 python3

FUZZ_SECONDS ?= 60
T ?= parser
FUZZ_T   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OBJ  = $(filter-out $B/src/main.o $B/src/server%.o $B/src/shard%.o,$(OBJ))
ifeq ($(KIND),fuzz)
override CC = clang
override WARN =
endif
fuzz: ## fuzz T=parser for FUZZ_SECONDS (needs clang)
	@$(MAKE) --no-print-directory KIND=fuzz build/fuzz/fuzz_$T
	@$(MAKE) --no-print-directory run-fuzz

run-fuzz:
	@mkdir -p build/fuzz/corpus_$T
	build/fuzz/fuzz_$T -max_total_time=$(FUZZ_SECONDS) -timeout=10 build/fuzz/corpus_$T $(wildcard tests/fuzz/corpora/$T)

fuzz-smoke: ## every fuzz target for a few seconds
	@$(MAKE) --no-print-directory KIND=fuzz $(FUZZ_T:%=build/fuzz/fuzz_%)
	@echo $(FUZZ_T) | xargs -n 1 | xargs -P 2 -I{} $(MAKE) --no-print-directory run-fuzz T={} FUZZ_SECONDS=6

build/fuzz/fuzz_reply: build/fuzz/tests/fuzz/fuzz_reply.o build/fuzz/tools/load/reply.o $(patsubst %.c,build/fuzz/%.o,$(wildcard src/base/*.c))
	clang -pthread -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

build/fuzz/fuzz_image: build/fuzz/plugins/image_thumbnail.so
build/fuzz/fuzz_table: build/fuzz/plugins/table_summary.so
build/fuzz/fuzz_kmeans: build/fuzz/plugins/ml_kmeans.so
# Beside libxml2, which quern itself has no use for.
build/fuzz/tests/fuzz/fuzz_xml.o: override CFLAGS += -I/usr/include/libxml2
build/fuzz/fuzz_xml: override LIBS += -lxml2
build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)
	clang -pthread -fsanitize=fuzzer,address,undefined -rdynamic -o $@ $(filter-out %.so,$^) $(LIBS)

# ---- measuring ----

# What quernd is measured beside, with the flags of a release.
PEERS    := floor_uring floor_epoll eventfd_wake late_alone sync_alone beanstalk_load gearman_load
PEER_BIN := $(PEERS:%=$B/bench/peers/%)

peers: ## the servers and clients of bench/peers
	@$(MAKE) --no-print-directory KIND=release run-peers
run-peers: $(PEER_BIN)

$B/bench/peers/floor_%: $B/bench/peers/floor_%.o $B/bench/peers/floor.o
	$(CC) $(LDFL) -o $@ $^ -Wl,-Bstatic -luring -Wl,-Bdynamic

$(filter %_load,$(PEER_BIN)): $B/bench/peers/job_load.o
$B/bench/peers/%: $B/bench/peers/%.o
	$(CC) $(LDFL) -o $@ $^

bench: release peers ## every question of bench/ask beside its peers: about an hour on two quiet cores
	@echo "needs two quiet cores for about an hour, and the packages of tools/deps.sh bench; one question: bench/ask --list"
	bench/ask all

bench-test: ## the arithmetic of the measuring scripts; that what they run still builds
	@$(MAKE) --no-print-directory KIND=release micro-binaries run-peers build/release/bench/bench_journal
	python3 -m unittest discover -s tests/bench -t tests/bench

bench-report: ## docs/benchmarks.md and its plots from build/bench/*.json
	bench/report

load-selftest: release ## is quern-load right? against a responder with known delays, and with bad input; is the selftest?
	@mkdir -p build/bench
	build/quern-load selftest --json build/bench/selftest.json --label commit=$$(git rev-parse --short HEAD)
	tests/load/test_selftest.py
	tests/load/test_bad_input.py

MICRO := $(patsubst bench/%.c,$B/bench/%,$(filter-out bench/bench_journal.c,$(wildcard bench/bench_*.c)))
$B/bench/bench_%: $B/bench/bench_%.o $B/bench/micro.o $(LIBOBJ)
	$(CC) $(LDFL) -o $@ $^ $(LIBS)
micro-binaries: $(MICRO)

bench-micro: ## time of single operations of the parts, on core 1; also build/bench/micro.json
	@$(MAKE) --no-print-directory KIND=release micro-binaries
	@mkdir -p build/bench && rm -f build/bench/micro.json
	@for b in $(MICRO); do taskset -c 1 $$b --json || exit 1; done

$B/bench/bench_journal: $B/bench/bench_journal.o $(filter $B/src/base/% $B/src/ring/% $B/src/journal/%,$(OBJ))
	$(CC) $(LDFL) -o $@ $^ -Wl,-Bstatic -luring -Wl,-Bdynamic -lcjson -lcrypto -lm

bench-journal: ## appends, syncs and a replay of the journal in a folder of its own under build/bench
	@$(MAKE) --no-print-directory KIND=release build/release/bench/bench_journal
	@mkdir -p build/bench && for what in "append 200000" "append 200000 buffered" "replay 10000000"; do \
	  rm -rf build/bench/journal && build/release/bench/bench_journal build/bench/journal $$what || exit 1; done; rm -rf build/bench/journal

callgrind: release ## user instructions per request beside the committed table (needs valgrind)
	bench/callgrind
callgrind-check: release ## the same; fails when one has grown by more than 5 %
	@bench/callgrind --check

# ---- reading ----

# How many states of a function clang's analyzer looks at before it lets go: time is in proportion, findings hardly are.
TIDY_NODES ?= $(if $(CI),75000,225000)
TIDY = clang-tidy --quiet --warnings-as-errors="*" $(addprefix --extra-arg=,-Xclang -analyzer-config -Xclang max-nodes=$(TIDY_NODES))
lint: ## clang-tidy, gcc -fanalyzer, include layers
	tools/layers.sh --check
	echo $(SRC) $(wildcard src/plugins/*/*.c) | xargs -n 2 -P $(shell nproc) sh -c '$(TIDY) "$$@" -- $(STD) 2>/dev/null' sh
	echo $(LOAD_SRC) $(CLI_SRC) | xargs -n 2 -P $(shell nproc) sh -c '$(TIDY) "$$@" -- -I. $(STD) 2>/dev/null' sh
	@$(FIXED) $(MAKE) --no-print-directory KIND=analyze FLAGS_analyze="-O1 -fanalyzer -Werror" analyze

# gcc's analyzer goes by addresses: what it finds differs from run to run where they do.
FIXED = $(shell setarch -R true 2>/dev/null && echo setarch -R)
analyze: $(OBJ)

format: ## clang-format everything
	clang-format -i $(SRC) $(wildcard src/*.h src/*/*.h include/quern/*.h src/plugins/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch])

cover: ## line coverage of src/ without plugins, from unit and wire tests
	@$(MAKE) --no-print-directory KIND=cover run-unit run-wire
	gcovr -r . --object-directory build/cover --filter 'src/' --exclude 'src/plugins/' --print-summary -o build/cover/lines.txt
	@tail -n 3 build/cover/lines.txt

lib: ## libquern.a: comes with the embedding interface
	@echo "no libquern yet"

help: ## this
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' Makefile

clean: ## remove build/
	rm -rf build

-include $(wildcard $B/bench/*.d $B/bench/peers/*.d) $(OBJ:.o=.d) $(LOAD_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(CLI_UNIT_OBJ:.o=.d) $(LOAD_UNIT_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(WIRE_OBJ:.o=.d) $(wildcard $B/tests/unit/plugins/*.d $B/tests/fuzz/*.d) $(SIM_OBJ:.o=.d) $(wildcard $B/src/plugins/*/*.d)

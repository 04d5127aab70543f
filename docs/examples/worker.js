#!/usr/bin/env node
// A worker for quern, or for any server that speaks Open Job Spec over HTTP. Node 18 or newer, no packages.
//
//     worker.js --url http://127.0.0.1:8080 --queue mail --queue default --concurrency 4
'use strict';

const crypto = require('node:crypto');
const { setMaxListeners } = require('node:events');
const http = require('node:http');
const https = require('node:https');
const os = require('node:os');
const { setTimeout: after } = require('node:timers/promises');
const { parseArgs } = require('node:util');

// ---- the job types: the part that you replace ----

// Thrown by a handler: this job fails, and trying again would not help.
class Final extends Error {}

async function countWords(job, text) {
    if (typeof text !== 'string') throw new Final('the first argument must be a text');
    return { words: text.split(/\s+/).filter(Boolean).length };
}

// As many seconds as the argument for this attempt says, the last one for all that follow.
async function sleep(job, ...seconds) {
    await after(seconds[Math.min(job.attempt, seconds.length) - 1] * 1000, null, { signal: job.stop });
    return { slept: true };
}

async function fail(job, message, final = false) {
    throw final ? new Final(message) : new Error(message);
}

// Called as handler(job, ...args), several at once on one thread. A handler that computes for long holds up the heartbeats of all:
// let it do so in a node:worker_threads Worker. The result is anything that JSON.stringify takes. Long handlers obey job.stop, an
// AbortSignal: once it is aborted, nobody waits for the result any more.
const HANDLERS = new Map([['text.count', countWords], ['demo.sleep', sleep], ['demo.fail', fail]]);

// ---- talking to the server ----

const REPORT_MS = 5000; // how long the last reports may take when the worker ends
const HEARTBEAT_IDS_MAX = 64; // what a heartbeat may carry

const now = () => performance.now(); // monotonic, ms

function say(text) {
    process.stderr.write(`worker: ${text}\n`);
}

// No answer, or one that means: later. waitMs: what Retry-After asked for.
class Away extends Error {
    constructor(why, waitMs = 0) {
        super(why);
        this.waitMs = waitMs;
    }
}

// Twice as long after each failure, by chance between nothing and that: workers that failed together return apart.
class Backoff {
    constructor(firstMs = 200, mostMs = 15000) {
        Object.assign(this, { firstMs, mostMs, failures: 0 });
    }

    nextMs(away) {
        this.failures = Math.min(this.failures + 1, 30);
        return away.waitMs + Math.random() * Math.min(this.mostMs, this.firstMs * 2 ** this.failures);
    }

    reset() {
        this.failures = 0;
    }
}

class Server {
    constructor(url) {
        this.url = new URL(url);
        this.http = this.url.protocol === 'https:' ? https : http;
        this.agent = new this.http.Agent({ keepAlive: true });
        this.base = this.url.pathname.replace(/\/+$/, '') + '/ojs/v1/workers/';
    }

    // { status, answer }. Throws Away when it is worth trying again.
    async post(verb, body, timeoutMs, fields = {}) {
        const { status, retryAfter, text } = await this.exchange(verb, JSON.stringify(body), timeoutMs, fields);
        if (status === 429 || status >= 500) {
            throw new Away(`${verb}: ${status}`, /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0);
        }
        try {
            return { status, answer: JSON.parse(text) };
        } catch {
            throw new Away(`${verb}: ${status}, and the body is no JSON`);
        }
    }

    exchange(verb, text, timeoutMs, fields) {
        return new Promise((resolve, reject) => {
            const gone = (e) => reject(new Away(`${verb}: ${e.code ?? e.message}`));
            const request = this.http.request({
                protocol: this.url.protocol,
                hostname: this.url.hostname.replace(/^\[|\]$/g, ''), // an IPv6 address goes without
                port: this.url.port,
                path: this.base + verb,
                method: 'POST',
                agent: this.agent,
                signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
                headers: { 'Content-Type': 'application/openjobspec+json', 'Content-Length': Buffer.byteLength(text), ...fields },
            }, (response) => {
                const parts = [];
                response.on('data', (part) => parts.push(part)).on('error', gone).on('end', () => resolve({
                    status: response.statusCode,
                    retryAfter: response.headers['retry-after'],
                    text: Buffer.concat(parts).toString(),
                }));
            });
            request.on('error', gone).end(text);
        });
    }
}

// ---- the worker ----

// One attempt at one job.
class Job {
    constructor(envelope, leaseEnds) {
        Object.assign(this, { envelope, leaseEnds, id: envelope.id, type: envelope.type, attempt: envelope.attempt });
        this.token = envelope.lease_token;
        this.abort = new AbortController();
        this.stop = this.abort.signal;
        this.ended = false;
    }

    // True for the first who asks: that one, and no other, reports how the attempt ended.
    takeEnd() {
        const first = !this.ended;
        this.ended = true;
        return first;
    }
}

class Worker {
    constructor(options) {
        this.options = options;
        this.server = new Server(options.url);
        // New for each process: the server tells the living from the dead by it. At most 63 bytes.
        this.id = `${os.hostname().slice(0, 32)}-${process.pid}-${crypto.randomBytes(6).toString('hex')}`;
        this.jobs = new Map(); // token → Job: all that this worker has in hand
        this.stopping = new AbortController();
        this.leaving = new AbortController();
        setMaxListeners(0, this.stopping.signal); // one for each slot
        this.quiet = false; // the server wants no fetches
    }

    get isStopping() {
        return this.stopping.signal.aborted;
    }

    async run() {
        for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => this.end());
        const slots = Array.from({ length: this.options.concurrency }, () => this.slot());
        this.beats();
        say(`${this.id} fetches from ${this.options.queue.join(' ')}`);
        await Promise.race([Promise.all(slots), aborted(this.leaving.signal)]);
        await this.giveBackRest();
        say('ends');
        process.exit(0); // whatever a handler still does
    }

    end() {
        if (this.isStopping) return this.leaving.abort(); // asked twice
        say('finishes what is in hand');
        this.stopping.abort();
        setTimeout(() => this.leaving.abort(), this.options.grace * 1000).unref();
    }

    // Waits, but not longer than until signal aborts.
    async pause(ms, signal) {
        await after(ms, null, { signal }).catch(() => {});
    }

    // -- heartbeats: on a timer, never from a job's code --

    async beats() {
        const backoff = new Backoff();
        while (!this.leaving.signal.aborted) await this.pause(await this.beat(backoff), this.leaving.signal);
    }

    // Extends all leases with one request. Returns the milliseconds until the next one.
    async beat(backoff) {
        const jobs = [...this.jobs.values()];
        const sent = now();
        const leaseMs = this.options.lease * 1000;
        const state = this.isStopping ? 'terminate' : this.quiet ? 'quiet' : 'running';
        const ids = [...new Set(jobs.map((job) => job.id))];
        const body = { worker_id: this.id, state, visibility_timeout_ms: leaseMs, active_jobs: ids };
        try {
            const { status, answer } = await this.server.post('heartbeat', body, leaseMs / 3);
            backoff.reset();
            if (status === 200) this.obey(answer, jobs, sent + leaseMs);
            else say(`heartbeat refused: ${JSON.stringify(answer)}`);
            return leaseMs / 3;
        } catch (away) {
            if (!(away instanceof Away)) throw away;
            say(`no heartbeat: ${away.message}`);
            for (const job of jobs) if (job.leaseEnds < now()) this.tellToStop(job, 'its lease has run out');
            return Math.min(backoff.nextMs(away), leaseMs / 3);
        }
    }

    obey(answer, jobs, leaseEnds) {
        this.quiet = answer.directive === 'quiet';
        if (answer.directive === 'terminate' && !this.isStopping) this.end();
        for (const job of jobs) {
            if (answer.jobs_extended.includes(job.id)) job.leaseEnds = leaseEnds;
            else this.tellToStop(job, 'it is no longer ours'); // cancelled, out of time, or with another worker
        }
    }

    tellToStop(job, why) {
        if (!this.jobs.has(job.token) || job.stop.aborted) return; // it ended while the heartbeat was under way
        say(`stop ${job.id}: ${why}`);
        job.abort.abort();
    }

    // -- the slots: each fetches one job, does it, reports --

    async slot() {
        const backoff = new Backoff();
        while (!this.isStopping) {
            try {
                const job = this.quiet ? null : await this.fetch();
                backoff.reset();
                if (job) await this.serve(job);
                else if (this.quiet) await this.pause(1000, this.stopping.signal);
            } catch (away) {
                if (!(away instanceof Away)) throw away;
                say(`no jobs: ${away.message}`);
                await this.pause(backoff.nextMs(away), this.stopping.signal);
            }
        }
    }

    // A job, or null after options.wait seconds.
    async fetch() {
        const { queue, lease, wait } = this.options;
        const body = { queues: queue, worker_id: this.id, visibility_timeout_ms: lease * 1000 };
        const { status, answer } = await this.server.post('fetch', body, wait * 1000 + 10000, { Prefer: `wait=${wait}` });
        if (status !== 200) throw new Away(`fetch refused: ${JSON.stringify(answer)}`);
        return answer.jobs.length ? new Job(answer.jobs[0], now() + lease * 1000) : null;
    }

    async serve(job) {
        for (const other of this.jobs.values()) {
            if (other.id === job.id) other.abort.abort(); // we lost this job, and have been given it again
        }
        this.jobs.set(job.token, job);
        try {
            if (this.isStopping) { // the poll was under way when the worker was told to end
                if (job.takeEnd()) await this.giveBack(job);
                return;
            }
            const [verb, body] = await this.attempt(job);
            if (!job.takeEnd()) return;
            const status = await this.report(job, verb, body);
            if (verb === 'ack' && [400, 413, 422].includes(status)) {
                await this.report(job, 'nack', { error: failure('result_refused', 'Final', `status ${status}`, false) });
            }
        } finally {
            this.jobs.delete(job.token);
        }
    }

    // Runs the handler. What to report, whatever it does.
    async attempt(job) {
        say(`run ${job.id} ${job.type} attempt ${job.attempt}`);
        const handler = HANDLERS.get(job.type);
        if (!handler) return ['nack', { error: failure('unknown_type', 'LookupError', `no handler for ${job.type}`, true) }];
        try {
            const result = await handler(job, ...job.envelope.args);
            JSON.stringify(result); // what cannot be sent is the handler's failure
            return ['ack', { result }];
        } catch (e) {
            if (!(e instanceof Final)) console.error(e);
            const kind = e?.constructor?.name ?? typeof e;
            return ['nack', { error: failure('handler_error', kind, String(e?.message ?? e), !(e instanceof Final)) }];
        }
    }

    // Says so for as long as the lease is ours: the same ack twice does no harm. The status; null: nobody heard it.
    async report(job, verb, body) {
        const backoff = new Backoff();
        const whole = { ...body, job_id: job.id, lease_token: job.token, worker_id: this.id };
        for (;;) {
            try {
                const { status, answer } = await this.server.post(verb, whole, 10000);
                say(status === 200 ? `${verb} ${job.id} ${answer.state}` : `dropped ${job.id}: ${answer.error.message}`);
                return status;
            } catch (away) {
                if (!(away instanceof Away)) throw away;
                const pauseMs = backoff.nextMs(away);
                if (now() + pauseMs >= job.leaseEnds) {
                    say(`dropped ${job.id}: ${away.message}`);
                    return null;
                }
                await after(pauseMs);
            }
        }
    }

    giveBack(job) {
        return this.report(job, 'nack', { requeue: true, error: failure('shutdown', 'shutdown', 'the worker ends', true) });
    }

    // The grace time is over, or there is nothing in hand.
    async giveBackRest() {
        const until = now() + REPORT_MS;
        const waits = [];
        for (const job of this.jobs.values()) {
            const mine = job.takeEnd();
            job.leaseEnds = Math.min(job.leaseEnds, until);
            job.abort.abort();
            waits.push(mine ? this.giveBack(job) : this.reported(job, until));
        }
        await Promise.race([Promise.all(waits), after(REPORT_MS)]);
    }

    // A slot is just reporting this job.
    async reported(job, until) {
        while (this.jobs.has(job.token) && now() < until) await after(10);
    }
}

function aborted(signal) {
    return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function failure(code, type, message, retryable) {
    return { code, type, message, retryable };
}

function readOptions() {
    const text = (fallback) => ({ type: 'string', default: fallback });
    const { values } = parseArgs({ options: {
        url: text('http://127.0.0.1:8080'),
        queue: { type: 'string', multiple: true, default: ['default'] }, // may be repeated, the most urgent first
        concurrency: text('1'), // jobs at once
        lease: text('30'), // seconds without a heartbeat after which a job is lost
        wait: text('5'), // seconds of a long poll
        grace: text('25'), // seconds to finish in after SIGTERM
    } });
    for (const name of ['concurrency', 'lease', 'wait', 'grace']) values[name] = Number(values[name]);
    const { concurrency, lease, wait, grace } = values;
    const whole = Number.isInteger;
    if (!whole(concurrency) || concurrency < 1 || concurrency > HEARTBEAT_IDS_MAX) throw new Error('--concurrency is 1 to 64');
    if (!whole(lease) || lease < 1 || lease > 43200) throw new Error('--lease is 1 to 43200');
    // A poll may still bring a job, which has to be given back.
    if (!whole(wait) || wait < 1 || !(wait < grace)) throw new Error('--grace must be longer than --wait, and that at least 1');
    return values;
}

new Worker(readOptions()).run();

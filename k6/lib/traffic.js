// What users do: they ask for few people often and for many seldom, mostly read, and carry their tokens with them.
//
// A person's birthday never changes here: it follows from the name. So each answer can be judged word for word by any
// virtual user, though all of them write to all people.

import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import { format, greetings, plusDays } from './calendar.js';
import { ask, askAll, header, hello } from './client.js';
import { guarded } from './guarded.js';
import { parsed } from './json.js';
import { differs, faultsOfHead, faultsOfProblem, hold } from './promises.js';
import { generator, hash, letters } from './random.js';
import { BASE_URL, LEAP_DAY, count, text } from './settings.js';
import { versionOf } from './sync_token.js';
import { zipf } from './zipf.js';

export const USERS = count('USERS', 2000);
/** The Zipf distribution's exponent: 1 is what web caches see of their objects, near enough. */
export const EXPONENT = Number(text('ZIPF_EXPONENT', '1'));
if (!(EXPONENT > 0 && EXPONENT <= 3)) {
    throw new Error(`ZIPF_EXPONENT: expected a number above 0 and up to 3, found "${text('ZIPF_EXPONENT')}"`);
}
const SEED = text('SEED');
if (SEED !== undefined && !/^[0-9]{1,9}$/.test(SEED)) {
    throw new Error(`SEED: expected a whole number of at most nine digits, found "${SEED}"`);
}
const KNOWN_AT_FIRST = Math.min(USERS, 2000);

/** What of a hundred visits is what; the rest are GETs. Who writes reads it back, with the token. */
const PUT_PERCENT = 10;
const DELETE_PERCENT = 4;
const REFUSED_PERCENT = 2;
const REQUESTS_OF_A_VISIT = 1 + (PUT_PERCENT + DELETE_PERCENT) / 100;

/** k6's arrival rate for so many requests a second. */
export function arrivals(requestsPerSecond) {
    return { rate: Math.round((requestsPerSecond / REQUESTS_OF_A_VISIT) * 1000), timeUnit: '1000s' };
}

/** The visits that make so many requests. */
export function visits(requests) {
    return requests / REQUESTS_OF_A_VISIT;
}

/** What a gate can say of this traffic. */
export const PROMISES = {
    status: 'statuses are those of the contract',
    greeting: 'greetings are right, word for word',
    token: 'nothing is older than its token',
    problem: 'failures are problems (RFC 9457)',
    head: 'every answer has its headers',
};

const staleReads = new Rate('stale_reads');
const readsWithToken = new Counter('reads_with_token');
const lateness = new Trend('generator_lateness', true);
const started = new Counter('generator_iterations');
const lateHeads = new Counter('generator_late_heads');
/** Latency by operation and slice of the run, for the charts. */
export const overTime = new Trend('latency_over_time', true);

const sample = zipf(USERS, EXPONENT);
// Of this virtual user: what it has seen of whom, as { token, known }.
const seen = new Map();

/** Chooses the seed of the run, prints it, and makes the most popular people known. To be called by `setup`. */
export function prepare() {
    const seed = SEED === undefined ? Date.now() % 1000000000 : Number(SEED);
    console.log(`SEED=${seed} USERS=${USERS} ZIPF_EXPONENT=${EXPONENT} BASE_URL=${BASE_URL}`);
    const ranks = Array.from({ length: KNOWN_AT_FIRST }, (_, index) => index + 1);
    askAll(ranks.map((rank) => putOf(nameOf(seed, rank))), { phase: 'preparing' });
    return { seed };
}

/** Forgets everybody whom the run can have made, which the seed tells. To be called by `teardown`. */
export function forget({ seed }, iterations) {
    const ranks = new Set(Array.from({ length: KNOWN_AT_FIRST }, (_, index) => index + 1));
    for (let index = 0; index < iterations; index += 1) {
        const { operation, rank } = chosen(seed, index);
        if (operation === 'put') {
            ranks.add(rank);
        }
    }
    const requests = [...ranks].map((rank) => ({ method: 'DELETE', path: hello(nameOf(seed, rank)) }));
    askAll(requests, { phase: 'cleaning up' });
}

/** One visit in a scenario of so many requests a second; `slice` tells from milliseconds where in the run it is. */
export function iterate({ seed }, { rate, offset = 0, slice, base = BASE_URL }) {
    guarded(() => {
        const { startTime, iterationInTest } = exec.scenario;
        if (rate !== undefined) {
            lateness.add(Math.max(0, Date.now() - startTime - (iterationInTest * 1000) / visits(rate)));
        }
        started.add(1);
        const { operation, rank, random } = chosen(seed, offset + iterationInTest);
        const answer = OPERATIONS[operation](nameOf(seed, rank), random, { base });
        if (slice !== undefined) {
            overTime.add(answer.ms, { operation, slice: String(slice(Date.now() - startTime)) });
        }
    });
}

/** The operation and the person of an iteration: the same for the same seed, whichever virtual user plays it. */
export function chosen(seed, index) {
    const random = generator(seed, index);
    const point = random() * 100;
    const rank = sample(random);
    const shares = [['put', PUT_PERCENT], ['delete', DELETE_PERCENT], ['refused', REFUSED_PERCENT]];
    let upTo = 0;
    for (const [operation, percent] of shares) {
        upTo += percent;
        if (point < upTo) {
            return { operation, rank, random };
        }
    }
    return { operation: 'get', rank, random };
}

/** The person of a rank: letters only, and of this run alone. */
export function nameOf(seed, rank) {
    return `K${letters(seed)}R${letters(rank)}`;
}

/** When a person was born: any day of the last century, 29 February too. */
export function bornOn(name) {
    return plusDays({ year: 1920, month: 1, day: 1 }, hash(name) % 36525);
}

function putOf(name) {
    return { method: 'PUT', path: hello(name), body: JSON.stringify({ dateOfBirth: format(bornOn(name)) }) };
}

const OPERATIONS = {
    get: (name, _, options) => get(name, options),
    put: (name, _, options) => readBack(name, write('PUT', name, putOf(name).body, options), options),
    delete: (name, _, options) => readBack(name, write('DELETE', name, null, options), options),
    refused: (name, random, options) => refused(name, random, options),
};

function readBack(name, answer, options) {
    get(name, options);
    return answer;
}

/** Reads with what has been seen; the answer must be right, and no older. */
export function get(name, { base } = {}) {
    const before = seen.get(name);
    const answer = ask('GET', hello(name), { base, headers: tokenHeader(before) });
    judgeHead(answer, [200, 404]);
    if (before !== undefined) {
        const problem = answer.status === 503 ? parsed(answer.body) : undefined;
        readsWithToken.add(1);
        staleReads.add(problem !== undefined && problem !== null && problem.code === 'sync_unavailable');
    }
    if (answer.status !== 200 && answer.status !== 404) {
        return answer;
    }
    const token = header(answer, 'Sync-Token');
    if (answer.status === 200) {
        const right = greetings(name, bornOn(name), Date.now(), { leapDay: LEAP_DAY });
        const body = parsed(answer.body);
        const said = body === undefined || body === null ? answer.body : body.message;
        hold('greeting', 'a greeting is right', right.includes(said) ? [] : differs('it', right.join(' or '), said));
    }
    hold('token', 'a read is no older than its token', agesOf(answer, token, before));
    if (token !== undefined) {
        seen.set(name, { token, known: answer.status === 200 });
    }
    return answer;
}

// Of two answers of one version the same must be said: a 404 to who has seen a greeting is a lost write.
function agesOf(answer, token, before) {
    if (answer.status === 200 && versionOf(token) === undefined) {
        return [`the token of a greeting is ${JSON.stringify(token)}`];
    }
    if (before === undefined) {
        return [];
    }
    const [was, is] = [versionOf(before.token), versionOf(token)];
    if (is === undefined || is < was) {
        return [`version ${is} came where ${was} had been seen`];
    }
    const known = answer.status === 200;
    return is === was && known !== before.known ? [`version ${is} is ${known ? '' : 'not '}known, and was before otherwise`] : [];
}

/** Writes over what has been seen; the version must grow. */
export function write(method, name, body, { base } = {}) {
    const before = seen.get(name);
    const answer = ask(method, hello(name), { base, headers: tokenHeader(before), body });
    judgeHead(answer, [204]);
    if (answer.status === 204) {
        const token = header(answer, 'Sync-Token');
        const version = versionOf(token);
        const grew = version !== undefined && (before === undefined || version > versionOf(before.token));
        const was = before === undefined ? '' : `, after ${versionOf(before.token)}`;
        hold('token', 'a write is newer than what it overwrites', grew ? [] : [`its version is ${version}${was}`]);
        if (version !== undefined) {
            seen.set(name, { token, known: method === 'PUT' });
        }
    }
    return answer;
}

// Users make mistakes; each must be told what to mend.
function refused(name, random, { base }) {
    const mistakes = [
        () => [ask('GET', hello(`${name}7`), { base, tags: REFUSED }), 'username_invalid'],
        () => [ask('GET', hello(name), { base, headers: { 'Sync-Token': 'x' }, tags: REFUSED }), 'sync_token_invalid'],
        () => [
            ask('PUT', hello(name), { base, body: '{"dateOfBirth":"2021-02-29"}', tags: REFUSED }),
            'date_of_birth_invalid',
        ],
    ];
    const [answer, code] = mistakes[Math.floor(random() * mistakes.length)]();
    judgeHead(answer, [400], code);
    return answer;
}

// Their latency is told apart: a refusal costs next to nothing.
const REFUSED = { operation: 'refused' };

/** What too much load may be answered with. */
const SHED = ['overloaded', 'deadline_exceeded'];

function judgeHead(answer, statuses, code) {
    if (answer.status === 0) {
        // No answer at all, which availability counts.
        return;
    }
    // The parser's own words to who opens a connection and is seconds late with the head.
    const tooLate = answer.status === 408 && header(answer, 'X-Request-Id') === undefined;
    lateHeads.add(tooLate ? 1 : 0);
    if (tooLate) {
        return;
    }
    // So does it a 5xx; what is wrong with its form is told below.
    const expected = statuses.includes(answer.status) || answer.status >= 500;
    const among = statuses.join(' or ');
    hold('status', 'a status is of the contract', expected ? [] : [`${answer.method} says ${answer.status}, not ${among}`]);
    hold('head', 'an answer has its headers', faultsOfHead(answer));
    if (answer.status >= 400) {
        hold('problem', 'a failure is a problem', faultsOfProblem(answer, answer.status === 400 ? code : undefined));
    }
    if (answer.status >= 500) {
        const problem = parsed(answer.body);
        const shed = SHED.includes(problem && problem.code);
        hold('shedding', 'a 5xx says that it is too much', shed ? [] : [`${answer.status} ${answer.body}`]);
    }
}

function tokenHeader(before) {
    return before === undefined ? {} : { 'Sync-Token': before.token };
}

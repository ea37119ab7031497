// Is it one service from everywhere? Clients in each region ask the one geo-routed address and carry their tokens to other
// regions; half-way the caller of this script may take a region away. Nobody may see less than he has seen, and every
// request must be answered in the end, with the few retries that the contract allows.
//
// The clients' addresses are k6's: `--local-ips 198.18.0.33,198.18.0.65,198.18.0.97`; virtual user n has the n-th of them,
// over and over. REGIONS names their regions in the same order.

import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

import { format, greetings, plusDays } from './lib/calendar.js';
import { askAll, header, hello, persist } from './lib/client.js';
import { gate, promises, sound } from './lib/gates.js';
import { guarded } from './lib/guarded.js';
import { parsed } from './lib/json.js';
import { differs, faultsOfHead, faultsOfProblem, hold } from './lib/promises.js';
import { generator, letters } from './lib/random.js';
import { SLICES, files, options as optionsOf } from './lib/report.js';
import { BASE_URL, LEAP_DAY, addresses, count, seconds, text } from './lib/settings.js';
import { versionOf } from './lib/sync_token.js';
import { overTime } from './lib/traffic.js';

const REGIONS = text('REGIONS', 'eu,us,ap').split(',');
/** Each region's own address, past the balancer, in the order of REGIONS: where a client that travels asks. */
const PEER_URLS = addresses('PEER_URLS');
const DURATION = seconds('DURATION', '60s');
/** Clients in each region. */
const CLIENTS = count('CLIENTS', 4);
/** How often each of them writes and reads, a second. */
const RATE = count('RATE', 5);
/** For so long from the start each client must be served where it is; 0: never. */
const AT_HOME = seconds('AT_HOME', '10s');
/** How many times a request may be tried again. */
const RETRIES = 3;

const answers = new Counter('answers');
const retries = new Counter('retries');
const unanswered = new Counter('unanswered');

const PROMISES = {
    fresh: 'what was written in one region is read in the next, at once',
    problem: 'failures are problems (RFC 9457)',
    head: 'every answer has its headers',
    ...(AT_HOME > 0 && { home: `clients are served where they are, in the first ${AT_HOME} s` }),
};

const served = REGIONS.map((region) => `answers{answered_by:${region}}`);
const iterations = Math.floor(REGIONS.length * CLIENTS * RATE * DURATION * 0.5);
const gates = [
    gate(
        'every request is answered in the end',
        `all, with at most ${RETRIES} retries`,
        { unanswered: ['count==0'], answers: ['count>0'] },
        (values) =>
            `${values('unanswered').count || 0} unanswered, ${values('retries').count || 0} retries, ${values('answers').count || 0} answers`,
    ),
    ...promises(PROMISES),
    gate(
        'every region serves',
        'all of them',
        Object.fromEntries(served.map((metric) => [metric, ['count>0']])),
        (values) => REGIONS.map((region, index) => `${region} ${values(served[index]).count || 0}`).join(', '),
    ),
    gate(
        'the generator kept up',
        `at least ${iterations} rounds, half of what would come if nothing ever waited`,
        { 'iterations{scenario:clients}': [`count>=${iterations}`] },
        (values) => `${values('iterations{scenario:clients}').count || 0} rounds`,
        { validity: true },
    ),
    sound(),
];

export const options = optionsOf(
    'regions',
    gates,
    {
        clients: {
            executor: 'constant-vus',
            vus: REGIONS.length * CLIENTS,
            duration: `${DURATION}s`,
            gracefulStop: '20s',
            tags: { phase: 'measured' },
        },
    },
    { slices: SLICES, kept: { retries: ['count>=0'] } },
);
// One round of each virtual user in so much time at least.
options.minIterationDuration = `${1000 / RATE}ms`;

export function setup() {
    return { run: Date.now() % 1000000000 };
}

// Of this virtual user alone: its person, what it last wrote, and with which token.
let person;
let token;
let born;
let round = 0;

export default function ({ run }) {
    guarded(() => {
        const home = REGIONS[(exec.vu.idInInstance - 1) % REGIONS.length];
        person = person || nameOf(run, exec.vu.idInTest);
        const random = generator(run, exec.vu.idInTest * 1000003 + round);
        if ((round + exec.vu.idInTest) % 10 === 9) {
            remove(home);
        } else {
            write(home, random);
        }
        read(home, random);
        round += 1;
    });
}

function nameOf(run, client) {
    return `G${letters(run)}C${letters(client)}`;
}

function write(home, random) {
    const next = plusDays({ year: 1920, month: 1, day: 1 }, Math.floor(random() * 36525));
    const answer = at(BASE_URL, 'PUT', home, { body: JSON.stringify({ dateOfBirth: format(next) }) });
    if (answer !== undefined && judged(answer, 204)) {
        born = next;
        token = header(answer, 'Sync-Token');
    }
}

function remove(home) {
    const answer = at(BASE_URL, 'DELETE', home, {});
    if (answer !== undefined && judged(answer, 204)) {
        born = undefined;
        token = header(answer, 'Sync-Token');
    }
}

// At another region's own address, as a client that has travelled; if nobody answers there, at the geo-routed one.
function read(home, random) {
    if (token === undefined) {
        return;
    }
    const others = PEER_URLS.filter((_, index) => REGIONS[index] !== home || PEER_URLS.length === 1);
    const base = others.length === 0 ? BASE_URL : others[Math.floor(random() * others.length)];
    const answer = at(base, 'GET', home, {});
    if (answer === undefined) {
        return;
    }
    const body = parsed(answer.body);
    const words = born === undefined ? [] : greetings(person, born, Date.now(), { leapDay: LEAP_DAY });
    const right = born === undefined ? answer.status === 404 : answer.status === 200 && words.includes((body || {}).message);
    const [was, is] = [versionOf(token), versionOf(header(answer, 'Sync-Token'))];
    hold('fresh', 'a read with the token of a write', [
        ...(right ? [] : [`${answer.status} ${answer.body}, not ${words[0] || 'a 404'}`]),
        ...(is >= was ? [] : [`version ${is} came where ${was} had been written`]),
    ]);
    if (answer.status >= 400) {
        hold('problem', 'a failure is a problem', faultsOfProblem(answer));
    }
}

/** One request and its retries; undefined where it was never answered. */
function at(base, method, home, { body }) {
    const began = Date.now();
    const headers = token === undefined ? {} : { 'Sync-Token': token };
    const { answer, tries } = persist(method, hello(person), { base, elsewhere: BASE_URL, headers, body, retries: RETRIES });
    retries.add(tries - 1);
    if (answer.status === 0 || answer.status >= 500) {
        unanswered.add(1);
        console.error(`unanswered after ${tries} tries: ${method} at ${base} says ${answer.status} ${answer.error} ${answer.body}`);
        return undefined;
    }
    const region = header(answer, 'Region') || 'none';
    const ms = began - exec.scenario.startTime;
    answers.add(1, { answered_by: region });
    overTime.add(Date.now() - began, {
        operation: method.toLowerCase(),
        slice: String(Math.min(SLICES - 1, Math.max(0, Math.floor((ms / 1000 / DURATION) * SLICES)))),
    });
    hold('head', 'an answer has its headers', faultsOfHead(answer));
    if (base === BASE_URL && tries === 1 && ms < AT_HOME * 1000) {
        hold('home', 'a client is served where it is', differs('Region', home, region));
    }
    return answer;
}

function judged(answer, status) {
    return hold('fresh', `${answer.method} is done`, differs('status', status, answer.status));
}

export function teardown({ run }) {
    const clients = Array.from({ length: REGIONS.length * CLIENTS }, (_, index) => index + 1);
    askAll(clients.map((client) => ({ method: 'DELETE', path: hello(nameOf(run, client)) })), { phase: 'cleaning up' });
}

export function handleSummary(data) {
    const count = (metric) => (data.metrics[metric] && data.metrics[metric].values.count) || 0;
    return files('regions', gates, data, {
        slices: SLICES,
        sliceSeconds: DURATION / SLICES,
        seconds: DURATION,
        more: {
            answers_by_region: Object.fromEntries(REGIONS.map((region, index) => [region, count(served[index])])),
            retries: count('retries'),
            unanswered: count('unanswered'),
        },
    });
}

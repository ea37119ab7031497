// Does it stay as it is? A steady load for long, while memory and open files of one instance are watched at ADMIN_URL.

import http from 'k6/http';
import { sleep } from 'k6';
import { Counter, Gauge, Trend } from 'k6/metrics';

import { parse, sum } from './lib/exposition.js';
import { availability, freshness, gate, latency, promises, sound, validity } from './lib/gates.js';
import { guarded } from './lib/guarded.js';
import { phase } from './lib/phases.js';
import { SLICES, files, options as optionsOf } from './lib/report.js';
import { address, count, seconds } from './lib/settings.js';
import { lines } from './lib/svg.js';
import { PROMISES, forget, iterate, prepare, visits } from './lib/traffic.js';

const RATE = count('RATE', 50);
const DURATION = seconds('DURATION', '30m');
const WARMUP = seconds('WARMUP', '1m');
const ADMIN_URL = address('ADMIN_URL', 'http://127.0.0.1:9180');
/** Between the first quarter of the time and the last: files beside the connections of clients, and memory. */
const DESCRIPTORS_MOST = 8;
const MEMORY_MOST_MIB = 32;
const MEMORY_MOST_SHARE = 0.2;
const MIB = 1048576;

const samples = new Counter('process_samples');
const descriptors = new Trend('process_descriptors');
const memory = new Trend('process_memory_mib');
const descriptorsGrowth = new Gauge('process_descriptors_growth');
const memoryGrowth = new Gauge('process_memory_growth_mib');
const memoryUsed = new Gauge('process_memory_growth_share');

/** Enough for a median of each quarter. */
const SAMPLES = 12;
const some = { process_samples: ['count>0'] };
const gates = [
    gate(
        'descriptors',
        `at most ${DESCRIPTORS_MOST} more, beside the connections of clients`,
        { ...some, process_descriptors_growth: [`value<=${DESCRIPTORS_MOST}`] },
        (values) => `${values('process_descriptors_growth').value} more`,
    ),
    gate(
        'memory',
        `at most ${MEMORY_MOST_MIB} MiB or ${MEMORY_MOST_SHARE * 100} % more`,
        { ...some, process_memory_growth_share: ['value<=1'] },
        (values) => `${Number((values('process_memory_growth_mib').value || 0).toFixed(1))} MiB more`,
    ),
    availability(),
    ...latency(),
    freshness(),
    ...promises(PROMISES),
    ...validity('measured', visits(RATE * DURATION)),
    gate(
        'the watch kept up',
        `at least ${SAMPLES} looks at ${ADMIN_URL}/metrics`,
        { process_samples: [`count>=${SAMPLES}`] },
        (values) => `${values('process_samples').count || 0} looks`,
        { validity: true },
    ),
    sound(),
];

const slicesOf = (metric) => Array.from({ length: SLICES }, (_, slice) => `${metric}{slice:${slice}}`);
const watched = [...slicesOf('process_descriptors'), ...slicesOf('process_memory_mib')];

export const options = optionsOf(
    'soak',
    gates,
    {
        ...(WARMUP > 0 && phase('warm_up', { rate: RATE, start: 0, seconds: WARMUP, exec: 'warmUp', grace: 5 })),
        ...phase('measured', { rate: RATE, start: WARMUP, seconds: DURATION }),
        watch: {
            executor: 'per-vu-iterations',
            vus: 1,
            iterations: 1,
            exec: 'watch',
            startTime: `${WARMUP}s`,
            maxDuration: `${DURATION + 30}s`,
            tags: { phase: 'watching' },
        },
    },
    {
        slices: SLICES,
        kept: {
            ...Object.fromEntries(watched.map((metric) => [metric, ['min>=0']])),
            process_memory_growth_mib: ['value<=Infinity'],
        },
    },
);

export function setup() {
    return prepare();
}

export function warmUp(run) {
    iterate(run, { rate: RATE });
}

const sliceAt = (ms) => Math.min(SLICES - 1, Math.floor((ms / 1000 / DURATION) * SLICES));

export default function (run) {
    iterate(run, { rate: RATE, offset: Math.ceil(visits(RATE * WARMUP)), slice: sliceAt });
}

export function watch() {
    guarded(() => {
        const began = Date.now();
        const seen = [];
        while (Date.now() - began < DURATION * 1000) {
            const now = look(sliceAt(Date.now() - began));
            if (now !== undefined) {
                seen.push(now);
            }
            sleep(Math.max(0.1, DURATION / 120));
        }
        judge(seen);
    });
}

function look(slice) {
    const answer = http.get(`${ADMIN_URL}/metrics`, { tags: { name: 'GET /metrics', operation: 'watch' } });
    if (answer.status !== 200) {
        return undefined;
    }
    const page = parse(answer.body);
    const open = sum(page, 'process_open_fds') - sum(page, 'jubilee_http_connections');
    const mib = sum(page, 'process_resident_memory_bytes') / MIB;
    if (Number.isNaN(open) || Number.isNaN(mib)) {
        throw new Error(`${ADMIN_URL}/metrics does not tell of open files, connections or memory`);
    }
    samples.add(1);
    descriptors.add(open, { slice: String(slice) });
    memory.add(mib, { slice: String(slice) });
    return { open, mib };
}

function judge(seen) {
    const quarter = Math.max(1, Math.floor(seen.length / 4));
    const growth = (key) => {
        const [first, last] = [seen.slice(0, quarter), seen.slice(-quarter)].map((part) => median(part.map((one) => one[key])));
        return { first, grown: last - first };
    };
    if (seen.length === 0) {
        return;
    }
    descriptorsGrowth.add(growth('open').grown);
    const { first, grown } = growth('mib');
    memoryGrowth.add(grown);
    memoryUsed.add(grown / Math.max(MEMORY_MOST_MIB, first * MEMORY_MOST_SHARE));
}

function median(numbers) {
    const sorted = [...numbers].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)];
}

export function teardown(run) {
    forget(run, Math.ceil(visits(RATE * (WARMUP + DURATION))) + 2);
}

export function handleSummary(data) {
    const chart = (title, metric, unit) => {
        const points = slicesOf(metric)
            .map((name, slice) => ({ x: (slice * DURATION) / SLICES, values: (data.metrics[name] || {}).values || {} }))
            .filter(({ values }) => values.count > 0)
            .map(({ x, values }) => ({ x, y: values.max }));
        return lines(title, [{ name: title, colour: 0, points }], { x: 's', y: unit, from: 0 });
    };
    const charts = [
        chart('Open files beside the connections of clients', 'process_descriptors', ''),
        chart('Resident memory', 'process_memory_mib', 'MiB'),
    ];
    return files('soak', gates, data, { slices: SLICES, sliceSeconds: DURATION / SLICES, seconds: DURATION, charts });
}

// Is this version as good as its objectives say, and no slower than the one before? A steady load of an open loop: what is
// due is sent when it is due, however slow the answers are.

import { against, availability, freshness, latency, promises, validity } from './lib/gates.js';
import { SLICES, files, options as optionsOf } from './lib/report.js';
import { BASELINE, baseline } from './lib/baseline.js';
import { count, seconds } from './lib/settings.js';
import { PROMISES, USERS, arrivals, forget, iterate, prepare, visits } from './lib/traffic.js';

const RATE = count('RATE', 100);
const DURATION = seconds('DURATION', '60s');
const WARMUP = seconds('WARMUP', '10s');

const gates = [
    availability(),
    ...latency(),
    freshness(),
    ...promises(PROMISES),
    ...(BASELINE === undefined ? [] : against(baseline())),
    ...validity('measured', visits(RATE * DURATION)),
];

const arriving = {
    executor: 'constant-arrival-rate',
    ...arrivals(RATE),
    // Enough for answers that take a second: who waits must not keep others from asking.
    preAllocatedVUs: Math.max(10, RATE),
    maxVUs: Math.max(10, RATE * 3),
};

export const options = optionsOf(
    gates,
    {
        ...(WARMUP > 0 && {
            warm_up: { ...arriving, exec: 'warmUp', duration: `${WARMUP}s`, tags: { phase: 'warm-up' }, gracefulStop: '5s' },
        }),
        measured: { ...arriving, startTime: `${WARMUP}s`, duration: `${DURATION}s`, tags: { phase: 'measured' }, gracefulStop: '10s' },
    },
    { slices: SLICES, more: { setupTimeout: '2m', teardownTimeout: '2m' } },
);

export function setup() {
    return prepare();
}

export function warmUp(run) {
    iterate(run, { rate: RATE });
}

export default function (run) {
    const slice = (ms) => Math.min(SLICES - 1, Math.floor((ms / 1000 / DURATION) * SLICES));
    iterate(run, { rate: RATE, offset: Math.ceil(visits(RATE * WARMUP)), slice });
}

export function teardown(run) {
    forget(run, Math.ceil(visits(RATE * (WARMUP + DURATION))) + 2);
}

export function handleSummary(data) {
    return files('load', gates, data, {
        slices: SLICES,
        sliceSeconds: DURATION / SLICES,
        seconds: DURATION,
        more: { rate: RATE, users: USERS, seed: data.setup_data && data.setup_data.seed },
    });
}

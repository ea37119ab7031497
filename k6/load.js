// Is this version as good as its objectives say, and no slower than the one before? A steady load of an open loop: what is
// due is sent when it is due, however slow the answers are.

import { BASELINE, baseline } from './lib/baseline.js';
import { against, availability, freshness, latency, promises, sound, validity } from './lib/gates.js';
import { phase } from './lib/phases.js';
import { SLICES, files, options as optionsOf } from './lib/report.js';
import { count, seconds } from './lib/settings.js';
import { PROMISES, USERS, forget, iterate, prepare, visits } from './lib/traffic.js';

const RATE = count('RATE', 100);
const DURATION = seconds('DURATION', '60s');
const WARMUP = seconds('WARMUP', '10s');
if (RATE * DURATION < 200) {
    throw new Error(`RATE ${RATE} for ${DURATION} s: a p99 of fewer than 200 requests says nothing`);
}

const gates = [
    availability(),
    ...latency(),
    freshness(),
    ...promises(PROMISES),
    ...(BASELINE === undefined ? [] : against(baseline())),
    ...validity('measured', visits(RATE * DURATION)),
    sound(),
];

export const options = optionsOf(
    'load',
    gates,
    {
        ...(WARMUP > 0 && phase('warm_up', { rate: RATE, start: 0, seconds: WARMUP, exec: 'warmUp', grace: 5 })),
        ...phase('measured', { rate: RATE, start: WARMUP, seconds: DURATION }),
    },
    { slices: SLICES },
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

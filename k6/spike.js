// What does a sudden crowd do? Many times the load for a short time. The service may refuse some of it, but in form and
// never wrongly, and just afterwards all is as before.

import exec from 'k6/execution';

import { availability, latency, promises, shedding, sound, validity } from './lib/gates.js';
import { kept, phase } from './lib/phases.js';
import { SLICES, files, options as optionsOf } from './lib/report.js';
import { count, seconds } from './lib/settings.js';
import { PROMISES, forget, iterate, prepare, visits } from './lib/traffic.js';

const RATE = count('RATE', 50);
const TIMES = count('TIMES', 10);
const CALM = seconds('CALM', '15s');
const SPIKE = seconds('SPIKE', '10s');
/** How soon after the spike all must be well. */
const SETTLE = seconds('SETTLE', '3s');

const parts = [
    { name: 'before', rate: RATE, start: 0, seconds: CALM },
    { name: 'spike', rate: RATE * TIMES, start: CALM, seconds: SPIKE },
    { name: 'after', rate: RATE, start: CALM + SPIKE + SETTLE, seconds: CALM },
];
const whole = CALM + SPIKE + SETTLE + CALM;
const phases = parts.map(({ name }) => name);

const gates = [
    availability('before', 'availability before'),
    ...latency('before', ' before'),
    shedding(),
    ...promises(PROMISES, null),
    availability('after', 'availability afterwards'),
    ...latency('after', ' afterwards'),
    ...validity('before', visits(RATE * CALM), { when: ' before' }),
    // Who answers slowly or late keeps virtual users busy; the spike must still have been one.
    ...validity('spike', visits(RATE * TIMES * SPIKE), { when: ' in the spike', share: 0.8, lateMs: 2000 }).slice(1),
    ...validity('after', visits(RATE * CALM), { when: ' afterwards' }),
    sound(),
];

export const options = optionsOf(
    'spike',
    gates,
    Object.assign({}, ...parts.map((part) => phase(part.name, { ...part, exec: 'part', grace: SETTLE }))),
    {
        phases,
        slices: SLICES,
        kept: Object.assign({ 'promises_kept{promise:shedding}': ['count>=0'] }, ...parts.map(({ name }) => kept(name))),
    },
);

export function setup() {
    return prepare();
}

export function part(run) {
    const index = parts.findIndex(({ name }) => name === exec.scenario.name);
    const { rate, start } = parts[index];
    const slice = (ms) => Math.min(SLICES - 1, Math.floor(((start + ms / 1000) / whole) * SLICES));
    iterate(run, { rate, offset: offsetOf(index), slice });
}

export function teardown(run) {
    forget(run, offsetOf(parts.length));
}

/** The visits of all parts before this one. */
function offsetOf(index) {
    return parts.slice(0, index).reduce((sum, one) => sum + Math.ceil(visits(one.rate * one.seconds)) + 1, 0);
}

export function handleSummary(data) {
    return files('spike', gates, data, {
        phases,
        slices: SLICES,
        sliceSeconds: whole / SLICES,
        seconds: whole - SETTLE,
        more: { rate: RATE, times: TIMES },
    });
}

// How much can be borne? The load grows step by step; the last step that all objectives held is the knee. Beyond it the
// service may refuse, but in form and never wrongly, and once the load is over it must be well again.

import exec from 'k6/execution';

import { availability, latency, percent, promises, shedding, sound, validity } from './lib/gates.js';
import { ERROR_BUDGET, OBJECTIVES } from './lib/objectives.js';
import { figures, kept, phase } from './lib/phases.js';
import { files, options as optionsOf } from './lib/report.js';
import { count, seconds, text } from './lib/settings.js';
import { lines } from './lib/svg.js';
import { PROMISES, forget, iterate, prepare, visits } from './lib/traffic.js';

/** What must be borne, in requests a second: the first step. */
const RATE = count('RATE', 100);
const STEPS = count('STEPS', 8);
const STEP = seconds('STEP', '10s');
const GROWTH = Number(text('GROWTH', '1.5'));
if (!(GROWTH > 1 && GROWTH <= 10)) {
    throw new Error(`GROWTH: expected a number above 1 and up to 10, found "${text('GROWTH')}"`);
}
/** Between the last step and the recovery. */
const REST = seconds('REST', '5s');

const STRIDE = STEP + 1;
const rates = Array.from({ length: STEPS }, (_, index) => Math.round(RATE * Math.pow(GROWTH, index)));
const steps = rates.map((rate, index) => ({ name: `step_${index}`, rate, start: index * STRIDE }));
const recovery = { name: 'recovery', rate: RATE, start: STEPS * STRIDE + REST };
const all = [...steps, recovery];
const phases = all.map(({ name }) => name);

const gates = [
    availability('step_0', `availability at ${RATE} a second`),
    ...latency('step_0', ` at ${RATE} a second`),
    shedding(),
    ...promises(PROMISES, null),
    availability('recovery', 'availability afterwards'),
    ...latency('recovery', ' afterwards'),
    ...validity('step_0', visits(RATE * STEP), { when: ` at ${RATE} a second` }),
    ...validity('recovery', visits(RATE * STEP), { when: ' afterwards' }),
    sound(),
];

export const options = optionsOf(
    'stress',
    gates,
    Object.assign({}, ...all.map((step) => phase(step.name, { ...step, seconds: STEP, exec: 'step', grace: 3 }))),
    { phases, kept: Object.assign({ 'promises_kept{promise:shedding}': ['count>=0'] }, ...all.map((step) => kept(step.name))) },
);

export function setup() {
    return prepare();
}

export function step(run) {
    const index = all.findIndex(({ name }) => name === exec.scenario.name);
    iterate(run, { rate: all[index].rate, offset: offsetOf(index) });
}

export function teardown(run) {
    forget(run, offsetOf(all.length));
}

/** The visits of all steps before this one. */
function offsetOf(index) {
    return all.slice(0, index).reduce((sum, { rate }) => sum + Math.ceil(visits(rate * STEP)) + 1, 0);
}

export function handleSummary(data) {
    const told = steps.map((step) => ({ rate: step.rate, ...judgedStep(step, figures(data, step.name)) }));
    const broken = told.findIndex((step) => step.limited_by !== null);
    const borne = broken === -1 ? told : told.slice(0, broken);
    const knee = {
        requests_per_second: borne.length === 0 ? 0 : borne[borne.length - 1].rate,
        // Where nothing broke, or the generator did first, the true knee lies higher.
        limited_by: broken === -1 ? 'the last step' : told[broken].limited_by,
    };
    console.log(`the knee: ${knee.requests_per_second} requests a second, limited by ${knee.limited_by}`);
    return files('stress', gates, data, {
        phases,
        seconds: all.length * STEP,
        more: { knee, steps: told },
        charts: charts(told, knee),
    });
}

function judgedStep({ rate }, { latency: { med, 'p(99)': p99, count: reads }, failed, visits: made, dropped, late }) {
    const below = OBJECTIVES.get_latency.below_ms;
    const tooSlow = !(p99 < below) || !(reads > 0);
    const short = dropped > 0 || made < visits(rate * STEP) * 0.95 || late > 250;
    const causes = [[failed > ERROR_BUDGET, 'errors'], [tooSlow, 'latency'], [short, 'the generator']];
    const found = causes.find(([holds]) => holds);
    return {
        p50_ms: med,
        p99_ms: p99,
        failed: percent(failed),
        dropped_iterations: dropped,
        limited_by: found === undefined ? null : found[1],
    };
}

function charts(told, knee) {
    const series = [['p50', 'p50_ms', 0], ['p99', 'p99_ms', 3]].map(([name, key, colour]) => ({
        name,
        colour,
        points: told.map((step) => ({ x: step.rate, y: step[key] || 0 })),
    }));
    const marks = [{ x: knee.requests_per_second, name: 'knee' }];
    return [lines('GET by load', series, { x: 'requests a second', y: 'ms' }, marks)];
}

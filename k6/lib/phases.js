// Parts of a run, one after the other, each with a load of its own.

import { count } from './settings.js';
import { arrivals } from './traffic.js';

/** The most virtual users of a phase; by default enough for answers that take three seconds. */
const VUS = count('VUS', 999999);

/**
 * A scenario that starts so many requests a second, however slow the answers are. Its name is its phase.
 *
 * @param {string} name by which its figures are kept apart
 * @param {{rate: number, start: number, seconds: number, exec?: string, grace?: number}} options times in seconds
 */
export function phase(name, { rate, start, seconds, exec = 'default', grace = 10 }) {
    return {
        [name]: {
            executor: 'constant-arrival-rate',
            ...arrivals(rate),
            startTime: `${start}s`,
            duration: `${seconds}s`,
            gracefulStop: `${grace}s`,
            // Enough for answers that take a second: who waits must not keep others from asking.
            preAllocatedVUs: Math.min(VUS, Math.max(10, Math.ceil(rate))),
            maxVUs: Math.min(VUS, Math.max(10, Math.ceil(rate * 3))),
            exec,
            tags: { phase: name },
        },
    };
}

/** The names of phases that a chart can show, with what k6 kept of each. */
export function figures(data, phase) {
    const values = (metric) => (data.metrics[metric] && data.metrics[metric].values) || {};
    return {
        latency: values(`http_req_duration{operation:get,phase:${phase}}`),
        failed: values(`http_req_failed{phase:${phase}}`).rate || 0,
        asked: values(`http_reqs{phase:${phase}}`).count || 0,
        visits: values(`generator_iterations{scenario:${phase}}`).count || 0,
        dropped: values(`dropped_iterations{scenario:${phase}}`).count || 0,
        late: values(`generator_lateness{scenario:${phase}}`)['p(99)'] || 0,
    };
}

/** Thresholds that always hold, so that k6 keeps these figures. */
export function kept(phase) {
    return {
        [`http_req_duration{operation:get,phase:${phase}}`]: ['min>=0'],
        [`http_req_failed{phase:${phase}}`]: ['rate>=0'],
        [`http_reqs{phase:${phase}}`]: ['count>=0'],
        [`generator_iterations{scenario:${phase}}`]: ['count>=0'],
        [`dropped_iterations{scenario:${phase}}`]: ['count>=0'],
        [`generator_lateness{scenario:${phase}}`]: ['min>=0'],
    };
}

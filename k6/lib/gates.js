// A gate: something measured, a limit, and whether the run passes. Each is made of thresholds, so that k6 itself ends with
// 99 when one is crossed; the report reads the same thresholds and cannot disagree.
//
// k6 lets a threshold pass when nothing was measured at all: a rate without samples is skipped, and a percentile of none
// is 0. So each gate has a second threshold that something was measured.

import { ERROR_BUDGET, OBJECTIVES, STALE_BUDGET } from './objectives.js';
import { seconds } from './settings.js';

/** How long after it was due a visit may begin, for 99 % of them. */
const LATE_MOST_MS = seconds('LATE_MOST', '250ms') * 1000;

/**
 * @param {string} name what is told when it stops a release
 * @param {string} limit what is allowed, in words
 * @param {object} thresholds of k6: metric → expressions
 * @param {function(function(string): object): string} measured what was found, from the values of a metric
 */
export function gate(name, limit, thresholds, measured, { validity = false } = {}) {
    return { name, limit, thresholds, measured, validity };
}

/** The thresholds of all gates, as k6's options want them. */
export function thresholdsOf(gates) {
    const all = {};
    for (const { thresholds } of gates) {
        for (const metric of Object.keys(thresholds)) {
            all[metric] = [...new Set([...(all[metric] || []), ...thresholds[metric]])];
        }
    }
    return all;
}

/** What became of each gate, from what k6 hands to `handleSummary`. */
export function judged(gates, metrics) {
    const values = (metric) => (metrics[metric] && metrics[metric].values) || {};
    return gates.map(({ name, limit, thresholds, measured, validity }) => ({
        name,
        limit,
        measured: measured(values),
        passed: Object.keys(thresholds).every((metric) =>
            thresholds[metric].every((expression) => passes(metrics[metric], expression)),
        ),
        validity,
    }));
}

// A threshold that is not there was not judged, which is no pass.
function passes(metric, expression) {
    const threshold = metric && metric.thresholds && metric.thresholds[expression];
    return threshold !== undefined && threshold.ok;
}

/** Each of these promises was put to the test and never broken; in one phase, or (null) in all. */
export function promises(names, phase = 'measured') {
    const during = phase === null ? '' : `phase:${phase},`;
    return Object.keys(names).map((promise) => {
        const kept = `promises_kept{${during}promise:${promise}}`;
        const broken = `promises_broken{${during}promise:${promise}}`;
        return gate(
            names[promise],
            'never broken',
            { [kept]: ['count>0'], [broken]: ['count==0'] },
            (values) => `kept ${values(kept).count || 0} times, broken ${values(broken).count || 0} times`,
        );
    });
}

/** Requests that failed, 5xx or no answer, stay within the error budget. */
export function availability(phase = 'measured', name = 'availability') {
    const failed = `http_req_failed{phase:${phase}}`;
    const asked = `http_reqs{phase:${phase}}`;
    return gate(
        name,
        `at most ${percent(ERROR_BUDGET)} of the requests fail`,
        { [failed]: [`rate<=${ERROR_BUDGET}`], [asked]: ['count>0'] },
        (values) => `${percent(values(failed).rate)} failed: ${values(failed).passes || 0} of ${values(asked).count || 0}`,
    );
}

/** GET and PUT are answered as fast as their objectives say. */
export function latency(phase = 'measured', when = '') {
    return ['get', 'put'].map((operation) => {
        const { target_percent: target, below_ms: below } = OBJECTIVES[`${operation}_latency`];
        const metric = duration(operation, phase);
        return gate(
            `${operation} latency${when}`,
            `${target} % below ${below} ms`,
            { [metric]: [`p(${target})<${below}`, 'min>0'] },
            (values) => `p${target} ${milliseconds(values(metric)[`p(${target})`])}`,
        );
    });
}

/** Of the reads with a token, few find nothing recent enough: what the client can see of the objective. */
export function freshness(phase = 'measured') {
    const stale = `stale_reads{phase:${phase}}`;
    const reads = `reads_with_token{phase:${phase}}`;
    return gate(
        'freshness',
        `at most ${percent(STALE_BUDGET)} of the reads with a token are told sync_unavailable`,
        { [stale]: [`rate<=${STALE_BUDGET}`], [reads]: ['count>0'] },
        (values) => `${percent(values(stale).rate)} of ${values(reads).count || 0}`,
    );
}

/** No slower than the version that ran just before, within what measuring itself varies by. */
export function against(baseline) {
    return ['get', 'put'].map((operation) => {
        const before = baseline.latency_ms[operation].p99;
        const most = Math.max(2 * before, before + NOISE_MS);
        const metric = duration(operation, 'measured');
        return gate(
            `${operation} p99 against the running version`,
            `at most ${milliseconds(most)}: twice ${milliseconds(before)}, or ${NOISE_MS} ms more`,
            { [metric]: [`p(99)<=${most}`, 'min>0'] },
            (values) => milliseconds(values(metric)['p(99)']),
        );
    });
}

/** What a p99 of a few milliseconds varies by from one run to the next, with nothing changed. */
const NOISE_MS = 5;

/** The run itself is worth something: the generator brought the load that was asked for, when it was due. */
export function validity(scenario, visits, { when = '', share = 0.95, lateMs = LATE_MOST_MS } = {}) {
    const dropped = `dropped_iterations{scenario:${scenario}}`;
    const late = `generator_lateness{scenario:${scenario}}`;
    const started = `generator_iterations{scenario:${scenario}}`;
    const heads = `generator_late_heads{scenario:${scenario}}`;
    const least = Math.floor(visits * share);
    return [
        gate(
            `no dropped iterations${when}`,
            'none: each is a visit that nobody made',
            { [dropped]: ['count==0'] },
            (values) => `${values(dropped).count || 0} dropped`,
            { validity: true },
        ),
        gate(
            `the generator kept up${when}`,
            `at least ${least} visits (${percent(share)}), 99 % of them at most ${lateMs} ms after they were due, none cut off`,
            { [late]: [`p(99)<=${lateMs}`], [started]: [`count>=${least}`], [heads]: ['count==0'] },
            (values) =>
                `${values(started).count || 0} visits, p99 ${milliseconds(values(late)['p(99)'])} late, ` +
                `${values(heads).count || 0} cut off for sending too slowly`,
            { validity: true },
        ),
    ];
}

/** What is too much is refused at once and in form, if it is refused at all. */
export function shedding() {
    const broken = 'promises_broken{promise:shedding}';
    return gate(
        'what is too much is told so',
        'no 5xx but overloaded and deadline_exceeded',
        { [broken]: ['count==0'], iterations: ['count>0'] },
        (values) => `${values('promises_kept{promise:shedding}').count || 0} were, ${values(broken).count || 0} otherwise`,
    );
}

/** No exception in the script: k6 tells of one and ends with 0. */
export function sound() {
    return gate(
        'the script itself',
        'never throws',
        { script_errors: ['count==0'], iterations: ['count>0'] },
        (values) => `${values('script_errors').count || 0} exceptions in ${values('iterations').count || 0} iterations`,
        { validity: true },
    );
}

/** The metric of an operation's latency. */
export function duration(operation, phase = 'measured') {
    return `http_req_duration{operation:${operation},phase:${phase}}`;
}

export function percent(share) {
    return share === undefined ? 'nothing' : `${Number((share * 100).toFixed(3))} %`;
}

export function milliseconds(ms) {
    return ms === undefined ? 'nothing' : `${Number(ms.toFixed(2))} ms`;
}

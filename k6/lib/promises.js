// What is promised, and how often it was kept and broken.

import { check } from 'k6';
import { Counter } from 'k6/metrics';
import { header } from './client.js';
import { parsed } from './json.js';
import { REGION } from './settings.js';

const kept = new Counter('promises_kept');
const broken = new Counter('promises_broken');

/** How many breaches each virtual user tells of in full. */
let toldInFull = 3;
let inReport = false;
let told = 0;

/**
 * Tells more of them, in the report too. Only where one virtual user asks for people whom it made up: what is told becomes
 * the name of a check, and so a label.
 */
export function tellInReport() {
    toldInFull = 20;
    inReport = true;
}

/** Counts a promise as kept where there are no faults, else as broken, and tells of the first. */
export function hold(promise, what, faults) {
    const whole = faults.length === 0;
    // The nought too: a metric that was never told looks like one that is missing.
    kept.add(whole ? 1 : 0, { promise });
    broken.add(whole ? 0 : 1, { promise });
    let name = what;
    if (!whole && told < toldInFull) {
        told += 1;
        const detail = `${what}: ${faults.join('; ').slice(0, 300)}`;
        console.error(`broken (${promise}): ${detail}`);
        name = inReport ? detail : what;
    }
    // k6 parts groups by two colons.
    check(null, { [name.replace(/::/g, ': :')]: () => whole }, { promise });
    return whole;
}

/** One fault where a value is not what it must be. */
export function differs(what, expected, found) {
    return expected === found ? [] : [`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
}

/** What every answer must carry. */
export function faultsOfHead(answer, requestId) {
    const id = header(answer, 'X-Request-Id');
    const region = header(answer, 'Region');
    return [
        ...(id === undefined || id === '' ? ['X-Request-Id is missing'] : []),
        ...(requestId === undefined ? [] : differs('X-Request-Id', requestId, id)),
        ...(region === undefined || region === '' ? ['Region is missing'] : []),
        ...(REGION === undefined ? [] : differs('Region', REGION, region)),
        ...(answer.path.startsWith('/hello/') ? differs('Cache-Control', 'no-store', header(answer, 'Cache-Control')) : []),
    ];
}

/** What is wrong with a failure that must be a problem (RFC 9457) with this code. */
export function faultsOfProblem(answer, code) {
    const problem = parsed(answer.body);
    if (answer.method === 'HEAD') {
        return differs('Content-Type', 'application/problem+json', header(answer, 'Content-Type'));
    }
    if (problem === undefined || problem === null || typeof problem !== 'object') {
        return [`the body is no problem: ${JSON.stringify(answer.body)}`];
    }
    const filled = ['title', 'detail'].filter((name) => typeof problem[name] !== 'string' || problem[name] === '');
    return [
        ...differs('Content-Type', 'application/problem+json', header(answer, 'Content-Type')),
        ...(code === undefined ? [] : differs('code', code, problem.code)),
        ...differs('type', `urn:problem-type:jubilee:${problem.code}`, problem.type),
        ...differs('status in the body', answer.status, problem.status),
        ...differs('requestId', header(answer, 'X-Request-Id'), problem.requestId),
        ...filled.map((name) => `${name} is empty or no text`),
        ...(answer.status === 503 && !header(answer, 'Retry-After') ? ['Retry-After is missing'] : []),
    ];
}

// One request and its answer.

import { sleep } from 'k6';
import http from 'k6/http';

import { BASE_URL } from './settings.js';

// What the objective of availability counts as bad: 5xx, or no answer at all. A 404 is an answer.
http.setResponseCallback(http.expectedStatuses({ min: 100, max: 499 }));

/**
 * Asks once; never tries again and never follows a redirect.
 *
 * @param {string} method GET, PUT and so on
 * @param {string} path with its query
 * @param {{base?: string, headers?: object, body?: string, tags?: object, expected?: number[]}} options `expected`:
 *   statuses that are no failure here though they say 5xx
 */
export function ask(method, path, { base = BASE_URL, headers = {}, body = null, tags = {}, expected } = {}) {
    const answer = http.request(method, base + path, body, {
        headers,
        tags: { ...tagsOf(method, path), ...tags },
        redirects: 0,
        timeout: '5s',
        ...(expected && { responseCallback: http.expectedStatuses({ min: 100, max: 499 }, ...expected) }),
    });
    return { method, path, ...picked(answer) };
}

/**
 * Asks as the contract lets clients do: again after no answer, 503 or 504, up to `retries` times, honouring Retry-After,
 * and then `elsewhere`. Gives the last answer, and how many tries it took.
 */
export function persist(method, path, { base, elsewhere, retries, ...options }) {
    for (let tries = 1; ; tries += 1) {
        const answer = ask(method, path, { ...options, base: tries === 1 ? base : elsewhere });
        if (![0, 503, 504].includes(answer.status) || tries > retries) {
            return { answer, tries };
        }
        sleep(Math.min(2, Number(header(answer, 'Retry-After')) || 0.2 * tries));
    }
}

/** Asks many at once: [{ method, path, body }], in any order; gives no answers, for preparing and for cleaning up. */
export function askAll(requests, tags = {}) {
    const SIZE = 500;
    for (let start = 0; start < requests.length; start += SIZE) {
        http.batch(
            requests.slice(start, start + SIZE).map(({ method, path, headers, body = null }) => ({
                method,
                url: BASE_URL + path,
                body,
                params: { headers, tags: { ...tagsOf(method, path), ...tags }, timeout: '10s' },
            })),
        );
    }
}

/** A header of an answer, whatever the case of its name; undefined where there is none. */
export function header(answer, name) {
    const found = Object.keys(answer.headers).find((one) => one.toLowerCase() === name.toLowerCase());
    return found === undefined ? undefined : answer.headers[found];
}

/** The path of a user. */
export function hello(username, query = '') {
    return `/hello/${encodeURIComponent(username)}${query}`;
}

// The name is the route and never the path: users' names are nobody's labels.
function tagsOf(method, path) {
    const route = path.startsWith('/hello/') ? '/hello/{username}' : path.split('?')[0];
    return { name: `${method} ${route}`, operation: method.toLowerCase() };
}

function picked({ status, headers, body, error, timings }) {
    return { status, headers, body, error, ms: timings.duration };
}

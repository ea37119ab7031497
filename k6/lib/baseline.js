// What an earlier load.js wrote of the version that ran just before.

import { text } from './settings.js';

/** The path of its JSON, from the root of the repository or absolute; undefined: nothing to compare with. */
export const BASELINE = text('BASELINE');

const CONTENT =
    BASELINE === undefined ? undefined : open(BASELINE.startsWith('/') ? BASELINE : import.meta.resolve(`../../${BASELINE}`));

/** The baseline, if it is one that a release can be compared with. */
export function baseline() {
    const found = JSON.parse(CONTENT);
    if (found.script !== 'load' || found.valid !== true) {
        throw new Error(`BASELINE: ${BASELINE} is not of a load.js that was valid`);
    }
    for (const operation of ['get', 'put']) {
        if (!(found.latency_ms[operation].p99 > 0)) {
            throw new Error(`BASELINE: ${BASELINE} has no p99 of ${operation}`);
        }
    }
    return found;
}

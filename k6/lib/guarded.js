// Exceptions of the script itself.

import { Counter } from 'k6/metrics';

const errors = new Counter('script_errors');

/** Runs what may throw; k6 itself would tell of it and end with 0. */
export function guarded(action) {
    try {
        action();
    } catch (error) {
        errors.add(1);
        console.error(`the script itself threw: ${error}\n${error.stack || ''}`);
    }
}

// What users may count on where this runs: the very file that alerts are made from.

import { ENVIRONMENT } from './settings.js';

const SLO = JSON.parse(open(import.meta.resolve('../../observability/slo.json')));

/** The objectives of the environment. */
export const OBJECTIVES = SLO.environments[ENVIRONMENT].objectives;

/** The share of requests that may fail. */
export const ERROR_BUDGET = share(OBJECTIVES.availability);

/** The share of reads with a token that may find nothing recent enough. */
export const STALE_BUDGET = share(OBJECTIVES.freshness);

/** The share that an objective leaves for what is bad. */
export function share(objective) {
    // Thousandths of a percent, so that 100 - 99.95 is no 0.04999999999999716.
    return Math.round((100 - objective.target_percent) * 1000) / 100000;
}

// Few users are asked for often and many seldom: rank k with a probability in proportion to k^-s.
//
// Rejection-inversion after W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone
// discrete distributions" (1996): exact, without a table, so a million users cost nothing.

/** A sampler of ranks from 1 to `users`; each call takes numbers in [0, 1) from `random`. */
export function zipf(users, exponent) {
    const density = (x) => Math.exp(-exponent * Math.log(x));
    // The integral of the density from 1 to x, and its inverse; both hold for an exponent of 1 too.
    const integral = (x) => {
        const log = Math.log(x);
        return expm1Over((1 - exponent) * log) * log;
    };
    const inverse = (value) => {
        const scaled = Math.max(value * (1 - exponent), -1);
        return Math.exp(log1pOver(scaled) * value);
    };
    const first = integral(1.5) - 1;
    const last = integral(users + 0.5);
    const sure = 2 - inverse(integral(2.5) - density(2));
    return (random) => {
        for (;;) {
            const area = last + random() * (first - last);
            const x = inverse(area);
            const rank = Math.min(Math.max(Math.round(x), 1), users);
            if (rank - x <= sure || area >= integral(rank + 0.5) - density(rank)) {
                return rank;
            }
        }
    };
}

/** The probability of each rank, for tests: the sum that the sampler does without. */
export function probabilities(users, exponent) {
    const weights = Array.from({ length: users }, (_, index) => Math.pow(index + 1, -exponent));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
}

/** (e^x - 1) / x, and 1 where x is 0. */
function expm1Over(x) {
    return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2;
}

/** ln(1 + x) / x, and 1 where x is 0. */
function log1pOver(x) {
    return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2;
}

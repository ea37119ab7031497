// Random numbers that are the same for the same seed: a run can be had again.

/** A generator of numbers in [0, 1), for one iteration of a run (mulberry32 over a mixed seed). */
export function generator(seed, index) {
    let state = mixed(mixed(seed >>> 0) ^ mixed((index + 0x9e3779b9) >>> 0));
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let bits = Math.imul(state ^ (state >>> 15), state | 1);
        bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
        return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
    };
}

/** A number from 0 to 2^32 - 1 that hangs on each letter of a text. */
export function hash(text) {
    let state = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) {
        state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
    }
    return mixed(state >>> 0);
}

/** Letters that spell a number: a username has no digits. */
export function letters(number) {
    let rest = number;
    let spelt = '';
    do {
        spelt = String.fromCharCode(97 + (rest % 26)) + spelt;
        rest = Math.floor(rest / 26);
    } while (rest > 0);
    return spelt;
}

/** Spreads each bit over all (the finaliser of MurmurHash3). */
function mixed(number) {
    let bits = number;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
}

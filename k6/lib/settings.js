// What a run is told through the environment, read once and held to be right.

/** The text of a variable, or the default. */
export function text(name, standard) {
    const value = __ENV[name];
    return value === undefined || value === '' ? standard : value;
}

/** A whole number of at least one. */
export function count(name, standard) {
    const value = text(name, String(standard));
    if (!/^[1-9][0-9]{0,8}$/.test(value)) {
        throw new Error(`${name}: expected a whole number of at least 1, found "${value}"`);
    }
    return Number(value);
}

/** One of a few words. */
export function choice(name, words, standard) {
    const value = text(name, standard);
    if (!words.includes(value)) {
        throw new Error(`${name}: expected one of ${words.join(', ')}, found "${value}"`);
    }
    return value;
}

/** The address of a service, without the slash at its end. */
export function address(name, standard) {
    const value = text(name, standard);
    return value === undefined ? undefined : checked(name, value);
}

/** Several of them, parted by commas. */
export function addresses(name) {
    const value = text(name);
    return value === undefined ? [] : value.split(',').map((one) => checked(name, one.trim()));
}

function checked(name, value) {
    if (!/^https?:\/\/[^\s/?#,]+\/?$/.test(value)) {
        throw new Error(`${name}: expected http://HOST:PORT, found "${value}"`);
    }
    return value.replace(/\/$/, '');
}

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** How many seconds a duration has, written as k6 writes it: `1h30m`, `90s`, `500ms`. */
export function secondsOf(duration) {
    const parts = duration.match(/[0-9]+(\.[0-9]+)?(ms|s|m|h)/g);
    if (parts === null || parts.join('') !== duration) {
        throw new Error(`expected a duration such as 90s or 1h30m, found "${duration}"`);
    }
    return parts.reduce((sum, part) => sum + parseFloat(part) * UNITS[part.replace(/[0-9.]+/, '')], 0);
}

/** A duration in seconds. */
export function seconds(name, standard) {
    try {
        return secondsOf(text(name, standard));
    } catch (error) {
        throw new Error(`${name}: ${error.message}`);
    }
}

export const BASE_URL = address('BASE_URL', 'http://127.0.0.1:8080');
export const ENVIRONMENT = choice('ENVIRONMENT', ['lab', 'staging', 'production'], 'lab');
/** The `Region` header that every answer must carry; undefined: any. */
export const REGION = text('REGION');
/** When people born on 29 February are greeted in a common year: what the instances have as JUBILEE_LEAP_DAY. */
export const LEAP_DAY = choice('LEAP_DAY', ['feb28', 'mar1'], 'feb28');
export const REPORT = text('REPORT', './k6-report');

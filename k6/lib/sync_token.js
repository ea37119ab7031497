// Sync tokens, read and made. They are opaque to clients; a gate looks inside, because it must see whether an answer is
// older than what was asked for, and must offer tokens that no instance has given.

import encoding from 'k6/encoding';

const FORMAT = 1;
const HEAD_BYTES = 13;

/** The version that a token names, in microseconds, or undefined if it is none. */
export function versionOf(token) {
    const bytes = decoded(token);
    if (bytes === undefined || bytes.length <= HEAD_BYTES || bytes[0] !== FORMAT) {
        return undefined;
    }
    // Below 2^53 until the year 2255.
    return bytes.slice(1, 9).reduce((value, byte) => value * 256 + byte, 0);
}

/** The region that a token names. */
export function regionOf(token) {
    const bytes = decoded(token);
    return bytes === undefined ? undefined : String.fromCharCode(...bytes.slice(HEAD_BYTES));
}

/** The token of a user for a version, as an instance of that region would give it. */
export function make(username, version, region) {
    const head = [FORMAT, ...bigEndian(version, 8)];
    const sum = crc32([...head, ...asBytes(region), 0x2f, ...asBytes(username)]);
    const bytes = [...head, ...bigEndian(sum, 4), ...asBytes(region)];
    return encoding.b64encode(new Uint8Array(bytes).buffer, 'rawurl');
}

/** The bytes of an ASCII text. */
export function asBytes(ascii) {
    return Array.from(ascii, (character) => character.charCodeAt(0));
}

/** CRC-32 as zlib has it. */
export function crc32(bytes) {
    let rest = 0xffffffff;
    for (const byte of bytes) {
        rest ^= byte;
        for (let bit = 0; bit < 8; bit += 1) {
            rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
        }
    }
    return (rest ^ 0xffffffff) >>> 0;
}

function decoded(token) {
    try {
        return Array.from(new Uint8Array(encoding.b64decode(token, 'rawurl')));
    } catch (_) {
        return undefined;
    }
}

function bigEndian(number, width) {
    const bytes = [];
    for (let rest = number; bytes.length < width; rest = Math.floor(rest / 256)) {
        bytes.unshift(rest % 256);
    }
    return bytes;
}

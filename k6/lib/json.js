// JSON that may be none.

/** The value of a JSON text, or undefined if it is none. */
export function parsed(text) {
    try {
        return JSON.parse(text);
    } catch (_) {
        return undefined;
    }
}

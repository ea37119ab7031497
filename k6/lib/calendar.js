// The greeting as it must be: worked out here by counting days, with nothing taken from what is judged.

const DAY_MS = 86400000;

/** A day as { year, month, day }, month and day from 1. */
export function parse(text) {
    const [year, month, day] = text.split('-').map(Number);
    return { year, month, day };
}

/** `YYYY-MM-DD`. */
export function format({ year, month, day }) {
    const digits = (number, width) => String(number).padStart(width, '0');
    return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** The day in UTC at a moment, shifted by the hours that a zone is ahead. */
export function dayAt(ms, hoursAhead = 0) {
    const date = new Date(ms + hoursAhead * 3600000);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The day that comes so many days later. */
export function plusDays(day, days) {
    return dayAt(numberOf(day) * DAY_MS + days * DAY_MS);
}

/** Whether the first day comes before the second. */
export function isBefore(one, other) {
    return numberOf(one) < numberOf(other);
}

export function isLeapYear(year) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days from today until the next birthday; 0 on it. */
export function daysUntil(born, today, leapDay) {
    const inYear = (year) => {
        const shifted = born.month === 2 && born.day === 29 && !isLeapYear(year);
        return shifted ? shiftedTo(year, leapDay) : { year, month: born.month, day: born.day };
    };
    const next = isBefore(inYear(today.year), today) ? inYear(today.year + 1) : inYear(today.year);
    return numberOf(next) - numberOf(today);
}

/** The greeting, word for word. */
export function greeting(username, born, today, leapDay) {
    const days = daysUntil(born, today, leapDay);
    return days === 0
        ? `Hello, ${username}! Happy birthday!`
        : `Hello, ${username}! Your birthday is in ${days} day(s)`;
}

/**
 * The greetings that may come at a moment: clocks differ by seconds, so about midnight there are two.
 */
export function greetings(username, born, ms, { leapDay, hoursAhead = 0, clockSkewMs = 5000 }) {
    const at = (moment) => greeting(username, born, dayAt(moment, hoursAhead), leapDay);
    return [...new Set([at(ms - clockSkewMs), at(ms + clockSkewMs)])];
}

function shiftedTo(year, leapDay) {
    return leapDay === 'mar1' ? { year, month: 3, day: 1 } : { year, month: 2, day: 28 };
}

/** Days since 1970-01-01. `Date.UTC` takes years below 100 for 19xx, so the year is set by itself. */
function numberOf({ year, month, day }) {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return Math.round(date.getTime() / DAY_MS);
}

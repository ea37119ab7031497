// Charts as SVG, drawn into the page: nothing is fetched.

import { escaped } from './junit.js';

const WIDTH = 760;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;

/**
 * Lines over time.
 *
 * @param {{name: string, colour: number, points: {x: number, y: number}[]}[]} series `colour` is one of the page's five
 * @param {{x: string, y: string, from?: number}} units what the axes count, and where x begins at the latest
 * @param {{x: number, name: string}[]} marks upright lines at what happened
 */
export function lines(title, series, units, marks = []) {
    const shown = series.filter((one) => one.points.length > 0);
    if (shown.length === 0) {
        return `<p class="none">${escaped(title)}: nothing was measured.</p>`;
    }
    const points = [].concat(...shown.map((one) => one.points));
    const most = niceMost(Math.max(...points.map((point) => point.y)));
    const from = Math.min(...points.map((point) => point.x), ...(units.from === undefined ? [] : [units.from]));
    const to = Math.max(...points.map((point) => point.x), from + 1e-9);
    const x = (value) => LEFT + ((value - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
    const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
    const path = ({ points: own }) => own.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ');
    const drawn = shown.map((one) => {
        const dots = one.points.map(
            (point) =>
                `<circle class="c${one.colour}" cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="2.5">` +
                `<title>${escaped(`${one.name}: ${short(point.y)} ${units.y} at ${short(point.x)} ${units.x}`)}</title></circle>`,
        );
        return `<polyline class="c${one.colour}" points="${path(one)}"/>${dots.join('')}`;
    });
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => from + part * (to - from));
    const below = ticks.map(
        (tick) => `<text x="${x(tick).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(tick)}</text>`,
    );
    const upright = marks
        .filter((mark) => mark.x >= from && mark.x <= to)
        .map(
            (mark) =>
                `<line class="mark" x1="${x(mark.x).toFixed(1)}" x2="${x(mark.x).toFixed(1)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
                `<text class="mark" x="${(x(mark.x) + 4).toFixed(1)}" y="${TOP + 10}">${escaped(mark.name)}</text>`,
        );
    const axis = `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 2}" text-anchor="end">${escaped(units.x)}</text>`;
    return figure(title, series, grid(most, units.y) + below.join('') + axis + upright.join('') + drawn.join(''));
}

/** Groups of bars: [{ name, values: [{ name, y }] }]; the values of all groups have the same names. */
export function bars(title, groups, unit) {
    const shown = groups.filter((group) => group.values.some((value) => value.y !== null));
    if (shown.length === 0) {
        return `<p class="none">${escaped(title)}: nothing was measured.</p>`;
    }
    const most = niceMost(Math.max(...[].concat(...shown.map((group) => group.values.map((value) => value.y || 0)))));
    const width = (WIDTH - LEFT - RIGHT) / shown.length;
    const drawn = shown.map((group, place) => {
        const bar = Math.min(44, (width * 0.8) / group.values.length);
        const start = LEFT + place * width + (width - bar * group.values.length) / 2;
        const own = group.values.map((value, index) => {
            const height = ((value.y || 0) / most) * (HEIGHT - TOP - BOTTOM);
            const left = start + index * bar;
            const top = HEIGHT - BOTTOM - height;
            return (
                `<rect class="c${index}" x="${(left + 1).toFixed(1)}" y="${top.toFixed(1)}" width="${(bar - 2).toFixed(1)}" height="${height.toFixed(1)}">` +
                `<title>${escaped(`${group.name} ${value.name}: ${short(value.y)} ${unit}`)}</title></rect>` +
                `<text class="value" x="${(left + bar / 2).toFixed(1)}" y="${(top - 3).toFixed(1)}" text-anchor="middle">${short(value.y)}</text>`
            );
        });
        const name = `<text x="${(LEFT + (place + 0.5) * width).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${escaped(group.name)}</text>`;
        return own.join('') + name;
    });
    const legend = shown[0].values.map(({ name }, colour) => ({ name, colour }));
    return figure(title, legend, grid(most, unit) + drawn.join(''));
}

function figure(title, series, inside) {
    const legend = series.map(({ name, colour }) => `<span><i class="c${colour}"></i>${escaped(name)}</span>`).join('');
    return (
        `<figure><figcaption>${escaped(title)}</figcaption><div class="legend">${legend}</div>` +
        `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${inside}</svg></figure>`
    );
}

function grid(most, unit) {
    const rows = [0, 0.25, 0.5, 0.75, 1].map((part) => {
        const y = HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
        const label = part === 1 ? `${short(most)} ${unit}` : short(most * part);
        return (
            `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
            `<text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>`
        );
    });
    return rows.join('');
}

/** The least of 1, 2, 4, 5, 8 and their tenfolds that is not less, with room above. */
function niceMost(value) {
    const wanted = Math.max(value * 1.05, 1e-6);
    const power = Math.pow(10, Math.floor(Math.log10(wanted)));
    return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= wanted);
}

function short(number) {
    if (number === null || number === undefined) {
        return '';
    }
    return String(Number(number >= 100 ? number.toFixed(0) : number.toPrecision(3)));
}

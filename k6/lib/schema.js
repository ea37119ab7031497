// Holds a JSON value against a schema of an OpenAPI document. It knows the keywords that ours uses; any other is a fault,
// because a keyword that is passed over is a promise that nobody checks.

const SAYS_NOTHING = ['description', 'example', 'title'];

const TYPES = {
    string: (value) => typeof value === 'string',
    integer: (value) => Number.isInteger(value),
    number: (value) => typeof value === 'number',
    boolean: (value) => typeof value === 'boolean',
    object: (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
    array: (value) => Array.isArray(value),
    null: (value) => value === null,
};

const FORMATS = {
    date: (value) => typeof value !== 'string' || isDate(value),
    int32: (value) => !Number.isInteger(value) || Math.abs(value) <= 2147483647,
};

const KEYWORDS = {
    $ref: ({ value, rule, document, place }) => faults(value, resolve(document, rule), document, place),
    type: ({ value, rule, place }) => {
        const allowed = [].concat(rule);
        const unknown = allowed.filter((type) => !(type in TYPES)).map((type) => `${place}: unknown type ${type}`);
        const fits = allowed.some((type) => type in TYPES && TYPES[type](value));
        return fits ? unknown : [...unknown, `${place}: ${JSON.stringify(value)} is no ${allowed.join(' or ')}`];
    },
    format: ({ value, rule, place }) => {
        if (!(rule in FORMATS)) {
            return [`${place}: unknown format ${rule}`];
        }
        return FORMATS[rule](value) ? [] : [`${place}: ${JSON.stringify(value)} is no ${rule}`];
    },
    minimum: ({ value, rule, place }) =>
        typeof value === 'number' && value < rule ? [`${place}: ${value} is below ${rule}`] : [],
    maximum: ({ value, rule, place }) =>
        typeof value === 'number' && value > rule ? [`${place}: ${value} is above ${rule}`] : [],
    required: ({ value, rule, place }) =>
        TYPES.object(value)
            ? rule.filter((name) => !(name in value)).map((name) => `${place}: ${name} is missing`)
            : [],
    properties: ({ value, rule, document, place }) => {
        const names = TYPES.object(value) ? Object.keys(rule).filter((name) => name in value) : [];
        return flat(names.map((name) => faults(value[name], rule[name], document, `${place}.${name}`)));
    },
};

/** What is wrong with a value: one text for each fault, none if it is as the schema says. */
export function faults(value, schema, document, place = 'body') {
    const keywords = Object.keys(schema).filter((keyword) => !SAYS_NOTHING.includes(keyword));
    return flat(
        keywords.map((keyword) =>
            keyword in KEYWORDS
                ? KEYWORDS[keyword]({ value, rule: schema[keyword], document, place })
                : [`${place}: the schema says ${keyword}, which this checker does not know`],
        ),
    );
}

/** What a reference into the document leads to. */
export function resolve(document, reference) {
    const steps = reference.replace(/^#\//, '').split('/');
    const found = steps.reduce(
        (value, step) => (value === undefined ? value : value[step.replace(/~1/g, '/').replace(/~0/g, '~')]),
        document,
    );
    if (!reference.startsWith('#/') || found === undefined) {
        throw new Error(`the document has no ${reference}`);
    }
    return found;
}

function isDate(value) {
    const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
    if (parts === null) {
        return false;
    }
    const date = new Date(0);
    date.setUTCFullYear(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
    return date.getUTCMonth() + 1 === Number(parts[2]) && date.getUTCDate() === Number(parts[3]);
}

function flat(lists) {
    return [].concat(...lists);
}

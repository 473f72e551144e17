/**
 * The fields that hold a payload's value if no `field` is named: the kit's own name, then Smashing's two, then those of a
 * state, so `{"status":"down"}` has the value `down`.
 */
const VALUE_FIELDS = ['value', 'current', 'text', 'state', 'status', 'level'];

/**
 * Returns the value inside a payload: at `field` (`load.1`, `disks.0.used`), else at the first of `value`, `current`, `text`,
 * `state`, `status`, `level` that exists; a payload that is not an object is its own value. Returns undefined if nothing is found.
 */
export function valueAt(
  payload: unknown,
  field?: string,
  fields: string[] = VALUE_FIELDS,
): unknown {
  if (field) return at(payload, field);
  if (!isRecord(payload)) return payload;
  const found = fields.find((name) => Object.hasOwn(payload, name));
  return found === undefined ? undefined : payload[found];
}

/** True for a JSON object (not null, not an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MOST_NAMES = 5;
const MOST_TEXT = 40;

/**
 * Returns a short description of a payload, for "cannot read …": `{temp, hum}`, `{text: "hello"}`, `[3]` for a list of three,
 * `"some text"`, `12`. Names and texts are shortened.
 */
export function shapeOf(payload: unknown): string {
  if (Array.isArray(payload)) return `[${payload.length}]`;
  if (typeof payload === 'string') return JSON.stringify(cut(payload, MOST_TEXT - 2)); // with its quotes
  if (!isRecord(payload)) return cut(JSON.stringify(payload) ?? typeof payload);
  const names = Object.keys(payload);
  const [name = ''] = names;
  const only = payload[name];
  if (names.length === 1 && typeof only !== 'object') return `{${cut(name)}: ${shapeOf(only)}}`;
  const more = names.length > MOST_NAMES ? ', …' : '';
  return `{${names
    .slice(0, MOST_NAMES)
    .map((each) => cut(each))
    .join(', ')}${more}}`;
}

const cut = (text: string, most: number = MOST_TEXT): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

// Own properties only: a field named `constructor` must find nothing, not a function.
function at(payload: unknown, path: string): unknown {
  if (isRecord(payload) && Object.hasOwn(payload, path)) return payload[path]; // a name with dots in it
  let value = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

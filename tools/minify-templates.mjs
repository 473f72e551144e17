// @ts-check
/** Removes the indentation from css`…`, html`…` and svg`…`. esbuild's own minifier does the rest. */
import { transformSync } from 'esbuild';

// Matches comments, strings and regular expressions, within which a quote, brace or backtick is not code; and the backticks
// and braces of the code. The look-behind has the characters after which a slash begins a regular expression.
const TOKEN =
  /\/\/.*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=(?:[(,=:[!&|?{};>]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/|`|[{}]/g;

/**
 * The source with its templates minified. Line breaks that are removed from a template are added after it, or in its next
 * `${ }`, so that source maps keep their lines.
 *
 * @param {string} source TypeScript or JavaScript
 * @returns {string}
 */
export function minified(source) {
  const { text, end } = code(source, 0);
  if (end < source.length) throw new Error('a brace closes what was not opened');
  return text;
}

/**
 * Reads code up to its closing brace, or the end.
 *
 * @param {string} source
 * @param {number} from
 * @returns {{ text: string, end: number }}
 */
function code(source, from) {
  let text = '';
  let depth = 0;
  let at = from;
  while (true) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(source);
    if (!found) return { text: text + source.slice(at), end: source.length };
    const [token] = found;
    if (token === '{') depth++;
    if (token === '}' && depth-- === 0)
      return { text: text + source.slice(at, found.index), end: found.index };
    text += source.slice(at, found.index);
    if (token === '`') {
      const tag = /\b(css|html|svg) ?$/.exec(text)?.[1];
      const read = template(source, found.index, tag);
      text += read.text;
      at = read.end;
      continue;
    }
    text += token;
    at = found.index + token.length;
  }
}

/**
 * Reads a template from its first backtick to its last.
 *
 * @param {string} source
 * @param {number} from
 * @param {string | undefined} tag
 * @returns {{ text: string, end: number }}
 */
function template(source, from, tag) {
  /** @type {string[]} */
  const texts = [];
  /** @type {string[]} */
  const holes = [];
  let at = from + 1;
  for (let end = at; ; ) {
    const mark = source[end];
    if (mark === undefined) throw new Error('a template has no end');
    if (mark === '\\') end += 2;
    else if (mark === '`') {
      texts.push(source.slice(at, end));
      return { text: joined(texts, holes, tag), end: end + 1 };
    } else if (mark === '$' && source[end + 1] === '{') {
      texts.push(source.slice(at, end));
      const hole = code(source, end + 2);
      holes.push(hole.text);
      at = end = hole.end + 1;
    } else end++;
  }
}

/**
 * @param {string[]} texts
 * @param {string[]} holes
 * @param {string | undefined} tag
 */
function joined(texts, holes, tag) {
  const small = tag ? shrink(texts, tag) : texts;
  const lost = texts.map((text, i) => '\n'.repeat(lines(text) - lines(small[i] ?? '')));
  const last = texts.length - 1;
  const pieces = small.map((text, i) =>
    i < last ? `${text}\${${lost[i]}${holes[i]}}` : `${text}\`${lost[i]}`,
  );
  return `\`${pieces.join('')}`;
}

const lines = (/** @type {string} */ text) => text.split('\n').length - 1;

/**
 * @param {string[]} texts
 * @param {string} tag
 * @returns {string[]}
 */
function shrink(texts, tag) {
  const whole = texts.join('');
  if (tag === 'css' && texts.length === 1 && !/[\\`]/.test(whole))
    return [transformSync(whole, { loader: 'css', minify: true }).code.trim()];
  // A line break in running text, or between attributes, becomes a blank. Templates in which it may matter are unchanged.
  if (/<(?:pre|textarea)\b/.test(whole)) return texts;
  return texts.map((text) => text.replaceAll(/\s*\n\s*/g, ' '));
}

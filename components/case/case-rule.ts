import { plainNumber } from '../data/number.ts';

/** A rule that cannot be read; its message names it and the cure. */
export class RuleError extends Error {
  readonly code = 'bad-rule';
}

/** Tests one value. */
export type Rule = (value: unknown) => boolean;

/**
 * Parses the attribute `when` of `<lp-case>`: alternatives separated by commas, each a comparison of numbers (`>90`, `<=5`,
 * `=3`), a range that includes both ends (`10..20`, `10..`, `..20`), a word (`down`), or the opposite of a word or number
 * (`!=up`). Words are compared without regard to case; `on` is also `true`, and `off` is also `false`. Without `when` any
 * value passes. @throws RuleError which names what cannot be read, and the cure
 */
export function parseWhen(when: string): Rule {
  const parts = when
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const rules = parts.map(parsePart);
  return rules.length === 0 ? () => true : (value) => rules.some((rule) => rule(value));
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function parsePart(part: string): Rule {
  const [, sign = '', rest = ''] = /^([<>]=?|!=|==?)?\s*(.*)$/.exec(part) ?? [];
  const compares = COMPARISONS[sign];
  if (compares) {
    const limit = numberOf(rest, part);
    return (value) => {
      const number = plainNumber(value);
      return number !== undefined && compares(number, limit);
    };
  }
  if (rest === '') throw new RuleError(`"${part}" ends before its value: ${CURE}`);
  if (sign !== '') return sign === '!=' ? (value) => !isSame(value, rest) : sameAs(rest);
  if (rest.includes('..')) return parseRange(rest);
  if (/^[-+]?[\d.]+\s*(?:-|–|to)\s*[-+]?[\d.]+$/.test(rest))
    throw new RuleError(`"${part}" is not a range: write two dots, as in 10..20`);
  return sameAs(rest);
}

const CURE = 'write >90, <=5, 10..20, a word, or several of these separated by commas';

function parseRange(text: string): Rule {
  const [from = '', to = '', more] = text.split('..').map((end) => end.trim());
  if (more !== undefined || (from === '' && to === ''))
    throw new RuleError(`"${text}" is not a range: write 10..20, 10.. or ..20`);
  const low = from === '' ? Number.NEGATIVE_INFINITY : numberOf(from, text);
  const high = to === '' ? Number.POSITIVE_INFINITY : numberOf(to, text);
  if (low > high) throw new RuleError(`"${text}" is empty: write ${high}..${low}`);
  return (value) => {
    const number = plainNumber(value);
    return number !== undefined && number >= low && number <= high;
  };
}

function numberOf(text: string, part: string): number {
  const number = plainNumber(text);
  if (number === undefined)
    throw new RuleError(`"${text}" in "${part}" is not a number: ${CURE}; without a unit`);
  return number;
}

const sameAs =
  (text: string): Rule =>
  (value) =>
    isSame(value, text);

/** Whether a value is this number or word; a boolean is also `on` or `off`. */
function isSame(value: unknown, text: string): boolean {
  const [number, wanted] = [plainNumber(value), plainNumber(text)];
  if (number !== undefined && wanted !== undefined) return number === wanted;
  if (typeof value === 'boolean')
    return [String(value), value ? 'on' : 'off'].includes(plain(text));
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  return plain(String(value)) === plain(text);
}

const plain = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');

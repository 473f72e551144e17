/** A piece of text in one terminal style. */
export interface AnsiRun {
  text: string;
  /** CSS classes: `ansi-red`, `ansi-bold`, …; empty for plain text. */
  classes: string;
}

/** The eight colours of terminals by their SGR number (ECMA-48, 8.3.117), also for the bright ones: the theme defines their contrast. */
const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const STYLES = new Map([
  [1, 'bold'],
  [2, 'dim'],
  [3, 'italic'],
  [4, 'underline'],
  [9, 'strike'],
]);
// oxlint-disable-next-line no-control-regex
const SGR = /\u001b\[([0-9;:]*)m/g;

/** Whether a text has terminal styles. */
export const hasAnsi = (text: string): boolean => text.includes('\u001b[');

/** Splits a text by its terminal styles; `clean` takes all other control characters out of each piece. */
export function ansiRuns(text: string, clean: (text: string) => string): AnsiRun[] {
  const runs: AnsiRun[] = [];
  let style: Style = {};
  let from = 0;
  const add = (to: number): void => {
    const piece = clean(text.slice(from, to));
    if (piece !== '') runs.push({ text: piece, classes: classesOf(style) });
  };
  for (const match of text.matchAll(SGR)) {
    add(match.index);
    from = match.index + match[0].length;
    style = styled(style, match[1] ?? '');
  }
  add(text.length);
  return runs;
}

interface Style {
  color?: string | undefined;
  marks?: readonly string[];
}

function classesOf({ color, marks = [] }: Style): string {
  return [...(color ? [color] : []), ...marks].map((name) => `ansi-${name}`).join(' ');
}

function styled(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  while (codes.length > 0) style = applied(style, codes.shift() ?? 0, codes);
  return style;
}

function applied(style: Style, code: number, rest: number[]): Style {
  const { marks = [] } = style;
  const mark = STYLES.get(code);
  if (code === 0) return {};
  if (mark) return { ...style, marks: [...marks.filter((each) => each !== mark), mark] };
  if (code === 22) return { ...style, marks: marks.filter((m) => m !== 'bold' && m !== 'dim') };
  if (code > 22 && code < 30)
    return { ...style, marks: marks.filter((each) => each !== STYLES.get(code - 20)) };
  if (code === 39) return { ...style, color: undefined };
  if (code === 38) return { ...style, color: extended(rest) };
  if (code === 48) extended(rest); // a background: its numbers are no styles
  const color = (code >= 30 && code < 38 && code - 30) || (code >= 90 && code < 98 && code - 90);
  return color === false ? style : { ...style, color: COLORS[color] };
}

/** Returns the nearest of the eight colours for `5;n` or `2;r;g;b`. */
function extended(rest: number[]): string | undefined {
  const kind = rest.shift();
  if (kind === 5) return nearest(cube(rest.shift() ?? 0));
  return kind === 2 ? nearest(rest.splice(0, 3)) : undefined;
}

/** Returns red, green and blue of one of the 256 colours. */
function cube(n: number): number[] {
  if (n < 16) return [n & 1, n & 2, n & 4].map((bit) => (bit ? 255 : 0));
  if (n >= 232) return [n, n, n].map((each) => (each - 232) * 10 + 8);
  const at = n - 16;
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((level) => level * 51);
}

function nearest([red = 0, green = 0, blue = 0]: number[]): string | undefined {
  const half = Math.max(red, green, blue) / 2;
  const bits = (red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0);
  return COLORS[bits];
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of code in a page of the documentation. */
export interface Example {
  page: string;
  /** Number of its first line. */
  line: number;
  /** Language: `sh`, `html` …; empty if the block declares none. */
  language: string;
  code: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the fenced code blocks of a Markdown page, in order. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(root + page, 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  }));
}

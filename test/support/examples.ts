import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of code in a page of the documentation. */
export interface Example {
  page: string;
  /** Where it begins. */
  line: number;
  /** `sh`, `html` …; empty if the block does not say. */
  language: string;
  code: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The fenced blocks of a Markdown page, in order. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(root + page, 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  }));
}

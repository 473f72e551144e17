import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { Words } from '../locale/messages.ts';
import { addEnglish } from '../locale/messages.ts';
import { EMPTY } from '../locale/words/en/empty.ts';

addEnglish(EMPTY);

/** Values for the command that publishes the first value of a channel. */
export interface EmptyHelpFacts {
  channel: string;
  /** Absolute URL of the server's base. */
  baseUrl: string;
  /** A payload that the element can show. */
  example: unknown;
  words: Words;
  /** True after the button was pressed, when its text is another one. */
  isCopied: boolean;
  onCopy: (command: string) => void;
}

/** Code that is loaded when the first element of a page is empty. */
export function emptyHelp(facts: EmptyHelpFacts): TemplateResult {
  const { words, isCopied, onCopy } = facts;
  const command = curlLine(facts);
  return html`<code class="command" dir="ltr" tabindex="0">${command}</code>
    <button type="button" @click=${() => onCopy(command)}>${isCopied ? words.emptyCopied : words.emptyCopy}</button>
    <p class="token">${words.emptyToken} <code dir="ltr">-H "Authorization: Bearer $LP_WRITE_TOKEN"</code></p>`;
}

/** Returns a shell command that publishes the example; any example is quoted safely. */
export function curlLine({
  channel,
  baseUrl,
  example,
}: Pick<EmptyHelpFacts, 'channel' | 'baseUrl' | 'example'>): string {
  const body = typeof example === 'string' ? example : JSON.stringify(example);
  const url = `${baseUrl.replace(/\/$/, '')}/channels/${encodeURIComponent(channel)}`;
  return `curl -d ${quoted(body)} ${quoted(url)}`;
}

/** Quotes text for a shell: in single quotes, with those in the text escaped. */
const quoted = (text: string): string =>
  /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

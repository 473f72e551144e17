import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { Words } from '../locale/messages.ts';
import { addEnglish } from '../locale/messages.ts';
import { EMPTY } from '../locale/words/en/empty.ts';

addEnglish(EMPTY);

/** What the first value of a channel is sent with. */
export interface EmptyHelpFacts {
  channel: string;
  /** Absolute URL of the server's base. */
  baseUrl: string;
  /** A payload that the element can show. */
  example: unknown;
  words: Words;
  /** Follows a press of the button: the text of the button changes. */
  isCopied: boolean;
  onCopy: (command: string) => void;
}

/** Loaded when the first element of a page is empty. */
export function emptyHelp(facts: EmptyHelpFacts): TemplateResult {
  const { words, isCopied, onCopy } = facts;
  const command = curlLine(facts);
  return html`<code class="command" dir="ltr" tabindex="0">${command}</code>
    <button type="button" @click=${() => onCopy(command)}>${isCopied ? words.emptyCopied : words.emptyCopy}</button>
    <p class="token">${words.emptyToken} <code dir="ltr">-H "Authorization: Bearer $LP_WRITE_TOKEN"</code></p>`;
}

/** Returns a line for a shell that publishes the example, whatever is in it. */
export function curlLine({
  channel,
  baseUrl,
  example,
}: Pick<EmptyHelpFacts, 'channel' | 'baseUrl' | 'example'>): string {
  const body = typeof example === 'string' ? example : JSON.stringify(example);
  const url = `${baseUrl.replace(/\/$/, '')}/channels/${encodeURIComponent(channel)}`;
  return `curl -d ${quoted(body)} ${quoted(url)}`;
}

/** As a shell takes it: in single quotes, where none ends early. */
const quoted = (text: string): string =>
  /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

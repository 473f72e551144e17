import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { durationText } from '../format/format-duration.ts';
import { ageText } from '../format/format-moment.ts';
import type { Words } from '../locale/messages.ts';
import { refusedBetween } from '../locale/error-text.ts';
import type { IconName } from '../shared/icons.ts';
import { icon } from '../shared/icons.ts';
import type { Connection } from '../source/connection.ts';
import type { ConnectionWord } from './connection-view.ts';
import { stalenessOf } from './connection-view.ts';
import type { ClockAhead } from '../element/clocks-ahead.ts';
import { clocksAhead } from '../element/clocks-ahead.ts';
import { seriesNames } from '../data/keys.ts';
import { VERSION } from '../shared/version.ts';

/** What the status element shows. */
export interface StatusView {
  variant: string;
  word: ConnectionWord;
  connection: Connection | undefined;
  controls: boolean;
  details: boolean;
  words: Words;
  language: string;
  onRetry: () => void;
  onPause: () => void;
}

/** A page may slot its own words for these. */
const SLOTS = ['live', 'reconnecting', 'offline', 'paused', 'denied'] as const;
const PROBLEMS: ConnectionWord[] = ['reconnecting', 'offline', 'denied', 'refused'];
const ICONS: Partial<Record<ConnectionWord, IconName>> = {
  reconnecting: 'offline',
  offline: 'offline',
  refused: 'warn',
  paused: 'pause',
  denied: 'lock',
};

/** Whether there is something to retry. */
export const isProblem = (word: ConnectionWord): boolean => PROBLEMS.includes(word);

/** Returns the mark, the word in a live region, the text beside it that changes with time, and the buttons. */
export function statusView(view: StatusView): TemplateResult {
  const aside = countdown(view) ?? tabs(view) ?? staleness(view);
  return html`<div class="base ${view.variant}" part="base">
    <span class="state">
      <span class="mark" part="icon">${mark(view.word)}</span>
      <span part="text" role="status">${sentence(view)}</span>
    </span>
    ${aside ? html`<span class="aside">${aside}</span>` : nothing}${view.controls ? buttons(view) : nothing}${
      view.details ? details(view.connection, view) : nothing
    }
  </div>`;
}

function mark(word: ConnectionWord): TemplateResult | typeof nothing {
  const name = ICONS[word];
  if (name) return icon(name);
  return html`<span class=${word === 'live' ? 'lamp' : 'lamp hollow'}></span>`;
}

function sentence({ word, words, connection }: StatusView): unknown {
  const between = refusedBetween(connection?.status.error, words);
  if (between !== undefined && isProblem(word)) return between;
  const texts: Record<ConnectionWord, string> = {
    none: words.statusNone,
    connecting: words.statusConnecting,
    live: words.statusLive,
    reconnecting: words.statusReconnecting,
    offline: words.statusOffline,
    paused: words.statusPaused,
    denied: words.statusDenied,
    refused: words.refused,
  };
  const slotted = SLOTS.map(
    (slot) => html`<slot name=${slot} ?hidden=${slot !== word}>${texts[slot]}</slot>`,
  );
  const isSlotted = (SLOTS as readonly string[]).includes(word);
  return html`${slotted}${isSlotted ? nothing : texts[word]}`;
}

function countdown({ word, words, connection, language }: StatusView): string | undefined {
  const at = connection?.status.nextRetryAt;
  if (word !== 'reconnecting' || at === undefined) return undefined;
  const seconds = Math.ceil((at - Date.now()) / 1000);
  return seconds < 1 ? undefined : words.retryIn(durationText(seconds, { language }));
}

function tabs({ connection, words }: StatusView): string | undefined {
  const many = connection?.advice.tabs?.many ?? 0;
  return many > 0 ? words.manyTabs(many) : undefined;
}

function staleness({ words, connection, language }: StatusView): string | undefined {
  if (!connection) return undefined;
  const { all, stale, oldest } = stalenessOf(connection.members);
  if (stale === 0 || !oldest) return undefined;
  const age = ageText(oldest.updatedAt - connection.client.serverNow(), language);
  return words.listed([words.staleChannels(stale, all), words.oldest(age)]);
}

function buttons({ word, words, onRetry, onPause }: StatusView): TemplateResult {
  const isPaused = word === 'paused';
  return html`<span class="controls">${
    isProblem(word)
      ? html`<button type="button" part="retry-button" @click=${onRetry}>${icon('retry')}${words.retryNow}</button>`
      : nothing
  }<button type="button" part="pause-button" aria-pressed=${isPaused} @click=${onPause}>${icon(isPaused ? 'play' : 'pause')}${words.pause}</button></span>`;
}

/** Returns a disclosure with facts for finding the cause of a connection problem. */
function details(
  connection: Connection | undefined,
  { words, language }: { words: Words; language: string },
): TemplateResult {
  const rows = connection ? rowsOf(connection, words, language) : [];
  return html`<details part="details">
    <summary aria-label=${words.details} title=${words.details}>${icon('more')}</summary>
    <dl>${rows.map(([term, text]) => (text ? html`<dt>${term}</dt><dd>${text}</dd>` : nothing))}</dl>
  </details>`;
}

type Row = [term: string, text: string | undefined];

function rowsOf(connection: Connection, words: Words, language: string): Row[] {
  const { lastContact, latencyMs } = connection.status;
  const { oldest } = stalenessOf(connection.members);
  const contact =
    lastContact === undefined ? undefined : ageText(lastContact - Date.now(), language);
  const latency =
    latencyMs === undefined
      ? undefined
      : durationText(Math.round(latencyMs), { unit: 'millisecond', language });
  return [
    [words.detailServer, connection.address.url],
    [words.detailContact, contact ?? words.never],
    [words.detailLatency, latency],
    [words.detailChannels, connection.client.channels.join(', ')],
    [words.detailOldest, oldest?.channel],
    ...clocksAhead(connection.client.channels).map(
      (clock): Row => [words.detailAhead, aheadText(clock, language)],
    ),
    [words.detailVersion, VERSION],
  ];
}

/** "cpu · web-1: 6m" */
function aheadText({ channel, key, aheadMs }: ClockAhead, language: string): string {
  const name = key ? `${channel} · ${seriesNames([key]).get(key)}` : channel;
  return `${name}: ${durationText(Math.round(aheadMs / 1000), { language })}`;
}

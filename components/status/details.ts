import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { ClockAhead } from '../element/clocks-ahead.ts';
import { clocksAhead } from '../element/clocks-ahead.ts';
import { seriesNames } from '../data/keys.ts';
import { icon } from '../shared/icons.ts';
import { durationText } from '../format/format-duration.ts';
import { ageText } from '../format/format-moment.ts';
import type { Words } from '../locale/messages.ts';
import { VERSION } from '../shared/version.ts';
import type { Connection } from '../source/connection.ts';
import { stalenessOf } from './connection-view.ts';

/** A disclosure for whoever has to mend the connection. */
export function details(
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

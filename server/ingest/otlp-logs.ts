import { type Collector, eventChannel, type Steps } from './collector.ts';
import { type Level, levelOf } from './level-word.ts';
import {
  anyValue,
  attributesOf,
  countOf,
  messages,
  resourceLabels,
  type Tree,
  textOf,
  timeOf,
} from './otlp-values.ts';
import { type Labels, labelsKey } from './series.ts';

/**
 * Reads an OTLP `ExportLogsServiceRequest`: one entry per record, in the channel `logs`. A bad record is recorded with its
 * index among all records, and the others are stored. Source: OTLP 1.x, logs data model.
 * @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseOtlpLogs(request: Tree, collector: Collector): Steps<void> {
  const channel = eventChannel(collector.options.prefix, 'logs');
  let at = 0;
  for (const resource of messages(request['resourceLogs'], 'resourceLogs')) {
    const labels = resourceLabels(resource['resource']);
    const k = labelsKey(labels);
    for (const scope of messages(resource['scopeLogs'], 'scopeLogs')) {
      for (const record of messages(scope['logRecords'], 'logRecords')) {
        const place = at++;
        collector.try(place, () => {
          const t = timeOf(record['timeUnixNano']) ?? timeOf(record['observedTimeUnixNano']);
          collector.event({ channel, k, t, at: place, data: entryOf(record, labels) });
        });
        if (at % 100 === 0) yield;
      }
    }
  }
}

function entryOf(record: Tree, labels: Labels): Tree {
  const data: Tree = {};
  const body = anyValue(record['body']);
  if (body !== null) data['text'] = typeof body === 'string' ? body : JSON.stringify(body);
  const title = textOf(record['eventName'], 'eventName');
  if (title !== '') data['title'] = title;
  const level = recordLevel(record);
  if (level) data['level'] = level;
  const fields = attributesOf(messages(record['attributes'], 'attributes'));
  if (Object.keys(fields).length > 0) data['fields'] = fields;
  if (labels.size > 0) data['labels'] = Object.fromEntries(labels);
  return data;
}

/** Returns the level by the severity's number; without one, by its text. */
function recordLevel({ severityNumber, severityText }: Tree): Level | undefined {
  const named = /^SEVERITY_NUMBER_([A-Z]+)\d?$/.exec(String(severityNumber))?.[1];
  if (named && named !== 'UNSPECIFIED') return named === 'TRACE' ? 'debug' : levelOf(named);
  const number = named ? 0 : countOf(severityNumber, 'severityNumber');
  if (number > 20) return 'critical';
  if (number > 16) return 'error';
  if (number > 12) return 'warning';
  if (number > 8) return 'info';
  if (number > 0) return 'debug';
  const text = textOf(severityText, 'severityText');
  if (text === '') return undefined;
  return /^trace/i.test(text) ? 'debug' : levelOf(text);
}

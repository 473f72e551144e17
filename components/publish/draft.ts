import type { Json } from '../../protocol/lp1.ts';

/** A message that is about to be sent. */
export interface Draft {
  payload: Json | Json[];
  /** Called after sending: removes the sent text from the field, and keeps text that was typed since. */
  clear: () => void;
}

/** The built-in form's message. */
export function messageDraft(field: { value: string }, author: string): Draft {
  const sent = field.value;
  return {
    payload: messagePayload(sent, author),
    clear: () => {
      if (field.value.startsWith(sent)) field.value = field.value.slice(sent.length);
    },
  };
}

/** A page's own form. @throws TypeError for a file; whatever `payload` throws */
export function formDraft(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  payload: (data: FormData) => Json | Json[] = formPayload,
): Draft {
  const fields = (): FormData => new FormData(form, submitter);
  const written = (): string =>
    JSON.stringify(
      [...fields()].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
    );
  const sent = written();
  return {
    payload: payload(fields()),
    clear: () => {
      if (written() === sent) form.reset();
    },
  };
}

/** Returns the payload of the built-in form. */
export function messagePayload(text: string, author: string): Json {
  const name = author.trim();
  return { text: text.trim(), ...(name !== '' && { author: name }) };
}

/**
 * Returns a form's fields as a payload, as the server reads a form that is posted without script: a `value` that is a number
 * becomes one, `labels.host` becomes a label; a name that occurs several times becomes a list. An empty file field is
 * ignored.
 * @throws TypeError for a file: a channel holds JSON
 */
export function formPayload(form: FormData): Json {
  const fields = new Map<string, Json>();
  const labels = new Map<string, Json>();
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).flatMap((value) => textOf(name, value));
    const [first, ...others] = values;
    if (first === undefined) continue;
    const value = others.length > 0 ? values : first;
    if (name.startsWith('labels.')) labels.set(name.slice('labels.'.length), value);
    else fields.set(name, name === 'value' && typeof value === 'string' ? numberOr(value) : value);
  }
  if (labels.size > 0) fields.set('labels', Object.fromEntries(labels));
  return Object.fromEntries(fields);
}

function textOf(name: string, value: FormDataEntryValue): string[] {
  if (typeof value === 'string') return [value];
  if (value.size === 0 && value.name === '') return [];
  throw new TypeError(
    `the field ${name} contains a file, which cannot be published: channels hold JSON`,
  );
}

function numberOr(text: string): string | number {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

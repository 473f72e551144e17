import type { Json } from '../../protocol/lp1.ts';
import { formPayload, messagePayload } from './publish-payload.ts';

/** A message as it is about to go. */
export interface Draft {
  payload: Json | Json[];
  /** Once it is sent: takes out of the field what was sent, and nothing that was written since. */
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

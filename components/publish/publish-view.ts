import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { live } from 'lit/directives/live.js';
import { durationText } from '../format/format-duration.ts';
import type { Words } from '../locale/messages.ts';
import type { SendFailure } from './send-failure.ts';

/** Content of the form. */
export interface PublishView {
  words: Words;
  /** True if the page has slotted its own form: the built-in one is then hidden. */
  ownForm: boolean;
  value: string;
  /** The visible name of the message field; without one only screen readers get a name. */
  label: string | undefined;
  placeholder: string | undefined;
  buttonLabel: string | undefined;
  multiline: boolean;
  maxLength: number | undefined;
  /** undefined = no field for it. */
  author: string | undefined;
  disabled: boolean;
  sending: boolean;
  /** True while sending has to wait for the connection. */
  waits: boolean;
  /** Time in ms until the server accepts the next message; 0 = now. */
  waitMs: number;
  failure: SendFailure | undefined;
  language: string;
  onInput: (event: InputEvent) => void;
  onAuthor: (event: InputEvent) => void;
  onSubmit: (event: SubmitEvent) => void;
  onSlot: () => void;
}

/** Returns the page's own form or the built-in one, with its messages. */
export function publishView(view: PublishView): TemplateResult {
  const { failure, waits, waitMs, words, language, disabled } = view;
  const error = failure?.text(words) ?? '';
  const left = durationText(Math.ceil(waitMs / 1000), { language, unit: 'second', digits: 0 });
  return html`<div class="base">
    <div ?inert=${disabled} class="own"><slot @slotchange=${view.onSlot}></slot></div>
    ${form(view)}
    <div class="below">
      <div class="says">
        <div class="error" part="error" id="error" role="alert" title=${failure?.detail ?? nothing}><span dir="auto">${error}</span><slot name="error" ?hidden=${error === ''}></slot></div>
        <span class="wait" ?hidden=${waitMs === 0}>${waitMs > 0 ? words.publishTryIn(left) : ''}</span>
        <span class="note" role="status">${waits ? words.publishWaits : ''}</span>
        <div class="hint" id="hint"><slot name="hint"></slot></div>
      </div>
      ${count(view)}
    </div>
  </div>`;
}

function form(view: PublishView): TemplateResult {
  const { words, sending, disabled, buttonLabel } = view;
  const held = sending || view.waits || view.waitMs > 0; // but focusable
  return html`<form part="form" novalidate autocomplete="on" ?hidden=${view.ownForm} @submit=${view.onSubmit}>
    ${author(view)}
    <label class=${view.label ? 'label' : 'sr'} for="input">${view.label ?? words.publishMessage}</label>
    <div class="row">
      ${view.multiline ? textarea(view) : input(view)}
      <button
        part="button"
        type="submit"
        class=${sending ? 'sending' : ''}
        ?disabled=${disabled}
        aria-disabled=${held ? 'true' : nothing}
      ><slot name="button"><span class="words">${buttonLabel ?? words.publishSend}</span></slot>${arrow}<span class="sr" ?hidden=${!sending}>${words.publishSending}</span></button>
    </div>
  </form>`;
}

function author({ author: name, words, disabled, onAuthor }: PublishView): unknown {
  if (name === undefined) return nothing;
  return html`<label class="name"><span class="sr">${words.publishAuthor}</span><input
    part="author"
    name="author"
    autocomplete="nickname"
    maxlength="60"
    dir="auto"
    placeholder=${words.publishAuthor}
    .value=${live(name)}
    ?disabled=${disabled}
    @input=${onAuthor}
  /></label>`;
}

const input = (view: PublishView): TemplateResult => html`<input
  part="input"
  id="input"
  name="text"
  autocomplete="off"
  enterkeyhint="send"
  dir="auto"
  placeholder=${view.placeholder ?? nothing}
  aria-describedby=${describedBy(view)}
  aria-invalid=${view.failure?.kind === 'invalid' ? 'true' : nothing}
  .value=${live(view.value)}
  ?disabled=${view.disabled}
  @input=${view.onInput}
/>`;

const textarea = (view: PublishView): TemplateResult => html`<textarea
  part="input"
  id="input"
  name="text"
  rows="2"
  autocomplete="off"
  enterkeyhint="send"
  dir="auto"
  placeholder=${view.placeholder ?? nothing}
  aria-describedby=${describedBy(view)}
  aria-invalid=${view.failure?.kind === 'invalid' ? 'true' : nothing}
  .value=${live(view.value)}
  ?disabled=${view.disabled}
  @input=${view.onInput}
></textarea>`;

const describedBy = ({ maxLength }: PublishView): string =>
  `error hint${maxLength === undefined ? '' : ' count'}`;

function count({ value, maxLength, ownForm, words }: PublishView): unknown {
  if (maxLength === undefined || ownForm) return nothing;
  const used = value.length;
  return html`<div class="count ${used > maxLength ? 'over' : ''}" part="count" id="count"><span aria-hidden="true" dir="ltr">${used} / ${maxLength}</span><span class="sr">${words.publishCount(used, maxLength)}</span></div>`;
}

const arrow: TemplateResult = html`<svg class="icon arrow" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${svg`<path d="M2.5 8h10.5M9 4l4 4-4 4" />`}</svg>`;

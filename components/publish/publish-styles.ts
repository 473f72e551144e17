import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of `lp-publish`: one box with the name, the text and the button, as wide as its container. */
export const publishStyles: CSSResult = css`
  .base {
    container: lp-publish / inline-size;
    contain-intrinsic-inline-size: 16rem;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    color: var(--_text);
    font: 400 0.875rem / 1.45 var(--_font);
    text-align: start;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    align-items: stretch;
    padding: 0.25rem;
    gap: 0.25rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }

  .label {
    flex: 1 0 100%;
    padding: 0.25rem 0.625rem 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }

  .name {
    flex: 0 1 9rem;
    display: flex;
  }

  .row {
    flex: 1 1 12rem;
    display: flex;
    align-items: end;
    gap: 0.25rem;
    min-inline-size: 0;
  }

  input,
  textarea {
    flex: 1;
    box-sizing: border-box;
    min-inline-size: 0;
    inline-size: 100%;
    min-block-size: 2.25rem;
    margin: 0;
    padding: 0.4375rem 0.625rem;
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) * 0.7);
    background: transparent;
    color: inherit;
    font: inherit;
    line-height: 1.35;
  }

  textarea {
    display: block;
    max-block-size: 12rem;
    resize: none;
    field-sizing: content;
  }

  .name input {
    background: var(--_track);
  }

  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }

  input:focus-visible,
  textarea:focus-visible {
    outline-offset: -1px;
  }

  [aria-invalid='true'] {
    border-color: var(--_danger);
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.375rem;
    flex: none;
    min-block-size: 2.25rem;
    padding: 0.25rem 0.875rem;
    border-color: transparent;
    border-radius: calc(var(--_radius) * 0.7);
    background: var(--_accent);
    color: var(--_surface);
    font-weight: 600;
  }

  button:hover {
    background: color-mix(in srgb, var(--_accent) 85%, var(--_text));
  }

  button[aria-disabled='true'],
  button:disabled {
    background: var(--_track);
    color: var(--_muted);
    cursor: default;
  }

  .arrow:dir(rtl) {
    scale: -1 1;
  }

  :disabled {
    cursor: not-allowed;
  }

  .below {
    display: flex;
    justify-content: space-between;
    align-items: start;
    gap: 0.75rem;
    padding-inline: 0.375rem;
    line-height: 1.75;
    color: var(--_muted);
    font-size: 0.75rem;
  }

  .says {
    display: flex;
    flex-wrap: wrap;
    min-inline-size: 0;
  }

  .error > span:not(:empty),
  .wait,
  .note:not(:empty) {
    margin-inline-end: 0.75rem;
  }

  .error {
    color: var(--_danger);
    font-weight: 600;
  }

  .wait {
    font-variant-numeric: tabular-nums;
  }

  .count {
    flex: none;
    margin-inline-start: auto;
    font-variant-numeric: tabular-nums;
  }

  .over {
    color: var(--_danger);
    font-weight: 600;
  }

  @container lp-publish (inline-size < 24rem) {
    .name {
      flex: 1 0 100%;
    }

    .row {
      flex-basis: 100%;
    }
  }

  @container lp-publish (inline-size < 14rem) {
    button {
      padding-inline: 0.625rem;
    }

    .words {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .sending .arrow {
      animation: fly 0.9s ease-in-out infinite alternate;
    }
  }

  @keyframes fly {
    to {
      opacity: 0.3;
    }
  }

  @media (forced-colors: active) {
    button,
    button:hover {
      border-color: ButtonText;
      background: ButtonFace;
      color: ButtonText;
    }

    button[aria-disabled='true'],
    button:disabled {
      border-color: GrayText;
      background: ButtonFace;
      color: GrayText;
    }

    .name input {
      border-color: FieldText;
      background: Field;
    }

    [aria-invalid='true'] {
      outline: 2px dashed Highlight;
    }
  }
`;

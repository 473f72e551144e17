import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of `lp-range`. */
export const rangeStyles: CSSResult = css`
  .base {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem 0.75rem;
    color: var(--_text);
    font: 400 0.8125rem / 1.4 var(--_font);
    font-variant-numeric: tabular-nums;
  }

  .group {
    display: inline-flex;
    flex-wrap: wrap;
  }

  .group button {
    border-radius: 0;
    margin-inline-start: -1px;
    min-inline-size: 2.5rem;
    min-block-size: 2rem;
  }

  .group button:first-child {
    margin-inline-start: 0;
    border-start-start-radius: calc(var(--_radius) / 2);
    border-end-start-radius: calc(var(--_radius) / 2);
  }

  .group button:last-child {
    border-start-end-radius: calc(var(--_radius) / 2);
    border-end-end-radius: calc(var(--_radius) / 2);
  }

  .group button:focus-visible {
    position: relative;
    z-index: 1;
  }

  button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_surface);
    font-weight: 600;
    position: relative;
  }

  button:disabled {
    color: var(--_muted);
    opacity: 0.6;
    cursor: default;
  }

  .shown {
    font-weight: 600;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem 0.75rem;
    flex-basis: 100%;
  }

  label {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
  }

  input {
    min-block-size: 2rem;
    padding: 0.125rem 0.5rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
  }

  .wrong {
    color: var(--_danger);
  }

  @media print {
    button,
    form {
      display: none;
    }
  }
`;

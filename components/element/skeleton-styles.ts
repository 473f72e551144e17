import { css } from 'lit';
import type { CSSResult } from 'lit';

/** What stands in a card until its first value comes. */
export const skeletonStyles: CSSResult = css`
  /* Out of the flow: it fills the value's place, and does not make it. */
  .skeleton {
    position: absolute;
    inset: 0;
    overflow: hidden;
    display: grid;
    align-content: center;
    gap: 0.5rem;
  }

  .bone {
    block-size: 0.75rem;
    inline-size: 42%;
    border-radius: 99px;
    background: var(--_track);
  }

  .bone:first-child {
    block-size: 1.25rem;
    inline-size: 68%;
    border-radius: 0.375rem;
  }

  @media (prefers-reduced-motion: no-preference) {
    .bone {
      animation: breathe 1.8s ease-in-out infinite alternate;
    }
  }

  @keyframes breathe {
    to {
      opacity: 0.55;
    }
  }
`;

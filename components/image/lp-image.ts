import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { css, html, nothing } from 'lit';
import { unreadable } from '../data/data-error.ts';
import { CURRENT_TAIL } from '../data/held.ts';
import { isRecord, shapeOf } from '../data/payload.ts';
import type { HoldsOptions } from '../element/channel-data.ts';
import { LpElement } from '../element/lp-element.ts';
import { oneOf } from '../shared/attribute-check.ts';
import { isOf, originsOf, safePicture } from '../shared/safe-url.ts';

export type * from '../element/element-types.ts';

const CURE =
  'an image is an address of this page or of its server; name other origins by allow="https://…"';

/** Attributes of `lp-image`. */
export interface ImageAttributes {
  /** Alternative text of the image. Default: the payload's `alt`, else the label. */
  alt: string | undefined;
  /** Origins that images may come from, in addition to those of the page and of its server: `https://cam.example`. */
  allow: string | undefined;
  /** Shows all of the image (`contain`), or fills the tile with a part of it (`cover`). Default `contain`. */
  objectFit: 'contain' | 'cover' | undefined;
}

export interface LpImage extends ImageAttributes {}

/**
 * `<lp-image channel="camera.yard" label="Yard">`: the newest image of a channel, whose payload is an address, or has one in `url`,
 * `src`, `image` or `value`. An image is shown once it is loaded completely; while it cannot be loaded, the last one stays.
 *
 * @csspart image - the image
 * @cssprop --lp-image-height - largest height of the image. Default `24rem`
 */
export class LpImage extends LpElement {
  static override holds: HoldsOptions = { entries: 1, single: true };
  static override styles: CSSResultGroup = [
    LpElement.styles,
    css`
      .content {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }

      img {
        inline-size: 100%;
        block-size: 100%;
        min-block-size: 0;
        max-block-size: var(--lp-image-height, 24rem);
        object-fit: contain;
        border-radius: calc(var(--_radius) / 2);
      }

      img.cover {
        object-fit: cover;
      }

      .bones {
        block-size: 100%;
        border-radius: calc(var(--_radius) / 2);
        background: var(--_track);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    alt: {},
    allow: {},
    objectFit: oneOf(['contain', 'cover'], { attribute: 'object-fit' }),
  };

  /** The address that is shown. */
  #shown: string | undefined;
  /** The version and the address of the newest image that was requested. */
  #wanted = '';
  #failure: Error | undefined;

  protected override get tail(): number {
    return CURRENT_TAIL;
  }

  protected override get example(): unknown {
    return { url: '/camera.jpg' };
  }

  protected override willUpdate(): void {
    const { payload } = this.held;
    const address = payload === undefined ? undefined : this.#addressOf(payload);
    if (address !== undefined) this.#load(address);
    this.state.attempt('choose', () => {
      if (payload !== undefined && address === undefined) throw unreadable(shapeOf(payload), CURE);
      if (this.#failure) throw this.#failure;
    });
  }

  protected override renderBody(): TemplateResult | typeof nothing {
    if (this.#shown === undefined) return nothing;
    return html`<img
      part="image"
      class=${this.objectFit ?? ''}
      src=${this.#shown}
      alt=${this.#alt}
      referrerpolicy="no-referrer"
    />`;
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones"></div>`;
  }

  get #alt(): string {
    const { payload, name } = this.held;
    const told = isRecord(payload) ? payload['alt'] : undefined;
    return this.alt ?? (typeof told === 'string' && told ? told : name);
  }

  /** Returns the checked URL if its origin is allowed. */
  #addressOf(payload: unknown): string | undefined {
    const value = this.field ? this.held.value : (inRecord(payload) ?? payload);
    const address = safePicture(value, document.baseURI);
    const server = this.live.connection?.address.url;
    const allowed = originsOf(document.baseURI, server, ...(this.allow?.split(/[\s,]+/) ?? []));
    return address !== undefined && isOf(address, allowed) ? address : undefined;
  }

  /** Loads an image before it is shown, so that one that fails half way does not replace the last good one. */
  #load(address: string): void {
    const wanted = `${this.version ?? 0} ${address}`;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    const image = new Image();
    image.referrerPolicy = 'no-referrer';
    const settle = (failure: Error | undefined): void => {
      if (wanted !== this.#wanted) return; // a newer one is on its way
      this.#failure = failure;
      if (!failure) this.#shown = image.src;
      this.requestUpdate();
    };
    image.onload = () => settle(undefined);
    image.onerror = () => settle(new Error(`the image ${address} could not be loaded`));
    image.src = this.#fresh(address);
  }

  /** Returns the URL with a parameter that differs for each publication: an equal URL that is published again has a new image, which no cache must replace. */
  #fresh(address: string): string {
    const shown = this.#shown === undefined ? undefined : new URL(this.#shown);
    shown?.searchParams.delete('lp');
    if (shown?.href !== address) return address;
    const url = new URL(address);
    url.searchParams.set('lp', String(this.version));
    return url.href;
  }
}

const FIELDS = ['url', 'src', 'image', 'value', 'text'];

const inRecord = (payload: unknown): unknown =>
  isRecord(payload)
    ? FIELDS.map((name) => payload[name]).find((each) => each !== undefined)
    : undefined;

declare global {
  interface HTMLElementTagNameMap {
    'lp-image': LpImage;
  }
}

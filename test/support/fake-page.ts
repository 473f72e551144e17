import type { Page } from '../../components/client/lifecycle.ts';

class FakeDocument extends EventTarget {
  visibilityState = 'visible';
}

/** The part of a window that the lifecycle uses. */
export class FakePage extends EventTarget implements Page {
  readonly document: FakeDocument = new FakeDocument();
  readonly navigator: { onLine: boolean } = { onLine: true };

  fire(type: 'pagehide' | 'pageshow' | 'online' | 'offline'): void {
    if (type === 'online' || type === 'offline') this.navigator.onLine = type === 'online';
    this.dispatchEvent(new Event(type));
  }

  show(visibilityState: 'visible' | 'hidden'): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  freeze(): void {
    this.document.dispatchEvent(new Event('freeze'));
  }

  thaw(): void {
    this.document.dispatchEvent(new Event('resume'));
  }
}

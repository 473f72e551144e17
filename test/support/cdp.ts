import { executeServerCommand } from '@web/test-runner-commands';

/** A command of the Chrome DevTools Protocol to this page; in Chromium only. */
export const cdp = <T = object>(method: string, params: object = {}): Promise<T> =>
  executeServerCommand<T, object>('cdp', { method, params } as never);

/** Medium and preferences, all at once: a call forgets those of the former one. */
export const emulate = (
  media: '' | 'print',
  features: Record<string, string> = {},
): Promise<object> =>
  cdp('Emulation.setEmulatedMedia', {
    media,
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });

/** The page's window as on a display of another kind; `ratio` = device pixels per CSS pixel. */
export const display = (ratio: number, width = 1_000, height = 800): Promise<object> =>
  cdp('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: ratio,
    mobile: false,
  });

/** Fingers on the page's window, at CSS pixels; none of them lifts all. */
export const touch = (
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  touchPoints: { x: number; y: number; id: number }[] = [],
): Promise<object> => cdp('Input.dispatchTouchEvent', { type, touchPoints });

/** What the page's process holds, after its garbage is gone. */
export async function held(): Promise<{ nodes: number; listeners: number; heapBytes: number }> {
  await cdp('Performance.enable');
  await cdp('HeapProfiler.collectGarbage');
  await cdp('HeapProfiler.collectGarbage');
  const { metrics } = await cdp<{ metrics: { name: string; value: number }[] }>(
    'Performance.getMetrics',
  );
  const of = (name: string): number => metrics.find((m) => m.name === name)?.value ?? Number.NaN;
  return {
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    heapBytes: of('JSHeapUsedSize'),
  };
}

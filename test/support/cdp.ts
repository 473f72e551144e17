import { executeServerCommand } from '@web/test-runner-commands';

/** Sends a command of the Chrome DevTools Protocol to this page; only in Chromium. */
export const cdp = <T = object>(method: string, params: object = {}): Promise<T> =>
  executeServerCommand<T, object>('cdp', { method, params } as never);

/** Sets medium and preferences together: each call replaces those of the former one. */
export const emulate = (
  media: '' | 'print',
  features: Record<string, string> = {},
): Promise<object> =>
  cdp('Emulation.setEmulatedMedia', {
    media,
    features: Object.entries(features).map(([name, value]) => ({ name, value })),
  });

/** Emulates the page's window on another display; `ratio` = device pixels per CSS pixel. */
export const display = (ratio: number, width = 1_000, height = 800): Promise<object> =>
  cdp('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: ratio,
    mobile: false,
  });

/** Touches the page's window at these points, in CSS pixels; without points, ends all touches. */
export const touch = (
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  touchPoints: { x: number; y: number; id: number }[] = [],
): Promise<object> => cdp('Input.dispatchTouchEvent', { type, touchPoints });

/** Returns the memory of the page's process after garbage collection. */
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

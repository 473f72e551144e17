/** Keeps the screen awake while the page is visible, where the browser can. Returns its end. */
export function keepAwake(): () => void {
  const { wakeLock } = navigator as Partial<Navigator>;
  if (!wakeLock) return () => {};
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await wakeLock.request('screen');
    } catch {
      return; // refused, as with a low battery: asked again when the page is next shown
    }
    if (isOver) void lock.release();
  };
  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible); // the browser takes the lock back from a hidden page
  void ask();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}

// In the head and before the first paint, so that a dark page never flashes white.
try {
  const chosen = localStorage.getItem('scheme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.scheme = chosen;
} catch {
  // no storage: the system's scheme it is
}

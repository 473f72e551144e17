// In the head, before the first paint: a dark page must not flash white, nor a translated one in English.
try {
  const { dataset } = document.documentElement;
  const scheme = localStorage.getItem('scheme');
  if (scheme === 'light' || scheme === 'dark') dataset.scheme = scheme;
  const language = localStorage.getItem('language');
  if ('translated' in dataset && ['de', 'ar', 'ja'].includes(language)) {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  }
} catch {
  // No storage: the system's colour scheme, and English.
}
if (new URLSearchParams(location.search).has('kiosk')) document.documentElement.dataset.kiosk = '';

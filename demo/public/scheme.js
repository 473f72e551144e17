// In the head and before the first paint: a dark page never flashes white, an Arabic one never in English.
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
  // no storage: the system's scheme it is, and English
}
if (new URLSearchParams(location.search).has('kiosk')) document.documentElement.dataset.kiosk = '';

// Runs before the first paint, so that a chosen colour scheme or language never flashes as the other.
(() => {
  try {
    const scheme = localStorage.getItem("atalaya.scheme");
    if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
    const language = localStorage.getItem("atalaya.language");
    if (language === "en" || language === "es") document.documentElement.lang = language;
  } catch {
    // Storage may be switched off; then the system's preferences stand.
  }
})();

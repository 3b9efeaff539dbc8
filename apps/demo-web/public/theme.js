// The theme that was chosen on this device; without a choice the system's counts. See src/app/theme-switch.tsx.
try {
  const theme = localStorage.getItem('viva-web.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is blocked: the system's theme it is.
}

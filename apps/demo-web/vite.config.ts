import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2023',
    // Browsers that know `light-dark()`, which the theme is made of.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy takes files alone: nothing is inlined as a data: address.
    assetsInlineLimit: 0,
    // Says which chunk holds what; the test of the first load reads it.
    manifest: true,
    modulePreload: { polyfill: false },
  },
})

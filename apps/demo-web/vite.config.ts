import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './build/precompress.ts'

/** The server behind the development server: `npm run dev` starts both, and says where. */
const SERVER = process.env['VIVA_DEV_SERVER'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  build: {
    target: 'es2023',
    // Browsers that know `light-dark()`, which the theme is made of.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy takes files alone: nothing is inlined as a data: address.
    assetsInlineLimit: 0,
    // Says which chunk holds what; the test of the first load reads it.
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What every page loads is one file: gzip then sees all of it at once.
      output: { codeSplitting: { groups: [{ name: 'core', tags: ['$initial'] }] } },
    },
  },
  server: {
    // Like the server's own default: this machine alone.
    host: '127.0.0.1',
    // Another port would be another origin, from which the server takes no cookies.
    strictPort: true,
    // All that the server answers itself. Both have one origin, as where the server serves the app.
    proxy: {
      '/trpc': { target: SERVER, ws: true },
      '^/(media|\\.well-known)/': { target: SERVER },
    },
  },
})

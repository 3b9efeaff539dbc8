import { defineConfig } from 'drizzle-kit'

/** drizzle-kit only writes SQL (`pnpm generate`); the server applies it itself, see `src/migrate.ts`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/schema/index.ts',
  out: './migrations',
  strict: true,
})

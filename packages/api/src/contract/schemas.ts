/** The zod schemas of every input, for forms and for servers; a subpath of its own, since zod weighs more than the rest. */
export * as ai from './schemas/ai.ts'
export * as auth from './schemas/auth.ts'
export * as companies from './schemas/companies.ts'
export * as interviews from './schemas/interviews.ts'
export * as media from './schemas/media.ts'
export * as proctoring from './schemas/proctoring.ts'
export * as sessions from './schemas/sessions.ts'

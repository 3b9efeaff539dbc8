import { config } from 'zod'

// Where it may, zod compiles its parsers at run time, and finds out with its first schema. Under a Content-Security-Policy
// without 'unsafe-eval' that try alone is a violation, which is reported although nothing is wrong. Forms gain nothing by
// compiled parsers, so in a page zod is told not to try.
if ('document' in globalThis) config({ jitless: true })

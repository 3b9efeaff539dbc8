import type { z } from 'zod'
import { readEnvFile } from './env-file.ts'
import { schema } from './env-schema.ts'
import { isLoopback, LOOPBACK_HOSTNAMES } from './loopback.ts'

/** Every setting of the server, checked and typed. Made by {@link parseEnv}; nothing else reads the environment. */
export interface Env {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Where clients reach the server, without a slash at the end; null means http://localhost and the port. */
  readonly publicUrl: string | null
  readonly corsOrigins: readonly string[]
  /** Whose X-Forwarded-For is believed: nobody's, that of so many proxies, or of these addresses. */
  readonly trustProxy: false | number | readonly string[]
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Null on the embedded database, which then keeps one of its own in the data folder. */
  readonly secret: string | null
  readonly dataDir: string
  readonly seedDemo: boolean
  /** Who is given the demo's log-ins, passwords included: everybody, browsers on this machine, or nobody. */
  readonly demoLogIns: 'everybody' | 'this-machine' | 'nobody'
  /** The folder of the web app, or `off` for none; null means the workspace's own, where it is built. */
  readonly webDir: string | null
  readonly database: {
    readonly url: string
    readonly directUrl: string
    readonly maxConnections: number
  } | null
  readonly redisUrl: string | null
  /** Who may read /metrics; null lets everybody who reaches the port. */
  readonly metricsToken: string | null
  readonly drainSeconds: number
  /** From the moment /readyz fails to the moment new connections are refused. */
  readonly drainDelaySeconds: number
  readonly maxUploadBytes: number
  readonly maxSocketsPerAddress: number
  readonly leaseSeconds: number
  readonly aiTimeoutSeconds: number
  /** In the order they are tried. */
  readonly aiProviders: readonly AiProviderSettings[]
  readonly s3: S3Settings | null
  /** The value that libuv read; it decides how many passwords are hashed at once. */
  readonly threadPoolSize: number
}

/** One AI provider, as configured. */
export type AiProviderSettings =
  | { readonly kind: 'scripted' }
  | {
      readonly kind: 'openai'
      readonly apiKey: string
      readonly baseUrl: string | null
      readonly model: string
      readonly price: Price | null
    }
  | { readonly kind: 'gemini'; readonly apiKey: string; readonly model: string; readonly price: Price | null }

/** Millionths of a US dollar for a million tokens. */
interface Price {
  readonly inputPerMillion: number
  readonly outputPerMillion: number
}

/** Where recordings go instead of the data folder. */
export interface S3Settings {
  readonly bucket: string
  readonly region: string
  readonly endpoint: string | null
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly forcePathStyle: boolean
}

/** The environment cannot be used. The message names every variable that is wrong, and never a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The environment is not usable: ${problems.join('; ')}.`)
    this.problems = problems
  }
}

type Raw = z.output<typeof schema>

/** The names of all variables, for the test that keeps .env.example complete. */
export const ENV_NAMES: readonly string[] = Object.keys(schema.shape)

/** The variables of the process and, below them, those of `.env` in the working directory, where there is one. */
export function readEnvironment(): Record<string, string | undefined> {
  return { ...readEnvFile('.env'), ...process.env }
}

/**
 * Reads the settings from `source`, where an empty variable counts as unset.
 *
 * @throws EnvError that names every problem at once
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(given)
  const missing = missingTogether(given)
  if (!parsed.success || missing.length > 0) {
    const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? []
    throw new EnvError([...wrong, ...missing])
  }
  return toEnv(parsed.data)
}

/** What is missing because of something else that is there. */
function missingTogether(given: Partial<Record<string, string>>): string[] {
  const has = (name: keyof Raw): boolean => given[name] !== undefined
  const ai = given['VIVA_AI_PROVIDERS']?.split(',').map((name) => name.trim()) ?? []
  const rules: [when: boolean, name: keyof Raw, why: string][] = [
    [
      has('DATABASE_URL'),
      'VIVA_SECRET',
      'with DATABASE_URL every instance needs the same one, of at least 32 characters',
    ],
    [has('DATABASE_DIRECT_URL'), 'DATABASE_URL', 'DATABASE_DIRECT_URL goes with it'],
    [has('VIVA_S3_BUCKET'), 'VIVA_S3_ACCESS_KEY_ID', 'VIVA_S3_BUCKET is set'],
    [has('VIVA_S3_BUCKET'), 'VIVA_S3_SECRET_ACCESS_KEY', 'VIVA_S3_BUCKET is set'],
    [ai.includes('gemini'), 'GEMINI_API_KEY', 'VIVA_AI_PROVIDERS names gemini'],
    [ai.includes('openai') && !has('OPENAI_BASE_URL'), 'OPENAI_API_KEY', 'VIVA_AI_PROVIDERS names openai'],
  ]
  return rules.flatMap(([when, name, why]) => (when && !has(name) ? [`${name} is missing: ${why}`] : []))
}

function toEnv(raw: Raw): Env {
  const trusted = raw.VIVA_TRUST_PROXY
  return Object.freeze<Env>({
    host: raw.HOST,
    port: raw.PORT,
    publicUrl: raw.VIVA_PUBLIC_URL === undefined ? null : new URL(raw.VIVA_PUBLIC_URL).origin,
    corsOrigins: raw.VIVA_CORS_ORIGINS,
    trustProxy: trusted === 0 || (Array.isArray(trusted) && trusted.length === 0) ? false : trusted,
    logLevel: raw.VIVA_LOG_LEVEL,
    secret: raw.VIVA_SECRET ?? null,
    dataDir: raw.VIVA_DATA_DIR,
    seedDemo: raw.VIVA_SEED_DEMO ?? raw.DATABASE_URL === undefined,
    demoLogIns: demoLogInsOf(raw),
    webDir: raw.VIVA_WEB_DIR ?? null,
    database:
      raw.DATABASE_URL === undefined
        ? null
        : {
            url: raw.DATABASE_URL,
            directUrl: raw.DATABASE_DIRECT_URL ?? raw.DATABASE_URL,
            maxConnections: raw.VIVA_DATABASE_CONNECTIONS,
          },
    redisUrl: raw.REDIS_URL ?? null,
    metricsToken: raw.VIVA_METRICS_TOKEN ?? null,
    drainSeconds: raw.VIVA_DRAIN_SECONDS,
    drainDelaySeconds: raw.VIVA_DRAIN_DELAY_SECONDS,
    maxUploadBytes: raw.VIVA_MAX_UPLOAD_BYTES,
    maxSocketsPerAddress: raw.VIVA_MAX_SOCKETS_PER_ADDRESS,
    leaseSeconds: raw.VIVA_LEASE_SECONDS,
    aiTimeoutSeconds: raw.VIVA_AI_TIMEOUT_SECONDS,
    aiProviders: aiProvidersOf(raw),
    s3: s3Of(raw),
    threadPoolSize: raw.UV_THREADPOOL_SIZE,
  })
}

function demoLogInsOf(raw: Raw): Env['demoLogIns'] {
  const { HOST, VIVA_DEMO_LOG_INS, VIVA_PUBLIC_URL, VIVA_TRUST_PROXY } = raw
  if (VIVA_DEMO_LOG_INS !== undefined) return VIVA_DEMO_LOG_INS ? 'everybody' : 'nobody'
  const isProxied = Array.isArray(VIVA_TRUST_PROXY) ? VIVA_TRUST_PROXY.length > 0 : VIVA_TRUST_PROXY !== 0
  const isPublic =
    VIVA_PUBLIC_URL !== undefined && !LOOPBACK_HOSTNAMES.includes(new URL(VIVA_PUBLIC_URL).hostname)
  return isLoopback(HOST) && !isProxied && !isPublic ? 'this-machine' : 'nobody'
}

function aiProvidersOf(raw: Raw): AiProviderSettings[] {
  // A key or an address of one's own is enough to be used; scripted is the last resort, for it needs nothing.
  const configured = [
    ...(raw.OPENAI_API_KEY !== undefined || raw.OPENAI_BASE_URL !== undefined ? ['openai'] : []),
    ...(raw.GEMINI_API_KEY !== undefined ? ['gemini'] : []),
    'scripted',
  ]
  const kinds = raw.VIVA_AI_PROVIDERS?.length ? raw.VIVA_AI_PROVIDERS : configured
  return kinds.map((kind): AiProviderSettings => {
    if (kind === 'openai') {
      return {
        kind,
        // Servers on one's own machine (Ollama, vLLM) take any key, but the library insists on one.
        apiKey: raw.OPENAI_API_KEY ?? 'none',
        baseUrl: raw.OPENAI_BASE_URL ?? null,
        model: raw.VIVA_OPENAI_MODEL,
        price: priceOf(raw.VIVA_OPENAI_INPUT_PRICE, raw.VIVA_OPENAI_OUTPUT_PRICE),
      }
    }
    if (kind === 'gemini' && raw.GEMINI_API_KEY !== undefined) {
      return {
        kind,
        apiKey: raw.GEMINI_API_KEY,
        model: raw.VIVA_GEMINI_MODEL,
        price: priceOf(raw.VIVA_GEMINI_INPUT_PRICE, raw.VIVA_GEMINI_OUTPUT_PRICE),
      }
    }
    return { kind: 'scripted' }
  })
}

function priceOf(inputPerMillion: number | undefined, outputPerMillion: number | undefined): Price | null {
  return inputPerMillion === undefined || outputPerMillion === undefined
    ? null
    : { inputPerMillion, outputPerMillion }
}

function s3Of(raw: Raw): S3Settings | null {
  const { VIVA_S3_BUCKET, VIVA_S3_ACCESS_KEY_ID, VIVA_S3_SECRET_ACCESS_KEY } = raw
  if (!VIVA_S3_BUCKET || !VIVA_S3_ACCESS_KEY_ID || !VIVA_S3_SECRET_ACCESS_KEY) return null
  return {
    bucket: VIVA_S3_BUCKET,
    region: raw.VIVA_S3_REGION,
    endpoint: raw.VIVA_S3_ENDPOINT ?? null,
    accessKeyId: VIVA_S3_ACCESS_KEY_ID,
    secretAccessKey: VIVA_S3_SECRET_ACCESS_KEY,
    forcePathStyle: raw.VIVA_S3_FORCE_PATH_STYLE,
  }
}

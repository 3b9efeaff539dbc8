import { isIP } from 'node:net'
import { z } from 'zod'

const AI_KINDS = ['openai', 'gemini', 'scripted'] as const

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })
const whole = (min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number)
const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true')
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)
const origin = (value: string) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value
const range = (value: string) => {
  const [address = '', bits, ...more] = value.split('/')
  const size = isIP(address) === 6 ? 128 : 32
  return (
    isIP(address) !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= size))
  )
}
/** US dollars for a million tokens, kept in millionths. */
const price = z
  .string()
  .refine((value) => /^\d{1,6}(?:\.\d{1,6})?$/.test(value), { error: 'must be US dollars like 0.15' })
  .transform((value) => Math.round(Number(value) * 1_000_000))

/** Every variable: what it may hold, and what it is where it is unset. `.env.example` says what each is for. */
export const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(3000),
  VIVA_PUBLIC_URL: url('http:', 'https:')
    .refine(
      (value) => URL.canParse(value) && ['', '/'].includes(new URL(value).pathname + new URL(value).search),
      {
        error: 'must be an origin without a path',
      },
    )
    .optional(),
  VIVA_CORS_ORIGINS: list
    .refine((items) => items.every(origin), {
      error: 'must be origins like https://app.example.com, parted by commas; "*" is refused',
    })
    .default([]),
  VIVA_TRUST_PROXY: z
    .union([whole(0, 10), list.refine((items) => items.every(range))], {
      error: 'must be a number of proxies, or addresses and CIDR ranges parted by commas',
    })
    .default(0),
  VIVA_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  VIVA_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  VIVA_DATA_DIR: z.string().default('.viva'),
  VIVA_SEED_DEMO: flag.optional(),
  VIVA_DEMO_LOG_INS: flag.optional(),
  VIVA_WEB_DIR: z.string().optional(),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_DIRECT_URL: url('postgres:', 'postgresql:').optional(),
  VIVA_DATABASE_CONNECTIONS: whole(2, 500).default(20),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  VIVA_METRICS_TOKEN: z.string().min(16, { error: 'must have at least 16 characters' }).optional(),
  VIVA_DRAIN_SECONDS: whole(0, 600).default(20),
  VIVA_DRAIN_DELAY_SECONDS: whole(0, 600).default(0),
  VIVA_MAX_UPLOAD_BYTES: whole(1, 5_000_000_000).default(250_000_000),
  VIVA_MAX_SOCKETS_PER_ADDRESS: whole(1, 1_000_000).default(200),
  VIVA_LEASE_SECONDS: whole(2, 25).default(10),
  VIVA_AI_TIMEOUT_SECONDS: whole(1, 600).default(30),
  VIVA_AI_PROVIDERS: list
    .refine((items) => items.every((item) => AI_KINDS.some((kind) => kind === item)), {
      error: `may hold ${AI_KINDS.join(', ')}, parted by commas`,
    })
    .optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: url('http:', 'https:').optional(),
  VIVA_OPENAI_MODEL: z.string().default('gpt-4.1-mini'),
  VIVA_OPENAI_INPUT_PRICE: price.optional(),
  VIVA_OPENAI_OUTPUT_PRICE: price.optional(),
  GEMINI_API_KEY: z.string().optional(),
  VIVA_GEMINI_MODEL: z.string().default('gemini-2.5-flash'),
  VIVA_GEMINI_INPUT_PRICE: price.optional(),
  VIVA_GEMINI_OUTPUT_PRICE: price.optional(),
  VIVA_S3_BUCKET: z.string().optional(),
  VIVA_S3_REGION: z.string().default('us-east-1'),
  VIVA_S3_ENDPOINT: url('http:', 'https:').optional(),
  VIVA_S3_ACCESS_KEY_ID: z.string().optional(),
  VIVA_S3_SECRET_ACCESS_KEY: z.string().optional(),
  VIVA_S3_FORCE_PATH_STYLE: flag.default(false),
  UV_THREADPOOL_SIZE: whole(1, 1024).default(4),
})

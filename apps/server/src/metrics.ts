import { timingSafeEqual } from 'node:crypto'
import { appRouter, type Hub, type PasswordHasher } from '@viva/api'
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the server counts, and the ports that it counts by. */
export interface Metrics {
  registry: Registry
  /** A hub that counts the events which commits bring. */
  counting<Counted extends Hub>(hub: Counted): Counted
  /** A hasher whose queue is seen. */
  queueing(hasher: PasswordHasher): PasswordHasher
  /** Shows a number that somebody else keeps. */
  gauge(name: string, help: string, read: () => number): void
  /** Times every request, by procedure or route. */
  time(fastify: FastifyInstance): void
}

/** Where latencies differ: a read takes milliseconds, a log-in a few hundred. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'viva_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const events = new Counter({
    name: 'viva_events_appended_total',
    help: 'Events appended to session logs by this instance',
    registers,
  })
  const runs = new Counter({
    name: 'viva_runs_finished_total',
    help: 'AI runs finished by this instance',
    labelNames: ['purpose', 'outcome'],
    registers,
  })
  const hashes = new Gauge({
    name: 'viva_password_hashes_pending',
    help: 'Password hashes that run or wait',
    registers,
  })

  async function pending<Result>(work: () => Promise<Result>): Promise<Result> {
    hashes.inc()
    try {
      return await work()
    } finally {
      hashes.dec()
    }
  }

  return {
    registry,
    counting(hub) {
      const poke: Hub['poke'] = (stream, head, appended = []) => {
        events.inc(appended.length)
        for (const { type, payload } of appended) {
          if (type === 'run.finished' && payload)
            runs.inc({ purpose: payload.purpose, outcome: payload.outcome })
        }
        hub.poke(stream, head, appended)
      }
      return { ...hub, poke }
    },
    queueing: (hasher) => ({
      hash: (password) => pending(() => hasher.hash(password)),
      verify: (hash, password) => pending(() => hasher.verify(hash, password)),
    }),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    time(fastify) {
      fastify.addHook('onResponse', async (req, reply) => {
        const route = routeOf(req.routeOptions.url, req.url)
        requests.observe({ method: req.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
      })
    },
  }
}

const procedures: ReadonlySet<string> = new Set(Object.keys(appRouter._def.procedures))

/** A procedure's name, or the route as it was declared: never what a caller made up, which has no end of values. */
function routeOf(route: string | undefined, url: string): string {
  if (route === undefined) return 'none'
  if (!route.startsWith('/trpc')) return route
  const name = url.slice('/trpc/'.length).split('?', 1)[0] ?? ''
  if (procedures.has(name)) return name
  return name.includes(',') ? 'batch' : 'unknown'
}

/** Serves the numbers under /metrics, to holders of `token` alone where there is one. */
export function serveMetrics(fastify: FastifyInstance, registry: Registry, token: string | null): void {
  fastify.get('/metrics', async (req, reply) => {
    if (token !== null && !isBearer(req.headers.authorization, token)) {
      return reply.code(401).header('www-authenticate', 'Bearer').send()
    }
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import type { RequestRoutes } from '@/lib/gateway'
import { env } from '@/lib/env'

/**
 * The server: one port. What is sold and what programs ask for is answered here on plain Node; pages are made by Next in a process of
 * its own (pages.ts), which starts, dies and starts again without a sale noticing. `--dev` (or NODE_ENV=development) serves pages with
 * hot reload.
 */

const graceMs = 10_000
const exitMs = 15_000

try {
  void env.PORT
  const { loadSigners } = await import('@/lib/chains')
  loadSigners()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

const dev = isDev()
// React chooses its build by it when it is loaded, and so does what is loaded below.
// oxlint-disable-next-line node/no-process-env -- for them, not for us
Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' })

const { findRoute, serveRoute } = await import('./app/plain-routes')
const { GET: health } = await import('./app/api/health/route')
const { closeEgress } = await import('@/lib/egress')
const { AppError, toProblemResponse } = await import('@/lib/errors')
const facilitator = await import('@/lib/facilitator')
const { answer, createListener } = await import('@/lib/gateway')
const { Client } = await import('@/lib/http')
const { startLoop, startWatch } = await import('@/lib/jobs')
const { closeCreditListener, closeSettlementTermsCache } = await import('@/lib/channels')
const { startPages } = await import('@/lib/pages')
const { closePayerCache } = await import('@/lib/payers')
const { closeResourceCache } = await import('@/lib/merchants')
const { closeDb, runFor } = await import('@/lib/db')
const { log } = await import('@/lib/log')

const pages = startPages({
  program: path.join(import.meta.dirname, `pages${path.extname(import.meta.filename)}`),
  args: dev ? ['--dev'] : [],
  isBuilt: () => dev || existsSync('.next/sluice-sources.sha256'),
})
const besides: RequestRoutes[] = facilitator.verbs.map((verb) => ({
  takes: (target) => facilitator.verbOf(target) === verb,
  handle: (request, { remoteAddress }) => facilitator.handle(verb, request, remoteAddress),
}))
// What a load balancer asks must not wait for pages.
besides.push({
  takes: (target) => target.split('?')[0] === '/api/health',
  handle: async (request) => (request.method === 'GET' || request.method === 'HEAD' ? health() : notAllowed()),
})
for (const isSale of [true, false])
  besides.push({
    takes: (target) => findRoute(target)?.isSale === isSale,
    // Whatever people and the API ask of the database cannot take the connections of sales.
    handle: (request, { target = '' }) => runFor('pages', () => serveRoute(request, target)),
    inTurn: !isSale,
  })
const listener = createListener({
  handle: answer,
  besides,
  otherwise: pages.serve,
  origin: env.PUBLIC_URL,
  isTrusted: Client.trust(env.TRUSTED_PROXIES),
})
if (dev)
  listener.server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/_next/')) pages.upgrade(request, socket, head)
    else socket.destroy()
  })

const watch = startWatch()
const loop = env.JOBS === 'in-process' ? startLoop() : undefined

listener.server.on('error', (error) => {
  process.stderr.write(`Sluice cannot listen on ${env.HOST}:${env.PORT}: ${error.message}\n`)
  process.exit(1)
})
listener.server.listen(env.PORT, env.HOST, () => {
  log().info({ address: listener.server.address(), url: env.PUBLIC_URL, jobs: env.JOBS, dev }, 'Sluice listens')
})

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), exitMs).unref()
    void stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        log().error({ err: error }, 'Sluice did not stop cleanly')
        process.exit(1)
      },
    )
  })

/** Requests first, so that what they need is still there; the database last. */
async function stop(signal: string): Promise<void> {
  log().info({ signal }, 'Sluice stops')
  await listener.close(graceMs)
  await Promise.all([loop?.stop(), watch.stop()])
  const caches = [closeResourceCache(), closeSettlementTermsCache(), closePayerCache(), closeCreditListener()]
  await Promise.all([closeEgress(), ...caches, pages.stop()])
  await closeDb()
}

function notAllowed(): Response {
  const problem = new AppError('method-not-allowed', 'Use GET or HEAD.', { headers: { Allow: 'GET, HEAD' } })
  return toProblemResponse(problem, env.PUBLIC_URL)
}

function isDev(): boolean {
  // oxlint-disable-next-line node/no-process-env -- which build to serve is asked before anything is configured
  return process.argv.includes('--dev') || process.env.NODE_ENV === 'development'
}

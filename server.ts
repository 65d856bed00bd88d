import { Server } from 'node:http'
import { env } from '@/lib/env'

/**
 * The production server: one port, /gateway/ on plain Node and everything else Next. `--dev` (or NODE_ENV=development)
 * serves with hot reload. See lib/gateway/listener.ts.
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
// React and Next choose their builds by it when they are loaded, which is why they are loaded below.
// oxlint-disable-next-line node/no-process-env -- for them, not for us
Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' })

const { default: next } = await import('next')
const { closeEgress } = await import('@/lib/egress')
const { AppError, toProblemResponse } = await import('@/lib/errors')
const facilitator = await import('@/lib/facilitator')
const { answer, createListener } = await import('@/lib/gateway')
const { Client } = await import('@/lib/http')
const { GET: health } = await import('./app/api/health/route')
const { startLoop, startWatch } = await import('@/lib/jobs')
const { closeCreditListener, closePolicyCache } = await import('@/lib/channels')
const { closePayerCache } = await import('@/lib/payers')
const { closeResourceCache } = await import('@/lib/merchants')
const { closeDb, runFor } = await import('@/lib/db')
const { log } = await import('@/lib/log')

// Next would take every upgrade of the port, those for /gateway/ too: it gets a server that never listens.
const upgrades = new Server()
const app = next({ dev, dir: '.', hostname: env.HOST, port: env.PORT, httpServer: upgrades })
const serveNext = app.getRequestHandler()
const besides: NonNullable<Parameters<typeof createListener>[0]['besides']>[number][] = facilitator.verbs.map(
  (verb) => ({
    takes: (target: string) => facilitator.verbOf(target) === verb,
    handle: (request: Request, { remoteAddress }: { remoteAddress?: string | undefined }) =>
      facilitator.handle(verb, request, remoteAddress),
  }),
)
// What a load balancer asks must not wait for pages.
besides.push({
  takes: (target) => target.split('?')[0] === '/api/health',
  handle: async (request) => (request.method === 'GET' || request.method === 'HEAD' ? health() : notAllowed()),
})
const listener = createListener({
  handle: answer,
  besides,
  // Whatever people and the API ask of the database cannot take the connections of sales.
  otherwise: (request, response) => runFor('pages', () => serveNext(request, response)),
  origin: env.PUBLIC_URL,
  isTrusted: Client.trust(env.TRUSTED_PROXIES),
})
if (dev)
  listener.server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/_next/')) upgrades.emit('upgrade', request, socket, head)
    else socket.destroy()
  })

await app.prepare()
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
  const caches = [closeResourceCache(), closePolicyCache(), closePayerCache(), closeCreditListener()]
  await Promise.all([closeEgress(), ...caches, app.close()])
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

import { createServer } from 'node:http'

/**
 * The dashboard and its API, made by Next, as a process of its own behind server.ts: that one owns the port, says who asks, and ends
 * this one by ending the channel between them.
 */

const [socketPath = '', mode] = process.argv.slice(2)
const dev = mode === '--dev'
// React and Next choose their builds by it when they are loaded. Background tasks and sales run in the process that started this one.
// oxlint-disable-next-line node/no-process-env -- for them, and for lib/env before anything reads it
Object.assign(process.env, {
  NODE_ENV: dev ? 'development' : 'production',
  JOBS: 'off',
  DATABASE_CONNECTIONS_SALES: '1',
})

const { default: next } = await import('next')
const { env } = await import('@/lib/env')
const { runFor, closeDb } = await import('@/lib/db')

// What the port in front has checked is not checked again, and it decides when an idle connection ends.
const limits = { maxHeaderSize: 64 * 1024, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 }
const server = createServer(limits, (request, response) => {
  // Whatever people ask of the database cannot take the connections of sales.
  void runFor('pages', () => serve(request, response))
})
const app = next({ dev, dir: '.', hostname: env.HOST, port: env.PORT, httpServer: server })
const serve = app.getRequestHandler()
await app.prepare()
server.listen(socketPath, () => process.send?.('ready'))

// The terminal's Ctrl-C comes here too: the process in front decides what is still to be answered.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
process.on('disconnect', () => {
  server.close()
  void app
    .close()
    .then(closeDb)
    .finally(() => process.exit(0))
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createCtx } from '@/lib/ctx'
import { startReference } from '../sandbox/facilitators/reference'

/**
 * One of the two facilitators of bench/facilitator.ts, in a process of its own: `sluice` with its background tasks, configured
 * by the environment, or `reference` or `example`, configured by argv: RPC URL, private key. Prints its URL.
 */
const [which, rpcUrl = '', privateKey = ''] = process.argv.slice(2)

if (which !== 'sluice') {
  const reference = await startReference({
    rpcUrl,
    network: 'eip155:84532',
    privateKey: privateKey as `0x${string}`,
    asInExample: which === 'example',
  })
  process.stdout.write(`${reference.url}\n`)
} else {
  const { ensureSigners } = await import('@/lib/execution')
  const { handle, verbOf } = await import('@/lib/facilitator')
  const { startLoop } = await import('@/lib/jobs')
  await ensureSigners(createCtx({ kind: 'system', id: 'bench' }))
  startLoop()
  const listen = getRequestListener(
    (request) => {
      const verb = verbOf(new URL(request.url).pathname)
      return verb ? handle(verb, request) : new Response(null, { status: 404 })
    },
    { overrideGlobalObjects: false },
  )
  const server = createServer(listen)
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/facilitator\n`)
  })
}
process.on('disconnect', () => process.exit(0))

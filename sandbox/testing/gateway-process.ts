import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { env } from '@/lib/env'
import { handle } from '@/lib/gateway'
import { startLoop } from '@/lib/jobs'

// The gateway and its background tasks as a process of its own, to be killed: what server.ts does, without Next.
const server = createServer(getRequestListener((request) => handle(request), { overrideGlobalObjects: false }))
server.listen(0, '127.0.0.1', () => {
  if (env.JOBS === 'in-process') startLoop()
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.on('disconnect', () => process.exit(0))

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { POST as takeStripeEvent } from '@/app/api/rails/stripe/route'
import { env } from '@/lib/env'
import { handle as facilitate, verbOf } from '@/lib/facilitator'
import { handle } from '@/lib/gateway'
import { startLoop } from '@/lib/jobs'

// The gateway, the facilitator, Stripe's webhooks and the background tasks as a process of its own, to be killed: what server.ts
// does, without Next.
const answer = (request: Request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/rails/stripe') return takeStripeEvent(request)
  const verb = verbOf(pathname)
  const remoteAddress = request.headers.get('x-forwarded-for') ?? undefined
  return verb ? facilitate(verb, request) : handle(request, { remoteAddress })
}
const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }))
server.listen(0, '127.0.0.1', () => {
  if (env.JOBS === 'in-process') startLoop()
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.on('disconnect', () => process.exit(0))

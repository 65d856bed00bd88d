import { handle } from '@/lib/facilitator'

// The same function that server.ts mounts on its plain listener: this is how a serverless deployment serves it.
export const dynamic = 'force-dynamic'

const serve = (request: Request): Promise<Response> => handle('settle', request)

export { serve as GET, serve as HEAD, serve as POST, serve as PUT, serve as PATCH, serve as DELETE }

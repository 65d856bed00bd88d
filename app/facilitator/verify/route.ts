import { handle } from '@/lib/facilitator'

// server.ts mounts the same function on its plain listener; this route serves it in a serverless deployment.
export const dynamic = 'force-dynamic'

const serve = (request: Request): Promise<Response> => handle('verify', request)

export { serve as GET, serve as HEAD, serve as POST, serve as PUT, serve as PATCH, serve as DELETE }

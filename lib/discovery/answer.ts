import { createHash } from 'node:crypto'

const maxAgeSeconds = 60

/** A response with a public document. Caches may keep it for a minute and then revalidate by its ETag. */
export function answer(request: Request, text: string, contentType: string): Response {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  const headers = {
    ETag: etag,
    'Cache-Control': `public, max-age=${maxAgeSeconds}`,
    'X-Content-Type-Options': 'nosniff',
  }
  const known = request.headers.get('if-none-match') ?? ''
  // Proxies that compress mark the tag as weak; the document is the same.
  const isKnown = known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  if (isKnown) return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { ...headers, 'Content-Type': contentType } })
}

import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { checkAction } from '@/app/_lib/check-action'
import { assertSameOrigin, Cookie, limitActions } from '@/lib/auth'
import { env } from '@/lib/env'
import { toAppError, toProblemResponse } from '@/lib/errors'

/**
 * Runs before every page: sends people without a session cookie to the sign-in page, and sets the content security
 * policy. An action that React could not read is refused. It is a convenience and never the gate: each page asks `requireSession` itself. The gateway, the API and
 * static files do not pass here.
 */
export const config = {
  matcher: [
    '/((?!gateway(?:/|$)|facilitator(?:/|$)|api/|_next/|\\.well-known/|openapi\\.json|llms\\.txt|llms-full\\.txt|docs(?:/|$)|s/|icon\\.svg|favicon\\.ico).*)',
  ],
}

const publicPages = /^\/sign-in(\/|$)/
/** Pages of a wallet that need not be a member: its payments, a new shop, an invitation. */
const ownPages = /^\/(me|start|invite)(\/|$)/

export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const needed = ownPages.test(pathname) ? Cookie.agentName() : Cookie.sessionName()
  if (isRead && !publicPages.test(pathname) && !request.cookies.has(needed)) {
    const signIn = new URL('/sign-in', env.PUBLIC_URL)
    if (pathname !== '/') signIn.searchParams.set('next', pathname + search)
    return NextResponse.redirect(signIn)
  }
  if (!isRead) {
    try {
      await limitActions(request.cookies.get(Cookie.sessionName())?.value, async () => {
        // Next would answer it with a 500.
        assertSameOrigin(request.headers)
        await checkAction(request)
      })
    } catch (error) {
      return toProblemResponse(toAppError(error), env.PUBLIC_URL)
    }
  }
  const nonce = randomBytes(16).toString('base64')
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  // Next reads the nonce of its own scripts from the request's policy.
  headers.set('Content-Security-Policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  if (isHttps()) response.headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
  return response
}

function isHttps(): boolean {
  return env.PUBLIC_URL.startsWith('https://')
}

function contentSecurityPolicy(nonce: string): string {
  // oxlint-disable-next-line node/no-process-env -- set by Next, at build time
  const dev = process.env.NODE_ENV === 'development'
  return [
    "default-src 'self'",
    // Hot reload and React's error overlay evaluate code.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Charts and menus set style attributes, which no nonce covers.
    "style-src 'self' 'unsafe-inline'",
    // Wallets announce their icons as data URLs.
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps() ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

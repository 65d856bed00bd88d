import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { assertSameOrigin, Cookie, findAgent, findSession, type Agent, type MemberScope } from '@/lib/auth'
import { createCtx, type Ctx } from '@/lib/ctx'
import { AppError } from '@/lib/errors'

/** The scope of the current request, read once per request; undefined without a session. */
export const currentSession = cache(async (): Promise<MemberScope.MemberScope | undefined> => {
  return findSession((await cookies()).get(Cookie.sessionName())?.value)
})

/**
 * The check of every page: a request without a session is redirected to the sign-in page. Call it in each page. A layout or proxy.ts is
 * not enough: some requests for a page skip them (CVE-2025-29927).
 */
export async function requireSession(): Promise<MemberScope.MemberScope> {
  return (await currentSession()) ?? redirect('/sign-in')
}

/** The signed-in wallet of the pages below /me, read once per request; undefined without a session. */
export const currentAgent = cache(async (): Promise<Agent | undefined> => {
  return findAgent((await cookies()).get(Cookie.agentName())?.value)
})

/** The check of every page below /me. */
export async function requireAgent(): Promise<Agent> {
  return (await currentAgent()) ?? redirect('/sign-in?next=/me')
}

/**
 * The check of every server action and route handler: same origin and a session.
 * @returns the scope, and a Ctx whose actor is the signed-in wallet.
 * @throws AppError not-allowed or not-signed-in
 */
export async function requireActor(): Promise<{ scope: MemberScope.MemberScope; ctx: Ctx }> {
  assertSameOrigin(await headers())
  const scope = await currentSession()
  if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
  return { scope, ctx: createCtx({ kind: 'member', id: scope.address }) }
}

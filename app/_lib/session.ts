import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import {
  assertSameOrigin,
  Cookie,
  Device,
  findAgent,
  findSession,
  sessionMs,
  type Agent,
  type MemberScope,
} from '@/lib/auth'
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

/** The check of every page for wallets that need not be members. @param next the page itself. */
export async function requireAgent(next = '/me'): Promise<Agent> {
  return (await currentAgent()) ?? redirect(`/sign-in?next=${encodeURIComponent(next)}`)
}

/**
 * The check of every server action of a wallet that need not be a member: same origin and a session.
 * @throws AppError not-allowed or not-signed-in
 */
export async function requireAgentActor(): Promise<Agent & { ctx: Ctx }> {
  assertSameOrigin(await headers())
  const agent = await currentAgent()
  if (!agent) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
  return { ...agent, ctx: createCtx({ kind: 'agent', id: agent.wallet }) }
}

/** Signs a member in: sets the cookie of a dashboard session. */
export async function setSession(session: string): Promise<void> {
  ;(await cookies()).set(Cookie.sessionName(), session, Cookie.options(sessionMs / 1_000))
}

/** The id of the current session, for verbs that change or keep it. */
export async function sessionToken(): Promise<string> {
  return (await cookies()).get(Cookie.sessionName())?.value ?? ''
}

/** The browser of the current request, in words. */
export async function currentDevice(): Promise<string> {
  return Device.describe((await headers()).get('user-agent'))
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

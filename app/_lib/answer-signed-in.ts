import { Cookie, sessionMs, type SessionIds } from '@/lib/auth'
import { hasPaid } from '@/lib/payments'

/** The answer of a sign-in: its cookies, the wallet, whether it is a member, and if not, whether it has payments to see. */
export async function answerSignedIn({ wallet, agent, member }: SessionIds): Promise<Response> {
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  const set = (name: string, value: string, ageS: number) =>
    headers.append('Set-Cookie', Cookie.serialize(name, value, ageS))
  set(Cookie.agentName(), agent, sessionMs / 1000)
  // A wallet that is not a member gets no dashboard session and does not end an existing one.
  if (member !== undefined) set(Cookie.sessionName(), member, sessionMs / 1000)
  set(Cookie.browserName(), '', 0)
  const isMember = member !== undefined
  const paid = !isMember && (await hasPaid(wallet))
  return Response.json({ signedIn: true, wallet, member: isMember, paid }, { headers })
}

import { answer } from '@/app/_lib/answer'
import { assertSameOrigin, Cookie, Device, limitSignIns, sessionMs, signIn } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { createFirstMerchant } from '@/lib/merchants'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    limitSignIns()
    const browser = Cookie.read(request.headers.get('cookie'), Cookie.browserName())
    const input: unknown = await request.json().catch(() => undefined)
    const { wallet, agent, member } = await signIn(
      createCtx({ kind: 'system', id: 'sign-in' }),
      input,
      browser,
      createFirstMerchant,
      Device.describe(request.headers.get('user-agent')),
    )
    const headers = new Headers({ 'Cache-Control': 'no-store' })
    const set = (name: string, value: string, ageS: number) =>
      headers.append('Set-Cookie', Cookie.serialize(name, value, ageS))
    set(Cookie.agentName(), agent, sessionMs / 1000)
    // A wallet that is not a member gets no dashboard session and does not end an existing one.
    if (member !== undefined) set(Cookie.sessionName(), member, sessionMs / 1000)
    set(Cookie.browserName(), '', 0)
    return Response.json({ signedIn: true, wallet, member: member !== undefined }, { headers })
  })

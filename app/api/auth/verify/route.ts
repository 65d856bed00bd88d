import { answer } from '@/app/answer'
import { assertSameOrigin, Cookie, sessionMs, signIn } from '@/lib/accounts'
import { createCtx } from '@/lib/ctx'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    const browser = Cookie.read(request.headers.get('cookie'), Cookie.browserName())
    const input: unknown = await request.json().catch(() => undefined)
    const { token } = await signIn(createCtx({ kind: 'system', id: 'sign-in' }), input, browser)
    const headers = new Headers({ 'Cache-Control': 'no-store' })
    headers.append('Set-Cookie', Cookie.serialize(Cookie.sessionName(), token, sessionMs / 1000))
    headers.append('Set-Cookie', Cookie.serialize(Cookie.browserName(), '', 0))
    return Response.json({ signedIn: true }, { headers })
  })

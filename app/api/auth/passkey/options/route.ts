import { answer } from '@/app/_lib/answer'
import { assertSameOrigin, beginPasskeySignIn, Cookie, limitSignIns } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    limitSignIns()
    const known = Cookie.read(request.headers.get('cookie'), Cookie.browserName())
    const { options, browser } = await beginPasskeySignIn(createCtx({ kind: 'system', id: 'sign-in' }), known)
    const cookie = Cookie.serialize(Cookie.browserName(), browser, 600)
    return Response.json(options, { headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } })
  })

import { answer } from '@/app/answer'
import { assertSameOrigin, Cookie, signOut } from '@/lib/accounts'
import { createCtx } from '@/lib/ctx'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    const token = Cookie.read(request.headers.get('cookie'), Cookie.sessionName())
    await signOut(createCtx({ kind: 'system', id: 'sign-out' }), token)
    const headers = { 'Set-Cookie': Cookie.serialize(Cookie.sessionName(), '', 0), 'Cache-Control': 'no-store' }
    return Response.json({ signedIn: false }, { headers })
  })

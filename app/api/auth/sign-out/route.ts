import { answer } from '@/app/_lib/answer'
import { assertSameOrigin, Cookie, endAgentSession, signOut } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    const held = (name: string) => Cookie.read(request.headers.get('cookie'), name)
    await signOut(createCtx({ kind: 'system', id: 'sign-out' }), held(Cookie.sessionName()))
    await endAgentSession(held(Cookie.agentName()))
    const headers = new Headers({ 'Cache-Control': 'no-store' })
    for (const name of [Cookie.sessionName(), Cookie.agentName()])
      headers.append('Set-Cookie', Cookie.serialize(name, '', 0))
    return Response.json({ signedIn: false }, { headers })
  })

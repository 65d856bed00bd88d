import { answer } from '@/app/_lib/answer'
import { answerSignedIn } from '@/app/_lib/answer-signed-in'
import { assertSameOrigin, Cookie, Device, limitSignIns, signIn } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { createFirstMerchant } from '@/lib/merchants'

export const POST = (request: Request) =>
  answer(async () => {
    assertSameOrigin(request.headers)
    limitSignIns()
    const browser = Cookie.read(request.headers.get('cookie'), Cookie.browserName())
    const input: unknown = await request.json().catch(() => undefined)
    const device = Device.describe(request.headers.get('user-agent'))
    const ctx = createCtx({ kind: 'system', id: 'sign-in' })
    return answerSignedIn(await signIn(ctx, input, browser, createFirstMerchant, device))
  })

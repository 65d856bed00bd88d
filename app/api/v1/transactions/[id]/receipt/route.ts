import { noStore, noTransaction, readId, requireKey } from '../../../require-key'
import { answer } from '@/app/_lib/answer'
import { Cookie, findSession } from '@/lib/auth'
import { getPaidReceipt, getReceipt } from '@/lib/intents'

type Params = { params: Promise<{ id: string }> }

/**
 * The execution receipt. An agent gets it by the token of its paid answer, a program by its API key, a member by the session.
 */
export const GET = (request: Request, { params }: Params) =>
  answer(async () => {
    const id = await readId(params)
    const receipt = await find(request, id)
    if (!receipt) throw noTransaction()
    const name = `sluice-receipt-${id}.json`
    return Response.json(receipt, { headers: { ...noStore, 'Content-Disposition': `inline; filename="${name}"` } })
  })

async function find(request: Request, id: string) {
  const token = new URL(request.url).searchParams.get('token')
  if (token !== null) return getPaidReceipt(token, id)
  const cookie = Cookie.read(request.headers.get('cookie'), Cookie.sessionName())
  const session = request.headers.has('authorization') ? undefined : await findSession(cookie)
  const reader = session ?? (await requireKey(request, 'transactions:read')).key
  return getReceipt(reader, id)
}

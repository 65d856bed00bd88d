import { readNumber } from '../../read-number'
import { answer } from '@/app/_lib/answer'
import { getConsistencyProof } from '@/lib/audit'
import { AppError } from '@/lib/errors'

/** ?from= and &to= (sizes; the newest checkpoint without `to`): RFC 6962 consistency proof. Hashes only. */
export const GET = (request: Request) =>
  answer(async () => {
    const from = readNumber(request, 'from')
    if (from === undefined) throw new AppError('bad-request', 'Name the size of the older log: ?from=.')
    const proof = await getConsistencyProof(from, readNumber(request, 'to'))
    return Response.json(proof, { headers: { 'Cache-Control': 'no-store' } })
  })

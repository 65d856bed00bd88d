import { readNumber } from '../../read-number'
import { answer } from '@/app/_lib/answer'
import { getInclusionProof } from '@/lib/audit'
import { AppError } from '@/lib/errors'

/** ?seq= (position of an event) or ?index= (of its leaf), and &size= of the tree: RFC 6962 inclusion proof. Hashes only. */
export const GET = (request: Request) =>
  answer(async () => {
    const [seq, index] = [readNumber(request, 'seq'), readNumber(request, 'index')]
    const ask = seq !== undefined ? { seq } : index !== undefined ? { index } : undefined
    if (!ask) throw new AppError('bad-request', 'Name the leaf: ?seq= of its event, or its ?index= in the log.')
    const proof = await getInclusionProof(ask, readNumber(request, 'size'))
    return Response.json(proof, { headers: { 'Cache-Control': 'no-store' } })
  })

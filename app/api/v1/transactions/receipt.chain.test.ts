import { toHex, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GET as read } from './[id]/receipt/route'
import { POST as ask } from './route'
import { GET as checkpoint } from '../audit/checkpoint/route'
import { GET as publicKey } from '../audit/key/route'
import { GET as consistency } from '../audit/proof/consistency/route'
import { GET as inclusion } from '../audit/proof/inclusion/route'
import { createApiKey, type MemberScope } from '@/lib/auth'
import { readLogStatus, sequenceEvents } from '@/lib/audit'
import { Erc20 } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { ReceiptToken, type ExecutionView } from '@/lib/intents'
import { createPolicy } from '@/lib/policies'
import { Bytes, Merkle, Note, Verifier, type Export, type Verdict } from '@/lib/proof'
import { anchorCheckpoint } from '@/lib/settlement'
import { usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'

const network = 'eip155:84532'
const merchantId = '11111111-1111-4111-8111-111111111111'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: owner.address })
const { evm } = chains()
const unlimited = { value: '', fee: '', transactions: '' }

let key = ''
let id = ''

beforeAll(async () => {
  await ensureSigners(ctx)
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  const policy = await createPolicy(ctx, owner, {
    name: 'Bot',
    contracts: [{ network, address: usdc, label: 'USDC', selectors: 'transfer(address,uint256)' }],
    maxValue: '0.001',
    maxFee: '0.001',
    policy: { value: '0.01', fee: '10', transactions: '10000' },
    key: unlimited,
    agent: unlimited,
    urgencies: ['standard'],
    submissions: ['public'],
    finality: 'included',
    refund: 'never',
  })
  const scopes = ['transactions:read', 'transactions:write']
  key = (await createApiKey(ctx, owner, { name: 'bot', scopes, policyId: policy.id })).key
  const data = Erc20.transferData(toHex(0xfeed_0001, { size: 20 }), 5n)
  const asked = await ask(request('', { network, to: usdc, data, idempotencyKey: 'one' }))
  id = ((await asked.json()) as ExecutionView.ExecutionView).id
})
afterAll(endHeartbeat)

function request(query = '', body?: unknown): Request {
  return new Request(`http://sluice.test/api/v1/x${query}`, {
    headers: { authorization: `Bearer ${key}` },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
}

async function receipt(query = ''): Promise<Export.ExecutionReceipt> {
  const response = await read(request(query), { params: Promise.resolve({ id }) })
  expect(response.status).toBe(200)
  return (await response.json()) as Export.ExecutionReceipt
}

/** A verifier that got the published key in another way. */
async function verify(value: unknown): Promise<Verdict.Verdict> {
  const verifier = Verifier.create({ key: Note.parseKey(await (await publicKey()).text()) })
  for (const line of JSON.stringify(value, null, 2).split('\n')) verifier.take(line)
  return verifier.end()
}

async function sign(): Promise<void> {
  const isSigned = async () => {
    await sequenceEvents(10_000)
    const { size, waiting, checkpoint: signed } = await readLogStatus()
    return waiting === 0 && signed?.size === size
  }
  while (!(await isSigned())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function finish(): Promise<Export.ExecutionReceipt> {
  for (let tries = 0; tries < 1_000; tries++) {
    await submitDue(ctx, 1_000)
    await trackDue(ctx, 1_000)
    await sign()
    const found = await receipt()
    if (found.isComplete) return found
    await evm.rpc('anvil_mine', ['0x8'])
  }
  throw new Error('it never ends')
}

test('a receipt before the end verifies, and says that more may follow', async () => {
  await sign()
  const found = await receipt()
  expect(found).toMatchObject({ isComplete: false, transaction: { id } })
  const verdict = await verify(found)
  expect(verdict).toMatchObject({ ok: true, kind: 'receipt', bad: 0 })
  expect(verdict.checks.at(-1)?.text).toMatch(/more may follow/)
})

describe('at the end', () => {
  let found: Export.ExecutionReceipt
  beforeAll(async () => {
    found = await finish()
  })

  test('it holds the request, the decision, the simulation, the attempts and the inclusion, and verifies', async () => {
    expect(found).toMatchObject({
      transaction: { status: 'final' },
      intent: { request: { network }, decision: { allowed: true } },
      simulation: { ok: true, digest: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
      inclusion: { hash: found.attempts[0]?.hash },
      waiting: 0,
    })
    expect(found.events.map(({ event }) => event?.type)).toEqual(
      expect.arrayContaining(['intent.accepted', 'transaction.queued', 'transaction.included', 'transaction.final']),
    )
    expect(await verify(found)).toMatchObject({ ok: true, bad: 0 })
  })

  test.each<[string, (receipt: Export.ExecutionReceipt) => unknown]>([
    ['an attempt that was never made', (one) => (one.attempts[0]!.hash = `0x${'ab'.repeat(32)}`)],
    ['another block', (one) => (one.inclusion!.blockHash = `0x${'ab'.repeat(32)}`)],
    ['another simulation', (one) => (one.simulation!.digest = `0x${'ab'.repeat(32)}`)],
    ['another request', (one) => ((one.intent!.request as { network: string }).network = 'eip155:1')],
    ['an edited event', (one) => (one.events[1]!.event!.data = {})],
    ['a proof of another leaf', (one) => (one.events[0]!.proof = one.events[1]!.proof)],
    ['another root', (one) => (one.checkpoint = one.checkpoint.replace(/\n[^\n]{44}\n/, `\n${'A'.repeat(43)}=\n`))],
  ])('%s does not verify', async (_, forge) => {
    const forged = structuredClone(found)
    forge(forged)
    expect((await verify(forged)).ok).toBe(false)
  })

  test('an agent gets it by its token, and not by another token', async () => {
    const token = ReceiptToken.make(String(found.intent?.id))
    const paid = await receipt(`?token=${token}`)
    expect(paid.events.every((leaf) => leaf.disclosed === undefined)).toBe(true)
    expect((await verify(paid)).ok).toBe(true)
    const refused = await read(request('?token=guessed'), { params: Promise.resolve({ id }) })
    expect(refused.status).toBe(404)
  })

  test('the log’s own API proves its leaves, and that it only grew', async () => {
    const { index, hash } = found.events[0]!
    const proof = (await (await inclusion(request(`?index=${index}`))).json()) as {
      proof: string[]
      checkpoint: string
    }
    const signed = Note.parse(proof.checkpoint).checkpoint
    const path = proof.proof.map(Bytes.fromHex)
    expect(Merkle.verifyInclusion(Bytes.fromHex(hash), BigInt(index), signed, path)).toBe(true)
    const bySeq = (await (await inclusion(request(`?seq=${found.events[0]!.event!.seq}`))).json()) as { index: string }
    expect(bySeq.index).toBe(index)
    const older = Note.parse(found.checkpoint).checkpoint
    const newest = Note.parse(await (await checkpoint()).text()).checkpoint
    const grown = (await (await consistency(request(`?from=${older.size}`))).json()) as { proof: string[] }
    expect(Merkle.verifyConsistency(older, newest, grown.proof.map(Bytes.fromHex))).toBe(true)
    expect((await inclusion(request('?index=900000'))).status).toBe(404)
    expect((await inclusion(request(''))).status).toBe(400)
    expect((await consistency(request('?from=900000'))).status).toBe(404)
  })

  test('an anchor is on chain byte for byte, and stands in the receipts after it', async () => {
    const anchored = await anchorCheckpoint(ctx)
    await expect(anchorCheckpoint(ctx)).rejects.toThrow(/anchored already/)
    const included = async () => {
      await submitDue(ctx, 1_000)
      await trackDue(ctx, 1_000)
      return (await receipt()).anchors[0]?.txHash ?? ''
    }
    await expect.poll(included).not.toBe('')
    const hash = await included()
    const sent = await evm.rpc<{ input: Hex; from: Hex; to: Hex }>('eth_getTransactionByHash', [hash])
    const withAnchor = await receipt()
    expect(Buffer.from(sent.input.slice(2), 'hex').toString()).toBe(withAnchor.anchors[0]?.note)
    expect(sent.to).toBe(sent.from)
    expect(Note.parse(withAnchor.anchors[0]!.note).checkpoint.size.toString()).toBe(anchored.size)
    expect((await verify(withAnchor)).ok).toBe(true)
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { db, json, sql } from '@/lib/db'
import { getTransaction, listTransactions } from '../index'

const [merchantId, other] = [randomUUID(), randomUUID()]
const asset = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const signer = '0x2222222222222222222222222222222222222222'
const moved = { asset, from: signer, to: '0x3333333333333333333333333333333333333333', amount: '2500000' }
const accepted = {
  ok: true,
  method: 'eth_simulateV1',
  call: { selector: '0xa9059cbb', by: 'known', name: 'transfer', args: [] },
  transfers: [moved, { ...moved, asset: 'native' }],
}

async function insert(): Promise<string> {
  const [id, intentId] = [randomUUID(), randomUUID()]
  const decision = { allowed: true, rules: [{ rule: 'contract', ok: true, detail: 'It may.' }] }
  await db.execute(sql`
    INSERT INTO intent (id, merchant_id, network, agent, body_hash, body, decision)
    VALUES (${intentId}::uuid, ${merchantId}::uuid, 'eip155:84532', '0x44', ${Buffer.alloc(32)}, '{}', ${json(decision)}::jsonb)`)
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, merchant_id, intent_id, accepted, "to", value)
    VALUES (${id}::uuid, 'eip155:84532', 'call', ${signer}, 'execution', 'held', ${merchantId}::uuid, ${intentId}::uuid,
      ${json(accepted)}::jsonb, ${asset}, 0)`)
  return id
}

describe('a transaction of a merchant', () => {
  it('is visible only to members of the merchant and to operators', async () => {
    const id = await insert()
    const seen = async (reader: { operator: boolean; merchantId: string }) => [
      (await listTransactions(reader, {}, { size: 25 })).rows.some((row) => row.id === id),
      (await getTransaction(reader, id)) !== undefined,
    ]
    expect(await seen({ operator: false, merchantId })).toEqual([true, true])
    expect(await seen({ operator: true, merchantId: other })).toEqual([true, true])
    expect(await seen({ operator: false, merchantId: other })).toEqual([false, false])
  })

  it('shows its call, its request, the units of its amounts and the possible actions', async () => {
    const id = await insert()
    const { rows } = await listTransactions({ operator: true, merchantId }, {}, { size: 25 })
    expect(rows.find((row) => row.id === id)?.call).toBe('transfer')
    expect(await getTransaction({ operator: false, merchantId }, id)).toMatchObject({
      call: 'transfer',
      intent: {
        asker: { kind: 'agent', id: '0x44' },
        rules: [{ ok: true, detail: 'It may.' }],
        transactions: [{ id, position: 0, status: 'held' }],
      },
      accepted: { transfers: [{ unit: { symbol: 'USDC', decimals: 6 } }, { unit: { symbol: 'ETH', decimals: 18 } }] },
      whyNot: { retry: null, cancel: null, 'speed-up': expect.stringContaining('not sent') as string },
    })
  })
})

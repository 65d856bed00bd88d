import { parseTransaction, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { fundGas, fundUsdc } from '@/sandbox/evm'
import { awsKeyId, startAwsKms } from '@/sandbox/testing/aws-kms'
import {
  setUpExecution,
  ctx,
  enqueue,
  evm,
  look,
  network,
  proxy,
  skipTime,
  track,
  trackUntil,
  transfer,
} from '@/sandbox/testing/execution-harness'
import { submitDue, submitNow } from '../index'

setUpExecution()

// A lane whose key is elsewhere: nothing of it is signed inside a database transaction.

// Before the rig's own hooks: they read the environment.
const kms = await startAwsKms()
process.env.AWS_ACCESS_KEY_ID = 'test'
process.env.AWS_SECRET_ACCESS_KEY = 'test'
process.env.SIGNERS = JSON.stringify([
  {
    purpose: 'execution',
    kind: 'aws-kms',
    networks: [network],
    address: kms.key.address,
    keyId: awsKeyId,
    region: 'eu-central-1',
    endpoint: kms.url,
  },
])

beforeAll(async () => {
  await fundGas(evm, kms.key.address, 10n ** 20n)
  await fundUsdc(evm, kms.key.address, 1_000_000n)
})
beforeEach(() => {
  kms.fault = () => 'answer'
})
afterAll(() => kms.stop())

const drive = async (id: string) => {
  await skipTime(id)
  await submitDue(ctx, 10_000)
}

describe('a key in a service', () => {
  it('signs between two transactions, and the call lands', async () => {
    kms.fault = (call) => (call === 'Sign' ? 'high-s' : 'answer')
    const id = await enqueue(transfer(5n, 'execution').call)
    await submitNow(ctx, id)
    expect(await trackUntil(id, 'final')).toMatchObject({ nonce: 0n, attempts: [{ seq: 1 }] })
  })

  it('that cannot be reached keeps its slot, and is asked for the same nonce until it answers', async () => {
    kms.fault = () => 'down'
    const id = await enqueue(transfer(5n, 'execution').call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'queued', nonce: 1n, attempts: [] })
    await drive(id)
    expect(await look(id)).toMatchObject({ nonce: 1n, attempts: [] })
    kms.fault = () => 'answer'
    const behind = await enqueue(transfer(5n, 'execution').call)
    await submitNow(ctx, behind)
    await drive(id)
    expect(await trackUntil(id, 'final')).toMatchObject({ nonce: 1n })
    expect(await trackUntil(behind, 'final')).toMatchObject({ nonce: 2n })
  })

  it('whose slot lost its call fills it with nothing, so that the lane goes on', async () => {
    kms.fault = () => 'down'
    const id = await enqueue(transfer(5n, 'execution').call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ nonce: 3n, attempts: [] })
    kms.fault = () => 'answer'
    const behind = await enqueue(transfer(5n, 'execution').call)
    await submitNow(ctx, behind)
    expect((await track(behind)).status).toBe('submitted')
    const reverts = { error: { code: 3, message: 'execution reverted', data: '0x' } }
    proxy.fault = ({ method, params }) => {
      const [call] = params as [{ to?: string } | undefined]
      const isSelf = call?.to?.toLowerCase() === kms.key.address
      return /eth_(call|estimateGas|simulateV1)/.test(method) && !isSelf ? reverts : 'forward'
    }
    await drive(id)
    proxy.fault = () => 'forward'
    const row = await look(id)
    expect(row.attempts).toHaveLength(1)
    expect(parseTransaction(toHex(row.attempts[0]?.raw ?? new Uint8Array()))).toMatchObject({
      nonce: 3,
      to: kms.key.address,
      gas: 21_000n,
    })
    expect(await trackUntil(id, 'cancelled')).toMatchObject({ error: /revert/ })
    expect(await trackUntil(behind, 'final')).toMatchObject({ nonce: 4n })
  })

  it('that signs while its lease is taken over stores nothing', async () => {
    const id = await enqueue(transfer(5n, 'execution').call)
    const takenOver = new Promise<void>((resolve) => {
      kms.fault = (call) => {
        // Another driver takes the transaction while the service is asked.
        if (call === 'Sign')
          void db
            .execute(sql`UPDATE transaction SET epoch = epoch + 1, lease_until = NULL WHERE id = ${id}::uuid`)
            .then(() => resolve())
        return call === 'Sign' ? 'throttle' : 'answer'
      }
    })
    const slow = submitNow(ctx, id)
    await takenOver
    kms.fault = () => 'answer'
    await slow
    expect(await look(id)).toMatchObject({ status: 'queued', attempts: [] })
    await drive(id)
    expect(await trackUntil(id, 'final')).toMatchObject({ attempts: [{ seq: 1 }] })
  })
})

import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { setUpExecution, balance, ctx, enqueue, look, transfer } from '@/sandbox/testing/execution-harness'
import { db, sql } from '@/lib/db'
import { awaitOutcome } from '../track/await-outcome'
import { claimOne } from '../claim-one'
import { priceCall } from './price-call'
import { signAttempt } from './sign-attempt'
import { submitNow } from './submit-now'

setUpExecution()

// No worker runs here: what waits is moved by those that wait.

/** As a process leaves it that is killed when the bytes are stored and not sent. */
async function leaveSigned(id: string): Promise<void> {
  await db.execute(
    sql`UPDATE transaction SET lease_until = now() - interval '1 s', due_at = now() WHERE id = ${id}::uuid`,
  )
  const leased = await claimOne(id, 'submit')
  if (!leased) throw new Error('no lease')
  const priced = await priceCall(leased)
  if (priced.kind !== 'ready') throw new Error('it cannot be signed')
  await signAttempt(ctx, leased, { ...priced, kind: 'call' })
  await db.execute(sql`
    UPDATE transaction SET lease_owner = ${randomUUID()}::uuid, lease_until = now() - interval '1 s', due_at = now()
    WHERE id = ${id}::uuid`)
}

it('one that waits sends what a dead process signed before it in its lane', async () => {
  const [dead, mine] = [transfer(3n), transfer(5n)]
  const deadId = await enqueue(dead.call)
  await leaveSigned(deadId)
  expect(await look(deadId)).toMatchObject({ status: 'signed', attempts: [{ broadcasts: 0 }] })
  const id = await enqueue(mine.call)
  await submitNow(ctx, id)
  expect(await awaitOutcome(id, 500)).toMatchObject({ kind: 'unknown' })
  expect(await awaitOutcome(id, 15_000)).toMatchObject({ kind: 'included' })
  expect([await balance(dead.to), await balance(mine.to)]).toEqual([3n, 5n])
  expect((await look(deadId)).attempts).toMatchObject([{ broadcasts: 1 }])
})

it('leaves what another process drives to it', async () => {
  const [driven, mine] = [transfer(3n), transfer(5n)]
  const drivenId = await enqueue(driven.call)
  await leaveSigned(drivenId)
  await db.execute(sql`
    UPDATE transaction SET lease_until = now() + interval '1 hour',
      lease_owner = (SELECT id FROM process LIMIT 1) WHERE id = ${drivenId}::uuid`)
  const id = await enqueue(mine.call)
  await submitNow(ctx, id)
  expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'unknown' })
  expect((await look(drivenId)).attempts).toMatchObject([{ broadcasts: 0 }])
  await db.execute(sql`UPDATE transaction SET lease_until = now() WHERE id = ${drivenId}::uuid`)
  expect(await awaitOutcome(id, 15_000)).toMatchObject({ kind: 'included' })
})

import { HTTPFacilitatorClient } from '@x402/core/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setUpFacilitator, newPayer, requirements, sign } from '@/sandbox/testing/facilitator-harness'
import { startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { db, sql } from '@/lib/db'

setUpFacilitator()

// One facilitator of several processes: a balancer sends each call wherever it likes.

let running: [GatewayProcess, GatewayProcess]
const clientOf = ({ url }: GatewayProcess) => new HTTPFacilitatorClient({ url: `${url}/facilitator` })
const start = () => startGateway({ JOBS: 'off' })

beforeAll(async () => {
  running = await Promise.all([start(), start()])
})
afterAll(() => Promise.all(running.map((process) => process.stop())))

describe('a payload that was called valid', () => {
  it('twice, by two processes, is settled with success once', async () => {
    const [one, two] = running.map(clientOf) as [HTTPFacilitatorClient, HTTPFacilitatorClient]
    const payload = await sign(await newPayer())
    for (const at of [one, two]) expect(await at.verify(payload, requirements())).toMatchObject({ isValid: true })
    expect(await one.settle(payload, requirements())).toMatchObject({ success: true })
    for (const at of [two, one, two]) expect(await at.settle(payload, requirements())).toMatchObject({ success: false })
  })

  it('twice, by one that is gone and by another, is settled with success once', async () => {
    const payload = await sign(await newPayer())
    expect(await clientOf(running[0]).verify(payload, requirements())).toMatchObject({ isValid: true })
    await running[0].stop()
    running[0] = await start()
    expect(await clientOf(running[1]).verify(payload, requirements())).toMatchObject({ isValid: true })
    expect(await clientOf(running[1]).settle(payload, requirements())).toMatchObject({ success: true })
    expect(await clientOf(running[0]).settle(payload, requirements())).toMatchObject({ success: false })
  })

  it('once is told its result again, wherever it is asked for', async () => {
    const [one, two] = running.map(clientOf) as [HTTPFacilitatorClient, HTTPFacilitatorClient]
    const payload = await sign(await newPayer())
    expect(await one.verify(payload, requirements())).toMatchObject({ isValid: true })
    const settled = await two.settle(payload, requirements())
    expect(settled).toMatchObject({ success: true })
    for (const at of [one, two]) expect(await at.settle(payload, requirements())).toEqual(settled)
    expect(await one.verify(payload, requirements())).toMatchObject({ isValid: false })
    const { nonce } = payload.payload.authorization as { nonce: string }
    const counted = await db.query(
      sql`SELECT times FROM facilitator_verification WHERE claim_key LIKE ${`%${nonce.toLowerCase()}`}`,
    )
    expect(counted).toEqual([{ times: 1 }])
  })

  it('never is not told it: nothing shows that it is the same sale', async () => {
    const payload = await sign(await newPayer())
    expect(await clientOf(running[0]).settle(payload, requirements())).toMatchObject({ success: true })
    expect(await clientOf(running[1]).settle(payload, requirements())).toMatchObject({ success: false })
  })
})

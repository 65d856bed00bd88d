import type { AddressInfo } from 'node:net'
import { x402Client } from '@x402/core/client'
import type { PaymentRequirements } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/client'
import { ExactEvmScheme as ExactEvmServer } from '@x402/evm/exact/server'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import { wrapFetchWithPayment } from '@x402/fetch'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { evmNetwork as network, usdc } from '@/sandbox/evm'
import {
  setUpFacilitator,
  balance,
  facilitator,
  newPayer,
  payTo,
  proxy,
  requirements,
  sent,
  sign,
  url,
} from '@/sandbox/testing/facilitator-harness'

setUpFacilitator()

describe('the facilitator', () => {
  it('says what it settles, to a client that reads it', async () => {
    const { kinds, signers } = await facilitator.getSupported()
    expect(kinds).toContainEqual({ x402Version: 2, scheme: 'exact', network })
    expect(kinds).toContainEqual({ x402Version: 1, scheme: 'exact', network: 'base-sepolia' })
    expect(signers['eip155:*']).toHaveLength(1)
  })

  it('verifies, settles once, and tells the same again', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const before = await balance()
    expect(await facilitator.verify(payload, requirements())).toEqual({
      isValid: true,
      payer: payer.address.toLowerCase(),
    })
    const settled = await facilitator.settle(payload, requirements())
    expect(settled).toMatchObject({ success: true, network, payer: payer.address.toLowerCase(), amount: '10000' })
    expect((await balance()) - before).toBe(10_000n)
    const bytes = await sent()
    expect(await facilitator.settle(payload, requirements())).toEqual(settled)
    expect(await sent()).toBe(bytes)
    expect(await facilitator.verify(payload, requirements())).toMatchObject({
      isValid: false,
      invalidReason: 'invalid_exact_evm_nonce_already_used',
    })
    expect((await balance()) - before).toBe(10_000n)
  })

  it('settles version 1', async () => {
    const payer = await newPayer()
    const old = {
      scheme: 'exact',
      network: 'base-sepolia',
      maxAmountRequired: '10000',
      resource: 'https://shop.test/v1',
      description: '',
      mimeType: '',
      outputSchema: {},
      payTo,
      maxTimeoutSeconds: 300,
      asset: usdc,
      extra: { name: 'USDC', version: '2' },
    }
    const payload = await new ExactEvmSchemeV1(payer).createPaymentPayload(1, old as never)
    const body = JSON.stringify({ x402Version: 1, paymentPayload: payload, paymentRequirements: old })
    const post = (verb: string) => fetch(`${url}/${verb}`, { method: 'POST', body }).then((answer) => answer.json())
    const before = await balance()
    expect(await post('verify')).toMatchObject({ isValid: true })
    const settled = (await post('settle')) as Record<string, unknown>
    expect(settled).toMatchObject({ success: true, network: 'base-sepolia' })
    expect(settled).not.toHaveProperty('amount')
    expect((await balance()) - before).toBe(10_000n)
  })

  it('lets one of many settles at once succeed, and one transfer happen', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const before = await balance()
    for (let verified = 0; verified < 2; verified++) await facilitator.verify(payload, requirements())
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => facilitator.settle(payload, requirements()).catch(() => null)),
    )
    expect(answers.filter((answer) => answer?.success)).toHaveLength(1)
    for (const answer of answers)
      if (!answer?.success) expect(answer?.errorReason).toMatch(/duplicate_settlement|already_used/)
    expect((await balance()) - before).toBe(10_000n)
    // It was called valid twice, so a late one is a second sale.
    expect(await facilitator.settle(payload, requirements())).toMatchObject({ success: false })
  })

  it('refuses what is not as signed, by the code of what is wrong, and sends nothing', async () => {
    const payer = await newPayer()
    const payload = await sign(payer)
    const bytes = await sent()
    const changed: [Partial<PaymentRequirements>, string][] = [
      [{ amount: '10001' }, 'invalid_exact_evm_authorization_value'],
      [{ payTo: payer.address }, 'invalid_exact_evm_recipient_mismatch'],
      [{ extra: { name: 'USD Coin', version: '2' } }, 'invalid_exact_evm_token_name_mismatch'],
    ]
    for (const [change, code] of changed) {
      expect(await facilitator.verify(payload, requirements(change))).toMatchObject({ invalidReason: code })
      expect(await facilitator.settle(payload, requirements(change))).toMatchObject({
        success: false,
        errorReason: code,
      })
    }
    for (const change of [{ asset: payTo }, { network: 'eip155:8453' as const }])
      await expect(facilitator.settle(payload, requirements(change))).rejects.toThrow('unsupported_scheme')
    expect(await sent()).toBe(bytes)
    expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: true })
  })

  it('tells an empty wallet from a chain that cannot be asked', async () => {
    const poor = await sign(await newPayer(9_999n))
    expect(await facilitator.verify(poor, requirements())).toMatchObject({
      invalidReason: 'invalid_exact_evm_insufficient_balance',
    })
    const payload = await sign(await newPayer())
    proxy.cutOff(['eth_call'])
    const answer = await fetch(`${url}/verify`, {
      method: 'POST',
      body: JSON.stringify({ x402Version: 2, paymentPayload: payload, paymentRequirements: requirements() }),
    })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).not.toBeNull()
    const problem = (await answer.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ status: 503, code: 'unavailable' })
    expect(problem).not.toHaveProperty('isValid')
  })

  it('takes addresses of any length, and says what became of a listing', async () => {
    const info = { input: { type: 'mcp', toolName: 'rain', inputSchema: { type: 'object' } } }
    const bazaar = { info, schema: { type: 'object', required: ['input'] } }
    const settle = async (resource: string, extensions?: object) => {
      const paymentPayload = { ...(await sign(await newPayer())), resource: { url: resource }, extensions }
      const body = JSON.stringify({ x402Version: 2, paymentPayload, paymentRequirements: requirements() })
      const answer = await fetch(`${url}/settle`, { method: 'POST', body })
      expect(await answer.json()).toMatchObject({ success: true })
      const told = answer.headers.get('extension-responses')
      return told === null ? null : (JSON.parse(Buffer.from(told, 'base64').toString()) as Record<string, unknown>)
    }
    expect(await settle(`https://shop.example/x?q=${'a'.repeat(9_000)}`)).toBeNull()
    expect(await settle('mcp://tool/rain', { bazaar })).toEqual({ bazaar: { status: 'success' } })
    expect(await settle('mcp://tool/sun', { bazaar })).toEqual({
      bazaar: { status: 'rejected', rejectedReason: expect.stringContaining('another tool') },
    })
    const [row] = await db.query(sql`SELECT type, operation, resource FROM bazaar_item WHERE words LIKE '%rain%'`)
    expect(row).toEqual({ type: 'mcp', operation: 'rain', resource: 'mcp://tool/rain' })
  })

  it('names the member of a body that cannot be read', async () => {
    for (const body of ['', '[]', '{"x402Version":3}', `{"paymentPayload":${'['.repeat(100)}`]) {
      const answer = await fetch(`${url}/settle`, { method: 'POST', body })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ success: false, errorReason: 'invalid_payload' })
    }
  })
})

describe('an @x402/express server that uses it', () => {
  it('sells to an unmodified client, each payment once', async () => {
    const app = express()
    const resources = new x402ResourceServer(facilitator).register(network, new ExactEvmServer())
    app.use(
      paymentMiddleware(
        { 'GET /weather': { accepts: { scheme: 'exact', network, price: '$0.01', payTo }, description: 'Weather' } },
        resources,
      ),
    )
    app.get('/weather', (_, response) => void response.json({ weather: 'fair' }))
    const shop = app.listen(0)
    try {
      const payer = await newPayer()
      const client = new x402Client().register(network, new ExactEvmScheme(payer))
      const buy = wrapFetchWithPayment(fetch, client)
      const before = await balance()
      const at = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/weather`
      const answers = await Promise.all(Array.from({ length: 10 }, () => buy(at)))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
      expect((await balance()) - before).toBe(100_000n)
      expect(await balance(payer.address)).toBe(900_000n)
    } finally {
      shop.closeAllConnections()
      await new Promise((resolve) => shop.close(resolve))
    }
  })
})

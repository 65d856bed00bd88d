import { Receipt } from 'mppx'
import { Mppx, tempo as mppTempo } from 'mppx/client'
import { createClient, http, type Hex } from 'viem'
import { tempoLocalnet } from 'viem/tempo/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chains } from '@/sandbox/testing/chains'
import { pathUsd, payer, payTo, tempo } from '@/sandbox/testing/credential-fixture'
import { startProtocolServer, type ServerSale, type ProtocolServer } from '@/sandbox/testing/protocol-harness'
import { fundPathUsd } from '@/sandbox/tempo'
import { tokenBalance } from '@/sandbox/evm'

describe('an official client buys by', () => {
  let seller: ProtocolServer
  beforeAll(async () => {
    await fundPathUsd(chains().tempo, payer.address, 1_000_000n)
    seller = await startProtocolServer({ networks: [tempo], settle: broadcast })
  })
  afterAll(() => seller.close())

  /** Sends a raw instrument like settlement does, without its checks. */
  async function broadcast({ authorization: { instrument } }: ServerSale): Promise<string> {
    if (instrument.kind !== 'raw') throw new Error('not a transaction')
    const receipt = await chains().tempo.rpc<{ transactionHash: string; status: string }>(
      'eth_sendRawTransactionSync',
      [instrument.bytes],
    )
    expect([receipt.transactionHash, receipt.status]).toEqual([instrument.hash, '0x1'])
    return receipt.transactionHash
  }

  it('mppx tempo: the transaction that we verified is the one on chain', async () => {
    const client = createClient({ chain: tempoLocalnet, transport: http(chains().tempo.url) })
    const mppx = Mppx.create({
      polyfill: false,
      methods: [mppTempo.charge({ account: payer, getClient: () => client })],
    })
    const beforeBase = await tokenBalance(chains().tempo, pathUsd, payTo)
    for (let bought = 1; bought <= 2; bought++) {
      const answer = await mppx.fetch(seller.url)
      expect([answer.status, await answer.json(), seller.refused]).toEqual([200, { sold: 'mpp tempo' }, []])
      const { credential, authorization } = seller.sold.at(-1)!
      const { reference } = Receipt.fromResponse(answer)
      expect(credential.claimKey).toBe(`raw|${tempo}|${reference as Hex}`)
      expect(authorization.payer).toBe(payer.address.toLowerCase())
      expect(await tokenBalance(chains().tempo, pathUsd, payTo)).toBe(beforeBase + 10_000n * BigInt(bought))
    }
  })
})

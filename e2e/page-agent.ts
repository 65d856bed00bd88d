import { ExactEvmScheme } from '@x402/evm/exact/client'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { evm as evmMethod, Mppx, tempo as tempoMethod } from 'mppx/client'
import { createClient, http, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'

/** The official clients in a page, with the key in the page: e2e/agents/browser.spec.ts bundles it. */

/** The parts of an answer that a script of the page can read. */
export type Read = { status: number; headers: Record<string, string>; body: string }

async function read(response: Response): Promise<Read> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
}

const agent = {
  plain: async (url: string, init?: RequestInit): Promise<Read> => read(await fetch(url, init)),

  byX402: async (privateKey: Hex, url: string): Promise<Read> => {
    const client = new ExactEvmScheme(privateKeyToAccount(privateKey))
    const pay = wrapFetchWithPaymentFromConfig((input, init) => fetch(input, init), {
      schemes: [{ network: 'eip155:84532', client }],
    })
    return read(await pay(url))
  },

  byMpp: async (privateKey: Hex, url: string): Promise<Read> => {
    const mppx = Mppx.create({
      polyfill: false,
      fetch: (input, init) => fetch(input, init),
      methods: [
        evmMethod.charge({
          account: privateKeyToAccount(privateKey),
          networks: [84532],
          authorization: { name: 'USDC', version: '2' },
        }),
      ],
    })
    return read(await mppx.fetch(url))
  },

  /** A metered stream of a session: its events, and what the receipt says that was spent. */
  bySession: async (privateKey: Hex, url: string, rpcUrl: string): Promise<{ events: string[]; spent?: string }> => {
    const account = privateKeyToAccount(privateKey)
    const client = createClient({ account, chain: tempoLocalnet, transport: http(rpcUrl) })
    const manager = tempoMethod.session.manager({ account, client, maxDeposit: '1' })
    const events: string[] = []
    for await (const event of await manager.sse(url)) events.push(event)
    const receipt = await manager.close()
    return { events, ...(receipt && { spent: receipt.spent }) }
  },
}

export type Agent = typeof agent

Object.assign(globalThis, { agent })

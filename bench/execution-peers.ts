import { createPublicClient, createWalletClient, fallback, http, type Hex } from 'viem'
import { createNonceManager, privateKeyToAccount, type NonceManager } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import { jsonRpc } from 'viem/nonce'
import { counter } from '../sandbox/counter'
import { effectData } from './execution-chain'

/** Something that is asked to carry out a call, and answers when it believes that it is done. */
export type Sender = (intentId: Hex) => Promise<void>

// viem wants an address in lower case, or with its checksum.
const to = counter.toLowerCase() as Hex

/** Wait for a receipt; viem's default of three minutes would only make the bench longer. */
const receiptTimeoutMs = 30_000

function connect(urls: readonly string[], privateKey: Hex, nonceManager?: NonceManager) {
  const account = privateKeyToAccount(privateKey, nonceManager && { nonceManager })
  const transport = fallback(urls.map((url) => http(url)))
  const options = { chain: baseSepolia, transport, pollingInterval: 100 }
  return { account, wallet: createWalletClient({ ...options, account }), reader: createPublicClient(options) }
}

/** viem as its documentation has it: the nonce is that of the pool, so one call at a time. */
export function plain(urls: readonly string[], privateKey: Hex): Sender {
  return sender(connect(urls, privateKey))
}

/** viem with its nonce manager: many calls at a time. */
export function managed(urls: readonly string[], privateKey: Hex): Sender {
  return sender(connect(urls, privateKey, createNonceManager({ source: jsonRpc() })))
}

function sender({ wallet, reader, account }: ReturnType<typeof connect>): Sender {
  return async (intentId) => {
    const hash = await wallet.sendTransaction({
      account,
      chain: baseSepolia,
      to,
      data: effectData(intentId),
    })
    await reader.waitForTransactionReceipt({ hash, timeout: receiptTimeoutMs })
  }
}

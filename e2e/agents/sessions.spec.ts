import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { tempo as methods } from 'mppx/client'
import { createClient, createPublicClient, encodeFunctionData, erc20Abi, http, parseAbiItem, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { balance, networkOf, readDemo, tempo } from '../demo'

/** mppx's session manager and its command line, unmodified, against a running demo; the chain says where the money went. */

const demo = readDemo()
const { session, stream } = demo.resources
const { payTo } = demo.merchant
const { rpcUrl, asset } = networkOf(demo, tempo)
/** $0.001 in base units of six decimals. */
const unit = 1_000n
const reserve = '0x4d50500000000000000000000000000000000000'

// Every channel is closed by the test that opened it: what is settled later would move others' balances.

/** A wallet of its own with five dollars, so that no other test's payments move its balance. */
async function newWallet(key = generatePrivateKey()) {
  const chain = createPublicClient({ transport: http(rpcUrl) })
  const account = privateKeyToAccount(key)
  const [faucet] = (await chain.request({ method: 'eth_accounts' as never })) as Hex[]
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [account.address, 5_000_000n] })
  await chain.request({ method: 'eth_sendTransaction', params: [{ from: faucet, to: asset, data }] } as never)
  await expect.poll(() => balance(demo, tempo, account.address)).toBe(5_000_000n)
  return account
}

function managerOf(account: ReturnType<typeof privateKeyToAccount>, maxDeposit: string) {
  const client = createClient({ account, chain: tempoLocalnet, transport: http(rpcUrl) })
  return methods.session.manager({ account, client, maxDeposit })
}

/** What the contract gave to both when it closed the channel. */
async function closingOf(channelId: string | undefined) {
  const event = parseAbiItem(
    'event ChannelClosed(bytes32 indexed channelId, address indexed payer, address indexed payee, uint96 settledToPayee, uint96 refundedToPayer)',
  )
  const chain = createPublicClient({ transport: http(rpcUrl) })
  const logs = await chain.getLogs({ address: reserve, event, args: { channelId: channelId as Hex }, fromBlock: 0n })
  return logs[0]?.args
}

test('five hundred vouchers, settled by the worker while they come, and a close that pays what was spent', async () => {
  const before = await balance(demo, tempo, payTo)
  const manager = managerOf(await newWallet(), '1')
  let settledWhilePaying = 0n
  for (let n = 1; n <= 500; n++) {
    const response = await manager.fetch(session)
    expect(response.status, `request ${n}`).toBe(200)
    expect(await response.json()).toHaveProperty('tick')
    if (n % 100 === 0) settledWhilePaying = (await balance(demo, tempo, payTo)) - before
  }
  // The demo's policy settles after 200 units.
  expect(settledWhilePaying).toBeGreaterThanOrEqual(200n * unit)
  expect(settledWhilePaying).toBeLessThan(500n * unit)

  const receipt = await manager.close()
  expect(receipt).toMatchObject({ spent: (500n * unit).toString(), units: 500 })
  expect((await balance(demo, tempo, payTo)) - before).toBe(500n * unit)
  const closing = await closingOf(manager.channelId)
  expect((closing?.refundedToPayer ?? 0n) + 500n * unit).toBe(1_000_000n)
})

test('a stream that tops itself up in the middle is paid event by event', async () => {
  const before = await balance(demo, tempo, payTo)
  const manager = managerOf(await newWallet(), '1')
  const events: string[] = []
  let final: { spent: string; units?: number | undefined } | undefined
  const messages = await manager.sse(`${stream}?events=45&everyMs=5`, { onReceipt: (receipt) => (final = receipt) })
  for await (const event of messages) events.push(event)
  expect(events).toHaveLength(45)
  expect(final).toMatchObject({ spent: (45n * unit).toString(), units: 45 })
  await manager.close()
  expect((await balance(demo, tempo, payTo)) - before).toBe(45n * unit)
  // The suggested deposit covers twenty events: it was topped up twice.
  const closing = await closingOf(manager.channelId)
  expect((closing?.settledToPayee ?? 0n) + (closing?.refundedToPayer ?? 0n)).toBeGreaterThan(20n * unit)
})

test('an agent that stops reading stops paying', async () => {
  const manager = managerOf(await newWallet(), '1')
  const seen: string[] = []
  for await (const event of await manager.sse(`${stream}?events=100&everyMs=50`)) {
    seen.push(event)
    if (seen.length === 5) break
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const receipt = await manager.close()
  expect(BigInt(receipt?.spent ?? 0)).toBeGreaterThanOrEqual(5n * unit)
  expect(BigInt(receipt?.spent ?? 0)).toBeLessThan(20n * unit)
})

// Not with a stream: mppx 0.11.0's command takes its own vouchers in the middle of one for foreign ones, also from mppx's server.
test('the mppx command keeps a session over several calls, and closes it', async () => {
  const account = generatePrivateKey()
  const home = mkdtempSync(path.join(tmpdir(), 'sluice-mppx-'))
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.resolve('node_modules/mppx/dist/bin.js'), ...args],
      {
        env: { ...process.env, HOME: home, MPPX_PRIVATE_KEY: account, MPPX_RPC_URL: rpcUrl },
      },
    )
    return stdout
  }
  try {
    await newWallet(account)
    const before = await balance(demo, tempo, payTo)
    const asked = ['-H', 'Accept-Payment: tempo/session']
    expect(await run(session, ...asked, '--session', 'new')).toContain('"tick"')
    expect(await run(session, ...asked, '--session', 'auto')).toContain('"tick"')
    const ids = [...(await run('sessions', 'list')).matchAll(/0x[0-9a-f]{64}/g)].map(([id]) => id)
    expect(ids).toHaveLength(1)
    for (const id of ids) await run('sessions', 'close', id)
    expect((await balance(demo, tempo, payTo)) - before).toBe(2n * unit)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { createPublicClient, encodeFunctionData, erc20Abi, http, numberToHex, pad, parseAbi, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { byMppTempo, byX402, receiptOf, repeat, sessionOf, type Pay } from '../clients'
import { balance, evm, networkOf, readDemo, tempo, type Demo } from '../demo'

/** Agents buy a line in a book on chain with the official clients; the book and the receipt say what they got. */

const demo = readDemo()
const { execution: url } = demo.resources
const book = '0x00000000000000000000000000000000600D6009'
const abi = parseAbi(['function entries() view returns (uint256)', 'function messageOf(uint256) view returns (string)'])
const chain = createPublicClient({ transport: http(networkOf(demo, evm).rpcUrl) })
/** $0.05 in base units of six decimals. */
const price = 50_000n

type Told = {
  intent: string
  status: string
  code?: string
  detail?: string
  transactions: { hash: Hex; receipt: string }[]
}

let count = 0
/** No other test, and no earlier run, wrote the same line. */
const newMessage = (words: string) => `${words} ${process.pid} ${Date.now()} ${++count}`

const asking = (message: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

const rpc = (method: string, params: unknown[]) => chain.request({ method, params } as never) as Promise<unknown>

async function linesOf(message: string): Promise<number> {
  const entries = await chain.readContract({ address: book, abi, functionName: 'entries' })
  const lines = await Promise.all(
    Array.from({ length: Number(entries) }, (_, index) =>
      chain.readContract({ address: book, abi, functionName: 'messageOf', args: [BigInt(index + 1)] }),
    ),
  )
  return lines.filter((line) => line === message).length
}

/** Downloads the receipt and checks it in a process of its own that has the file and the key, and nothing else. */
async function verifyOffline({ transactions: [first] }: Told): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-receipt-'))
  try {
    const [file, key] = [path.join(dir, 'receipt.json'), path.join(dir, 'key')]
    await expect
      .poll(
        async () => {
          const response = await fetch(first?.receipt ?? '')
          const text = await response.text()
          writeFileSync(file, text)
          const receipt = response.ok
            ? (JSON.parse(text) as { inclusion: { hash: string } | null; waiting: number })
            : undefined
          return receipt?.waiting === 0 ? receipt.inclusion?.hash : undefined
        },
        { intervals: [1_000] },
      )
      .toBe(first?.hash)
    writeFileSync(key, await (await fetch(`${demo.baseUrl}/api/v1/audit/key`)).text())
    const script = [path.resolve('scripts/run.mjs'), path.resolve('scripts/audit-verify.ts'), file, '--key', key]
    const { stdout } = await promisify(execFile)(process.execPath, script, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    })
    return stdout
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A wallet of its own with a dollar on Tempo, so that no other test's payments move its balance. */
async function newWallet(): Promise<Demo['payer']> {
  const { rpcUrl, asset } = networkOf(demo, tempo)
  const client = createPublicClient({ transport: http(rpcUrl) })
  const privateKey = generatePrivateKey()
  const { address } = privateKeyToAccount(privateKey)
  const [from] = (await client.request({ method: 'eth_accounts' as never })) as Hex[]
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [address, 5_000_000n] })
  await client.request({ method: 'eth_sendTransaction', params: [{ from, to: asset, data }] } as never)
  await expect.poll(() => balance(demo, tempo, address)).toBe(5_000_000n)
  return { privateKey, address }
}

const ways: [name: string, pay: Pay][] = [
  ['@x402/fetch', byX402],
  ['mppx, one charge', byMppTempo],
]

for (const [name, pay] of ways) {
  test(`an action bought by ${name} happens once, and its receipt verifies offline`, async () => {
    const message = newMessage('bought')
    const paid = await pay(demo, url, asking(message))
    expect(paid.response.status, paid.body).toBe(200)
    expect(receiptOf(paid.response)).toBeTruthy()
    const told = JSON.parse(paid.body) as Told
    expect(told.status).toBe('done')
    expect(await linesOf(message)).toBe(1)
    const again = await Promise.all([1, 2, 3].map(() => repeat(paid, url, asking(message))))
    for (const response of again) expect(await response.json()).toMatchObject({ intent: told.intent, status: 'done' })
    expect(await linesOf(message)).toBe(1)
    expect(await verifyOffline(told)).toContain('✓')
  })
}

test('actions bought by a session of mppx happen once for each voucher, and its receipt verifies offline', async () => {
  const manager = sessionOf({ ...demo, payer: await newWallet() }, '1')
  const messages = [newMessage('first voucher'), newMessage('second voucher')]
  const told: Told[] = []
  for (const message of messages) {
    const response = await manager.fetch(url, asking(message))
    expect(response.status).toBe(200)
    told.push((await response.json()) as Told)
  }
  for (const message of messages) expect(await linesOf(message)).toBe(1)
  expect(new Set(told.map(({ intent }) => intent)).size).toBe(2)
  for (const one of told) expect(await verifyOffline(one)).toContain('✓')
  expect(await manager.close()).toMatchObject({ spent: (2n * price).toString(), units: 2 })
})

test('an agent that takes events sees every step', async () => {
  const message = newMessage('streamed')
  const init = asking(message)
  const { response, body } = await byX402(demo, url, {
    ...init,
    headers: { ...init.headers, accept: 'text/event-stream' },
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const names = [...body.matchAll(/^event: (\S+)$/gm)].map(([, name]) => name)
  expect(names).toEqual(expect.arrayContaining(['queued', 'signed', 'submitted', 'included']))
  expect(names.at(-1)).toBe('result')
  expect(await linesOf(message)).toBe(1)
})

test('what would revert, and arguments that are wrong, are refused uncharged', async () => {
  const payer = await newWallet()
  const reverting = await byMppTempo({ ...demo, payer }, url, asking(''))
  expect([reverting.response.status, JSON.parse(reverting.body)]).toMatchObject([422, { code: 'simulation-reverted' }])
  const wrong = await fetch(url, { ...asking(''), body: '{"message":7}' })
  expect([wrong.status, await wrong.json()]).toMatchObject([422, { code: 'bad-input' }])
  expect(await balance(demo, tempo, payer.address)).toBe(5_000_000n)
})

test('what is proven not to have happened is refunded', async () => {
  const payer = await newWallet()
  const message = newMessage('too late')
  const close = (isClosed: boolean) =>
    rpc('anvil_setStorageAt', [book, pad(numberToHex(0)), pad(numberToHex(isClosed ? 1 : 0))])
  const isWaiting = async () =>
    JSON.stringify(await rpc('txpool_content', []))
      .toLowerCase()
      .includes(book.toLowerCase())
  let buying: ReturnType<Pay> | undefined
  try {
    await rpc('evm_setAutomine', [false])
    buying = byMppTempo({ ...demo, payer }, url, asking(message))
    await expect.poll(isWaiting).toBe(true)
    // Between its simulation and its block, the book is closed.
    await close(true)
    await rpc('anvil_mine', ['0x1'])
  } finally {
    await close(false)
    await rpc('evm_setAutomine', [true])
  }
  const { response, body } = await buying
  expect([response.status, JSON.parse(body)]).toMatchObject([502, { code: 'execution-failed' }])
  expect(await linesOf(message)).toBe(0)
  // On Tempo it also paid the fee of its own transaction.
  const left = await balance(demo, tempo, payer.address)
  expect(5_000_000n - left).toBeGreaterThanOrEqual(price)
  await rpc('anvil_mine', ['0x60'])
  await expect.poll(() => balance(demo, tempo, payer.address), { intervals: [1_000] }).toBe(left + price)
})

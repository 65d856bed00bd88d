import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { Actions } from 'viem/tempo'
import { tempoLocalnet } from 'viem/tempo/chains'
import { afterAll, expect, test } from 'vitest'
import type { Anvil } from './anvil'
import { fundUsdc, startEvm, tokenBalance, usdc } from './evm'
import { fundPathUsd, pathUsd, startTempo } from './tempo'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-restart-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const at = (name: string) => path.join(dir, name)
const someone = '0x00000000000000000000000000000000000000bb'
/** README: a block with a transaction is saved within about half a second; slow machines get more. */
const saveMs = 3_000

const kinds = {
  evm: {
    token: usdc,
    start: () => startEvm({ stateFile: at('evm.json'), logFile: at('evm.log'), cacheDir: at('cache') }),
    fund: fundUsdc,
  },
  tempo: {
    token: pathUsd,
    start: () => startTempo({ stateFile: at('tempo.json'), logFile: at('tempo.log'), cacheDir: at('cache') }),
    fund: fundPathUsd,
  },
}

async function lastReceipt(anvil: Anvil): Promise<unknown> {
  for (let number = Number(await anvil.rpc<string>('eth_blockNumber', [])); number > 0; number--) {
    const block = await anvil.rpc<{ transactions: string[] }>('eth_getBlockByNumber', [
      `0x${number.toString(16)}`,
      false,
    ])
    if (block.transactions[0]) return anvil.rpc('eth_getTransactionReceipt', [block.transactions[0]])
  }
  return undefined
}

test.each(['evm', 'tempo'] as const)('%s keeps balances and receipts over a stop and over SIGKILL', async (kind) => {
  const { token, start, fund } = kinds[kind]
  const first = await start()
  await fund(first, someone, 5n)
  const receipt = await lastReceipt(first)
  expect(receipt).toMatchObject({ status: '0x1' })
  await first.stop()

  const second = await start()
  expect(await tokenBalance(second, token, someone)).toBe(5n)
  expect(await lastReceipt(second)).toEqual(receipt)
  await fund(second, someone, 8n)
  const killedReceipt = await lastReceipt(second)
  await sleep(saveMs)
  process.kill(second.child.pid, 'SIGKILL')
  await second.child.ended
  await second.stop()

  const third = await start()
  expect(await tokenBalance(third, token, someone)).toBe(8n)
  expect(await lastReceipt(third)).toEqual(killedReceipt)
  await third.stop()
})

test.each(['evm', 'tempo'] as const)('%s keeps few states, so that it can run for days', async (kind) => {
  const anvil = await kinds[kind].start()
  const balanceAt = (block: string) => anvil.rpc<string>('eth_getBalance', [someone, block])
  const isBounded = async () => {
    await anvil.rpc('anvil_mine', ['0x40'])
    const head = Number(await anvil.rpc<string>('eth_blockNumber', []))
    return balanceAt(`0x${(head - 40).toString(16)}`).then(
      () => false,
      () => true,
    )
  }
  expect(await isBounded()).toBe(true)
  expect(await balanceAt('finalized')).toMatch(/^0x/)
  await anvil.stop()
})

test('a chain that is kept makes blocks by itself until its mining is stopped', async () => {
  const anvil = await startEvm({
    blockSeconds: 1,
    stateFile: at('clock.json'),
    logFile: at('log'),
    cacheDir: at('cache'),
  })
  const head = async () => Number(await anvil.rpc<string>('eth_blockNumber', []))
  const first = await head()
  await expect.poll(head).toBeGreaterThan(first + 1)
  await anvil.rpc('evm_setAutomine', [false])
  // A block that was under way may still come.
  await sleep(1_500)
  const last = await head()
  await sleep(2_500)
  expect(await head()).toBe(last)
  await anvil.stop()
})

test('an open channel outlives the chain', async () => {
  const first = await kinds.tempo.start()
  const account = privateKeyToAccount(generatePrivateKey())
  await fundPathUsd(first, account.address, 1_000_000n)
  const chain = tempoLocalnet.extend({ feeToken: pathUsd })
  const at = ({ url }: Anvil) => createClient({ account, chain, transport: http(url) })
  const terms = { deposit: 5n, payee: someone, token: pathUsd } as const
  const { channelId } = await Actions.channel.openSync(at(first), terms)
  await first.stop()

  const second = await kinds.tempo.start()
  const state = await Actions.channel.getStates(at(second), { channel: channelId })
  expect(state).toEqual({ settled: 0n, deposit: 5n, closeRequestedAt: 0 })
  await second.stop()
})

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { encodeFunctionData, parseAbi, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { Chain, Eip3009, Multicall3, Settler } from '@/lib/chains'
import { faucet, type Anvil } from '../sandbox/anvil'
import { fundUsdc, startEvm, tokenBalance, usdc } from '../sandbox/evm'
import { report } from './report'

/**
 * Gas for each payment, by every way to move 1, 8, 64 and 256 EIP-3009 authorizations. The payee holds the token already, and the payers
 * keep some. The chain counts gas, so the numbers are the same on every machine.
 *
 *   npm run bench:gas -- [--sizes 1,8,64,256] [--token FILE]
 *
 * FILE: runtime code in hex of another token with the same interface and an open `mint`.
 */
const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '1,8,64,256' }, token: { type: 'string' } },
})
const sizes = values.sizes.split(',').map(Number)
const network = 'eip155:84532'
const amountBase = 10_000n

type Authorization = Eip3009.Eip3009Authorization & { signature: Hex }
type Sent = { to: Address; data: Hex }
/** A way to move them: the transactions that it takes. */
type Way = { name: string; toTransactions(payments: readonly Authorization[]): readonly Sent[] }

const tryAggregate = parseAbi([
  'function tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls) returns ((bool, bytes)[])',
])
const byVrs = (payment: Authorization): Sent => ({ to: usdc, data: Eip3009.transferDataVrs(payment) })
const byBytes = (payment: Authorization): Sent => ({ to: usdc, data: Eip3009.transferData(payment) })
const toMembers = (sent: readonly Sent[]) => sent.map(({ to, data }) => ({ target: to, callData: data }))

const ways: readonly Way[] = [
  { name: 'one transaction each', toTransactions: (payments) => payments.map(byBytes) },
  { name: 'the same, by v, r, s', toTransactions: (payments) => payments.map(byVrs) },
  {
    name: 'Multicall3 aggregate3',
    toTransactions: (payments) => [
      { to: Multicall3.address, data: Multicall3.encode(toMembers(payments.map(byBytes))) },
    ],
  },
  {
    name: 'the same, by v, r, s',
    toTransactions: (payments) => [{ to: Multicall3.address, data: Multicall3.encode(toMembers(payments.map(byVrs))) }],
  },
  {
    name: 'Multicall3 tryAggregate, by v, r, s',
    toTransactions: (payments) => [
      {
        to: Multicall3.address,
        data: encodeFunctionData({ abi: tryAggregate, args: [false, toMembers(payments.map(byVrs))] }),
      },
    ],
  },
  {
    name: 'a contract of ours, packed',
    toTransactions: (payments) => [{ to: Settler.address, data: Settler.settleData(usdc, payments) }],
  },
  {
    name: 'EIP-7702: the same code at our signer',
    toTransactions: (payments) => [{ to: faucet, data: Settler.settleData(usdc, payments) }],
  },
]

type Measured = { name: string; gas: number[]; bytes: number[] }

/** Gas and bytes of calldata for each payment, in the order of `sizes`. @throws Error when a payment did not move. */
async function measureGas(chain: Anvil): Promise<Measured[]> {
  const payers = Array.from({ length: Math.max(...sizes) }, () => privateKeyToAccount(generatePrivateKey()))
  for (const payer of payers) await fundUsdc(chain, payer.address, 10n ** 9n)
  const payee = privateKeyToAccount(generatePrivateKey()).address
  await fundUsdc(chain, payee, 1n)
  const measured: Measured[] = []
  for (const { name, toTransactions } of ways) {
    const row: Measured = { name, gas: [], bytes: [] }
    for (const size of sizes) {
      const payments = await Promise.all(payers.slice(0, size).map((payer) => sign(payer, payee)))
      const before = await tokenBalance(chain, usdc, payee)
      const sent = toTransactions(payments)
      let gas = 0n
      for (const transaction of sent) gas += await send(chain, transaction)
      const moved = (await tokenBalance(chain, usdc, payee)) - before
      if (moved !== amountBase * BigInt(size)) throw new Error(`${name}: ${moved} base units of ${size} payments moved`)
      row.gas.push(Math.round(Number(gas) / size))
      row.bytes.push(Math.round(sent.reduce((sum, { data }) => sum + data.length / 2 - 1, 0) / size))
    }
    measured.push(row)
  }
  return measured
}

async function sign(payer: PrivateKeyAccount, to: Address): Promise<Authorization> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const message = {
    from: payer.address,
    to,
    value: amountBase.toString(),
    validAfter: String(nowSeconds - 600),
    validBefore: String(nowSeconds + 3_600),
    nonce: generatePrivateKey(),
  }
  const asset = Chain.findAsset(network, usdc)
  if (!asset) throw new Error('the sandbox has no USDC')
  return { kind: 'eip3009', ...message, signature: await payer.sign({ hash: Eip3009.digest(asset, message) }) }
}

async function send(chain: Anvil, { to, data }: Sent): Promise<bigint> {
  const hash = await chain.rpc<Hex>('eth_sendTransaction', [{ from: faucet, to, data, gas: '0x1c9c380' }])
  await chain.rpc('evm_mine', [])
  const { gasUsed } = await chain.rpc<{ gasUsed: Hex }>('eth_getTransactionReceipt', [hash])
  return BigInt(gasUsed)
}

/** A chain with all that the ways need, for the time of `work`. */
async function withChain<Result>(work: (chain: Anvil) => Promise<Result>, token?: Hex): Promise<Result> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-gas-'))
  const chain = await startEvm({ cacheDir: dir, logFile: path.join(dir, 'evm.log') })
  try {
    if (token) await chain.rpc('anvil_setCode', [usdc, token])
    await chain.rpc('anvil_setCode', [faucet, `0xef0100${Settler.address.slice(2)}`])
    return await work(chain)
  } finally {
    await chain.stop()
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

function print(rows: readonly Measured[]): void {
  const [today] = rows.filter(({ name }) => name === 'Multicall3 aggregate3')
  console.log(
    `| gas for each payment, of | ${sizes.join(' | ')} | bytes of ${sizes.at(-1)} |\n| --- ${'| ---: '.repeat(sizes.length + 1)}|`,
  )
  for (const { name, gas, bytes } of rows) {
    const cells = gas.map((one, index) => `${one} (${(one / (today?.gas[index] ?? one)).toFixed(2)})`)
    console.log(`| ${name} | ${cells.join(' | ')} | ${bytes.at(-1)} |`)
  }
}

{
  const file = values.token
  const token = file === undefined ? undefined : (fs.readFileSync(file, 'utf8').trim() as Hex)
  const rows = await withChain(measureGas, token)
  print(rows)
  const [alone, , , , , packed] = rows
  if (alone && packed)
    report(
      sizes.slice(1).map((size, at) => ({
        row: `gas for each payment, ${size} in a transaction`,
        now: packed.gas[at + 1] ?? 0,
        peer: alone.gas[at + 1] ?? 0,
        goal: 0.66,
      })),
    )
}

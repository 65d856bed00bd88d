import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Rpc } from './anvil'

/**
 * The state of an anvil between runs. anvil's own `--state` writes every block it ever made, in place: a day of
 * empty blocks is 80 MB, and a kill in the middle of a write leaves a file that it cannot read. So the state is
 * asked for by RPC when there was a transaction, thinned, and put in place by a rename.
 */
export type ChainState = {
  /** Writes what the chain holds now. */
  save(): Promise<void>
  /** Stops following; does not save. */
  stop(): void
}

type State = {
  best_block_number: number | string
  blocks: { header: { number: string }; transactions: unknown[] }[]
  transactions: { info: { traces: unknown[] }; block_hash: string; block_number: number | string }[]
}

/** Recent blocks that are kept whether they hold something or not, and transactions kept beyond them. */
const blocksKept = 256
const transactionsKept = 1_000
const pollMs = 250

/** Keeps blocks that matter. Balances, code and nonces are all kept; receipts of the last transactions too. */
export function thin(state: State): State {
  const best = Number(state.best_block_number)
  const wanted = new Set(
    [...state.transactions]
      .sort((a, b) => Number(b.block_number) - Number(a.block_number))
      .slice(0, transactionsKept)
      .map((transaction) => Number(transaction.block_number)),
  )
  const isKept = (number: number) => number > best - blocksKept || wanted.has(number)
  return {
    ...state,
    blocks: state.blocks.filter((block) => isKept(Number(block.header.number))),
    transactions: state.transactions
      .filter((transaction) => isKept(Number(transaction.block_number)))
      .map((transaction) => ({ ...transaction, info: { ...transaction.info, traces: [] } })),
  }
}

/** The file to hand to anvil, or undefined on the first run. @throws Error when it cannot be read as a state. */
export function readableState(file: string): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    JSON.parse(text)
    return file
  } catch {
    throw new Error(`${file} is broken; start over with \`npm run demo -- --reset\``)
  }
}

/** Saves the chain's state into `file` soon after every block that holds a transaction. */
export function followState(rpc: Rpc, file: string): ChainState {
  let stopped = false
  let seen: number | undefined
  let pending = Promise.resolve()

  const write = async () => {
    const dump = await rpc<string>('anvil_dumpState', [])
    const state = JSON.parse((await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex'))).toString('utf8')) as State
    writeWhole(file, JSON.stringify(thin(state)))
  }
  const save = () => (pending = pending.catch(() => {}).then(write))

  const hasTransactions = async (from: number, to: number): Promise<boolean> => {
    // More blocks than this at once are worth a save by themselves.
    if (to - from > 64) return true
    for (let number = from; number <= to; number++) {
      const count = await rpc<string | null>('eth_getBlockTransactionCountByNumber', [`0x${number.toString(16)}`])
      if (Number(count ?? 0) > 0) return true
    }
    return false
  }

  const loop = async () => {
    while (!stopped) {
      let pauseMs = pollMs
      try {
        const head = Number(await rpc<string>('eth_blockNumber', []))
        if (seen === undefined || (head > seen && (await hasTransactions(seen + 1, head)))) {
          const startedAt = Date.now()
          await save()
          // A long-lived chain takes longer to dump: never spend more than a tenth of the time on it.
          pauseMs = Math.max(pollMs, 10 * (Date.now() - startedAt))
        }
        seen = head
      } catch {
        // The chain is busy or gone; its starter watches it.
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }
  void loop()

  return { save, stop: () => void (stopped = true) }
}

/** All of it or nothing, whatever happens while it is written. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const next = `${file}.next`
  const handle = openSync(next, 'w', mode)
  writeFileSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(next, file)
}

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Hex } from 'viem'

type Output = {
  errors?: { severity: string; formattedMessage: string }[]
  contracts: Record<string, Record<string, { evm: { deployedBytecode: { object: string } } }>>
}
type Solc = { compile(input: string): string }

/**
 * The runtime code of a contract in sandbox/contracts, or beside a file of ours that `from` names. Compiled once, then read from
 * `cacheDir`. Contracts must have no constructor and no immutables: their code is put at an address as it is.
 * @throws Error with the compiler's messages.
 */
export function compile(name: string, cacheDir: string, from = new URL('contracts/', import.meta.url)): Hex {
  const require = createRequire(import.meta.url)
  const sources = sourcesOf(name, from)
  const { version } = require('solc/package.json') as { version: string }
  const settings = {
    optimizer: { enabled: true, runs: 1_000_000 },
    evmVersion: 'cancun',
    // The same source is the same code, whatever its comments say.
    metadata: { appendCBOR: false },
    outputSelection: { '*': { '*': ['evm.deployedBytecode.object'] } },
  }
  const key = createHash('sha256')
    .update(JSON.stringify([version, settings, sources]))
    .digest('hex')
    .slice(0, 16)
  const cached = path.join(cacheDir, `${name}-${key}.hex`)
  try {
    const code = readFileSync(cached, 'utf8')
    if (/^0x([0-9a-f]{2})+$/.test(code)) return code as Hex
  } catch {
    // Not compiled yet.
  }
  const solc = require('solc') as Solc
  const file = `${name}.sol`
  const input = { language: 'Solidity', sources, settings }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  const errors = output.errors?.filter((error) => error.severity === 'error') ?? []
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
  const object = output.contracts[file]?.[name]?.evm.deployedBytecode.object
  if (!object) throw new Error(`${file} has no contract ${name}`)
  mkdirSync(cacheDir, { recursive: true })
  writeFileSync(cached, `0x${object}`)
  return `0x${object}`
}

type Sources = Record<string, { content: string }>

/** A contract's file and those beside it that it imports. */
function sourcesOf(name: string, from: URL): Sources {
  const content = readFileSync(new URL(`${name}.sol`, from), 'utf8')
  const imports = [...content.matchAll(/^import "\.\/(\w+)\.sol";$/gm)].flatMap(([, imported]) => imported ?? [])
  return Object.assign(
    { [`${name}.sol`]: { content } },
    ...imports.map((imported) => sourcesOf(imported, from)),
  ) as Sources
}

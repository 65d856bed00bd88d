import type { AbiFunction, AbiParameter } from 'viem'
import { parseAbi, parseAbiItem } from 'viem/utils'
import { AbiSize } from '@/lib/chains'

/** Contract functions, as people paste them and as they are stored: one human-readable signature each. */

/**
 * The functions in a pasted text: a compiler's JSON (an ABI, one item, or an artifact with a member `abi`), or Solidity
 * signatures, one a line, with or without `function`. Leaves out functions that only read.
 * @throws Error whose message says what is wrong with the text.
 */
export function read(text: string): AbiFunction[] {
  const trimmed = text.trim()
  const items = /^[[{]/.test(trimmed) ? readJson(trimmed) : readLines(trimmed)
  const functions = items.filter(isFunction)
  if (functions.length === 0) throw new Error('There is no function in this text')
  const writing = functions.filter(({ stateMutability }) => stateMutability !== 'view' && stateMutability !== 'pure')
  if (writing.length === 0) throw new Error('Its functions only read: there is nothing to execute')
  return writing
}

/** One stored signature. @throws Error if it is not one. */
export function parse(signature: string): AbiFunction {
  const [found, ...others] = read(signature)
  if (!found || others.length > 0) throw new Error('Write one function')
  return found
}

/** The signature with the names of its arguments, "function mint(address to, uint256 amount) payable". */
export function format({ name, inputs, stateMutability }: AbiFunction): string {
  return `function ${name}(${inputs.map(formatParameter).join(', ')})${stateMutability === 'payable' ? ' payable' : ''}`
}

function formatParameter(parameter: AbiParameter): string {
  const { type, name } = parameter
  const words =
    'components' in parameter && type.startsWith('tuple')
      ? `(${parameter.components.map(formatParameter).join(', ')})${type.slice('tuple'.length)}`
      : type
  return name ? `${words} ${name}` : words
}

function isFunction(item: unknown): item is AbiFunction {
  return typeof item === 'object' && item !== null && 'type' in item && item.type === 'function'
}

function readJson(text: string): unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Error('This begins like JSON and is not: copy the whole ABI')
  }
  const items = Array.isArray(parsed) ? parsed : ((parsed as { abi?: unknown[] }).abi ?? [parsed])
  const functions = items.filter(isFunction)
  AbiSize.assertItems(functions)
  // Formatted and parsed again, so that exactly what was understood here is stored.
  return functions.map((item) => {
    try {
      return { ...(parseAbiItem(format(item)) as AbiFunction), stateMutability: item.stateMutability }
    } catch {
      throw new Error(`The function ${String(item.name)} of this ABI cannot be read`)
    }
  })
}

function readLines(text: string): unknown[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/(?<!\}\s*);$/, ''))
    .filter(Boolean)
    .map((line) =>
      /^(function|struct|event|error|constructor|fallback|receive)\b/.test(line) ? line : `function ${line}`,
    )
  if (lines.length === 0) throw new Error('Paste an ABI, or write a function such as mint(address to)')
  AbiSize.assertLines(lines)
  let items: unknown[]
  try {
    items = [...parseAbi(lines as [string, ...string[]])]
  } catch (error) {
    const [first] = (error as Error).message.split('\n')
    throw new Error(`This is not a function as Solidity writes it: ${first}`)
  }
  AbiSize.assertItems(items)
  return items
}

import { decodeErrorResult, parseAbi, type Hex } from 'viem'
import * as Reserve from './Reserve'

const abi = [
  ...parseAbi([
    'error Error(string reason)',
    'error Panic(uint256 code)',
    'error InsufficientBalance(uint256 available, uint256 required, address token)',
    'error PolicyForbids()',
    'error ContractPaused()',
  ]),
  ...Reserve.abi,
]

/** What a contract said when it reverted, in its own words where we know them: "ChannelNotFound()". */
export function describeRevert(data: Hex): string {
  if (data === '0x') return 'execution reverted'
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi, data })
    return errorName === 'Error' ? String(args[0]) : `${errorName}(${args.join(', ')})`
  } catch {
    return `execution reverted: ${data.slice(0, 10)}`
  }
}

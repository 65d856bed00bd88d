import { numberToHex, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as Escrow from './Escrow'
import type { Log } from './Log'
import { readRpc } from './rpc'
import { type LocatedEscrowEvent } from './read-escrow'

type Answer = { address: Hex; topics: Hex[]; data: Hex; logIndex: Hex; blockNumber: Hex; transactionHash: Hex }

/**
 * Events of the network's escrow in these blocks, both included, in order; only of these channels if given. Empty if
 * there is no escrow.
 * @throws RpcError | TransportError if the chain cannot be read.
 */
export async function readEscrowEvents(
  network: Caip2,
  { fromBlock, toBlock, ids }: { fromBlock: bigint; toBlock: bigint; ids?: readonly Hex[] },
): Promise<readonly LocatedEscrowEvent[]> {
  const kind = Escrow.kindOn(network)
  if (!kind) return []
  const escrow = Escrow.addresses[kind]
  const answers = await readRpc<readonly Answer[]>(network, 'eth_getLogs', [
    {
      address: escrow,
      fromBlock: numberToHex(fromBlock),
      toBlock: numberToHex(toBlock),
      ...(ids && { topics: [null, ids] }),
    },
  ])
  return answers.flatMap((answer) => {
    const log: Log = { ...answer, logIndex: Number(answer.logIndex) }
    const at = { blockNumber: BigInt(answer.blockNumber), txHash: answer.transactionHash }
    return Escrow.eventsOf([log], escrow).map((event) => ({ ...event, ...at }))
  })
}

import type { Caip2 } from '@/lib/money'
import { isLone } from './ask-all'
import { askForStatus } from './ask-for-status'

/**
 * True if all endpoints that answer deny the signature, as of `slot` or later: two endpoints at least, or the only one
 * twice.
 * @throws RpcError | TransportError if the cluster cannot be read.
 */
export async function isUnknown(network: Caip2, signature: string, slot = 0): Promise<boolean> {
  const answers = [
    ...(await askForStatus(network, signature)),
    ...(isLone(network) ? await askForStatus(network, signature) : []),
  ]
  const denials = answers.filter(({ context, value }) => value[0] === null && context.slot >= slot)
  return denials.length >= 2 && denials.length === answers.length
}

import type { Caip2 } from '@/lib/money'
import { isLone } from './ask-all'
import { askForStatus } from './ask-for-status'

/**
 * Whether everyone who is asked denies to know a signature, as of `slot` or later: two endpoints at least, or the only one twice.
 * @throws RpcError | TransportError when the cluster cannot be read.
 */
export async function isUnknown(network: Caip2, signature: string, slot = 0): Promise<boolean> {
  const answers = [
    ...(await askForStatus(network, signature)),
    ...(isLone(network) ? await askForStatus(network, signature) : []),
  ]
  const denials = answers.filter(({ context, value }) => value[0] === null && context.slot >= slot)
  return denials.length >= 2 && denials.length === answers.length
}

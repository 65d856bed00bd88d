import type { Caip2 } from '@/lib/money'
import * as Eip1271 from './Eip1271'
import type * as Eip3009 from './Eip3009'
import type { Deployment } from './Instrument'
import { deployerOn } from './signer'
import { refused, digestOf } from './SignedAuthorization'

/**
 * Checks that the deployment of a missing account creates one that accepts the signature.
 * @throws AppError verification-failed; RpcError | TransportError if the chain cannot be asked.
 */
export async function assertDeployable(
  network: Caip2,
  asset: string,
  authorization: Eip3009.Eip3009Authorization,
  deploy: Deployment,
): Promise<void> {
  if (!deployerOn(network))
    throw refused(
      'signature',
      'This server has no key to deploy accounts by on this network: deploy the account, then pay.',
    )
  const { from: account, signature } = authorization
  const digest = digestOf(network, asset, authorization)
  if (!(await Eip1271.isValidOnceDeployed(network, { account, deploy }, digest, signature)))
    throw refused('signature', 'The deployment in the signature (ERC-6492) makes no account at "from" that takes it.')
}

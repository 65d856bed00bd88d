/** How each client words the refusals of its pool. Codes and texts are those of its source code. */
export type Client = 'geth' | 'reth' | 'nethermind' | 'erigon' | 'besu' | 'anvil'

export const clients: readonly Client[] = ['geth', 'reth', 'nethermind', 'erigon', 'besu', 'anvil']

export type Refusal =
  | 'known'
  | 'nonce-too-low'
  | 'underpriced-replacement'
  | 'funds'
  | 'wrong-chain'
  | 'intrinsic-gas'
  | 'gas-limit'

export type RpcFault = { code: number; message: string }

/** Values that a refusal can contain; each client prints some of them. */
export type About = { expected?: bigint; got?: bigint }

type Wording = (about: About) => RpcFault

const say =
  (code: number, message: string): Wording =>
  () => ({ code, message })

const geth: Record<Refusal, Wording> = {
  known: say(-32000, 'already known'),
  'nonce-too-low': ({ expected, got }) => ({
    code: -32000,
    message: `nonce too low: next nonce ${expected}, tx nonce ${got}`,
  }),
  'underpriced-replacement': say(-32000, 'replacement transaction underpriced'),
  funds: ({ expected = 0n, got = 0n }) => ({
    code: -32000,
    message: `insufficient funds for gas * price + value: balance ${got}, tx cost ${expected}, overshot ${expected - got}`,
  }),
  'wrong-chain': ({ expected, got }) => ({
    code: -32000,
    message: `invalid sender: invalid chain id for signer: have ${got} want ${expected}`,
  }),
  'intrinsic-gas': ({ expected, got }) => ({
    code: -32000,
    message: `intrinsic gas too low: gas ${got}, minimum needed ${expected}`,
  }),
  'gas-limit': say(-32000, 'exceeds block gas limit'),
}

const wordings: Record<Client, Record<Refusal, Wording>> = {
  geth,
  reth: {
    ...geth,
    funds: ({ expected, got }) => ({
      code: -32003,
      message: `insufficient funds for gas * price + value: have ${got} want ${expected}`,
    }),
    'wrong-chain': say(-32000, 'invalid chain ID'),
  },
  nethermind: {
    known: say(-32010, 'AlreadyKnown'),
    'nonce-too-low': ({ expected, got }) => ({
      code: -32010,
      message: `OldNonce, Current nonce: ${expected}, nonce of rejected tx: ${got}`,
    }),
    'underpriced-replacement': say(-32010, 'ReplacementNotAllowed'),
    funds: ({ expected, got }) => ({
      code: -32010,
      message: `InsufficientFunds, Account balance: ${got}, cumulative cost: ${expected}`,
    }),
    'wrong-chain': say(-32010, 'Invalid, InvalidTxChainId: Expected chain ID differs'),
    'intrinsic-gas': say(-32010, 'Invalid, intrinsic gas too low'),
    'gas-limit': say(-32010, 'GasLimitExceeded'),
  },
  erigon: {
    ...geth,
    'nonce-too-low': say(-32000, 'nonce too low'),
    'underpriced-replacement': say(-32000, 'INTERNAL_ERROR: could not replace existing tx'),
    funds: say(-32000, 'insufficient funds for gas * price + value'),
    'wrong-chain': say(-32000, 'invalid chain id'),
  },
  besu: {
    known: say(-32000, 'Known transaction'),
    'nonce-too-low': say(-32001, 'Nonce too low'),
    'underpriced-replacement': say(-32000, 'Replacement transaction underpriced'),
    funds: say(-32004, 'Upfront cost exceeds account balance'),
    'wrong-chain': say(-32000, 'Wrong chainId'),
    'intrinsic-gas': say(-32003, 'Intrinsic gas exceeds gas limit'),
    'gas-limit': say(-32005, 'Transaction gas limit exceeds block gas limit'),
  },
  anvil: {
    known: say(-32003, 'transaction already imported'),
    'nonce-too-low': say(-32003, 'nonce too low'),
    'underpriced-replacement': say(-32003, 'replacement transaction underpriced'),
    funds: say(-32003, 'Insufficient funds for gas * price + value'),
    'wrong-chain': say(-32003, 'invalid chain id for signer'),
    'intrinsic-gas': say(-32003, 'intrinsic gas too low'),
    'gas-limit': say(-32003, 'exceeds block gas limit'),
  },
}

/** In this client's words. */
export function refuse(client: Client, refusal: Refusal, about: About = {}): RpcFault {
  return wordings[client][refusal](about)
}

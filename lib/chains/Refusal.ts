/**
 * The meaning of a node's refusal of signed bytes. `unknown`: it may accept the same bytes later, or has them already.
 */
export type RefusalMeaning = 'known' | 'nonce-too-low' | 'underpriced' | 'funds' | 'rejected' | 'unknown'

// Wordings of geth, reth, nethermind, erigon, besu and anvil, and of Tempo and bor, which derive from them. Order
// matters: a revert text that quotes "nonce" is no nonce conflict, and "nonce too low" may be part of any sentence.
const wordings: readonly (readonly [RegExp, RefusalMeaning])[] = [
  [
    /already known|already imported|already exists|alreadyknown|\bknown transaction|already in (the )?(mem)?pool|existing tx with same hash/i,
    'known',
  ],
  [/revert/i, 'rejected'],
  // A full pool, a nonce gap, a reserved account, a syncing node: the same bytes are good later.
  [
    /pool is full|nonce (is )?too high|nonce gap|noncegap|too ?far ?in ?(the )?future|too distant|lower nonce invalid|future transaction tries to replace|already reserved|account limit exceeded|in-flight transaction limit|maxpendingtxs|syncing|temporar|timeout|timed out|overload|try again/i,
    'unknown',
  ],
  [
    /nonce (is )?too low|nonce too small|oldnonce|nonce already (been )?used|already mined|expiring nonce (was )?already/i,
    'nonce-too-low',
  ],
  [
    /insufficient ?(funds|balance)|lack of funds|not enough funds|up-?front cost .*exceeds|exceeds (the )?(sender )?(account )?balance/i,
    'funds',
  ],
  [
    /underpriced|less than (the )?(current )?(block )?base ?fee|fee ?too ?low|below (the )?(base|chain minimum|minimum|configured minimum)|gas price too low|could not replace|replacement ?not ?allowed/i,
    'underpriced',
  ],
]

/** Classifies a refusal by its words or, if they say nothing, by its code. */
export function classify(code: number, message: string): RefusalMeaning {
  for (const [wording, verdict] of wordings) if (wording.test(message)) return verdict
  return code === -32603 ? 'unknown' : 'rejected'
}

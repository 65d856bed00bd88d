/** What a node's refusal of signed bytes means. `unknown`: it may take the same bytes later, or already has them. */
export type RefusalMeaning = 'known' | 'nonce-too-low' | 'underpriced' | 'funds' | 'rejected' | 'unknown'

// Wordings of geth, reth, nethermind, erigon, besu, anvil, and of Tempo and bor, which are made of them. In this order: a
// revert text that quotes "nonce" must not be read as a nonce conflict, and "nonce too low" may stand in any sentence.
const wordings: readonly (readonly [RegExp, RefusalMeaning])[] = [
  [
    /already known|already imported|already exists|alreadyknown|\bknown transaction|already in (the )?(mem)?pool|existing tx with same hash/i,
    'known',
  ],
  [/revert/i, 'rejected'],
  // A full pool, a gap below, a reserved account, a node that catches up: the same bytes are good later.
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

/** Sorts a refusal by its words, and by its code where they say nothing. */
export function classify(code: number, message: string): RefusalMeaning {
  for (const [wording, verdict] of wordings) if (wording.test(message)) return verdict
  return code === -32603 ? 'unknown' : 'rejected'
}

import type { Outcome } from '../outcome'

/** Opens the dialog that signs in again. @returns whether the same wallet is signed in again. */
type SignInAgain = () => Promise<boolean>

let signInAgain: SignInAgain | undefined
let waiting: Promise<boolean> | undefined

/** Called by the dialog of the page. @returns a function that takes it back. */
export function offerSignIn(open: SignInAgain): () => void {
  signInAgain = open
  return () => {
    if (signInAgain === open) signInAgain = undefined
  }
}

/**
 * Runs a server action. If the session is over, the page's dialog signs in again and the action runs once more, so nothing that
 * was typed is lost. Actions that meet the end of the session together share one dialog.
 */
export async function runSignedIn<Value>(act: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  const outcome = await act()
  if (outcome.ok || outcome.code !== 'not-signed-in' || !signInAgain) return outcome
  waiting ??= signInAgain().finally(() => (waiting = undefined))
  return (await waiting) ? act() : outcome
}

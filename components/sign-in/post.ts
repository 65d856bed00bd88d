/** What the server answers to a sign-in. `paid`: the wallet is no member and has payments to see. */
export type SignedIn = { member: boolean; paid: boolean; wallet: string }

/** Posts JSON to this site and reads the answer. @throws Error with a sentence for a person. */
export async function post<Body>(path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error('The server cannot be reached. Check the connection and try again.')
  })
  const parsed = (await answer.json().catch(() => ({}))) as Body & { detail?: string }
  if (!answer.ok) throw new Error(parsed.detail ?? `The server answered ${answer.status}. Try again.`)
  return parsed
}

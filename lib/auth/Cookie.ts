import { env } from '../env'

/**
 * Cookies of the dashboard and of agents' own pages. `__Host-` and Secure if the public URL is https, so that no subdomain can
 * set one.
 */

const secure = () => env.PUBLIC_URL.startsWith('https://')

// Browsers share cookies between ports: two demos on one machine must not sign each other out.
const named = (name: string) => (secure() ? `__Host-${name}` : `${name}_${new URL(env.PUBLIC_URL).port || '80'}`)

/** Holds the session id. */
export const sessionName = () => named('sluice')
/** Holds the session id of a wallet that reads its own payments. */
export const agentName = () => named('sluice_agent')
/** Binds a sign-in nonce to the browser that requested it. */
export const browserName = () => named('sluice_browser')

/** Value of a Set-Cookie header; an age of zero removes the cookie. */
export function serialize(name: string, value: string, maxAgeS: number): string {
  const attributes = [`${name}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax', `Max-Age=${maxAgeS}`]
  return [...attributes, ...(secure() ? ['Secure'] : [])].join('; ')
}

/** The cookie's value in a Cookie header. */
export function read(header: string | null, name: string): string | undefined {
  const prefix = `${name}=`
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length)
}

/** The same attributes for the cookie jar of a server action. */
export function options(maxAgeS: number) {
  return { path: '/', httpOnly: true, sameSite: 'lax', maxAge: maxAgeS, secure: secure() } as const
}

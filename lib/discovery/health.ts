import { decodePaymentRequiredHeader } from '@x402/core/http'
import { parsePaymentRequired } from '@x402/core/schemas'
import { validateDiscoveryExtensionSpec } from '@x402/extensions/bazaar'
import { Challenge } from 'mppx'
import { validate } from 'mppx/discovery'
import { env } from '../env'
import { Chain, labelNetwork, purposeOf, servedNetworks } from '@/lib/chains'
import { JsonSchema, type Resource } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import * as CatalogueEntry from './CatalogueEntry'
import { openApi } from './open-api'

/**
 * How well directories can list a resource: checks the agents' 402 by the rules of x402's bazaar, x402scan, mppscan
 * and mppx. A fault that makes a directory refuse the resource fails; a fault that only displays badly is a warning.
 * Each finding says how to fix it.
 */
export type DirectoryHealth = {
  /** 0 to 100. */
  score: number
  /** Most important first. */
  checks: readonly DirectoryCheck[]
}

export type DirectoryCheck = { name: string; state: 'pass' | 'warn' | 'fail'; detail: string }

/** The resource's real 402, as `describeChallenge` makes it. */
export type RealChallenge = CatalogueEntry.DescribedChallenge & {
  headers: readonly (readonly [name: string, value: string])[]
}

type Finding = Omit<DirectoryCheck, 'name'>
const pass = (detail: string): Finding => ({ state: 'pass', detail })
const warn = (detail: string): Finding => ({ state: 'warn', detail })
const fail = (detail: string): Finding => ({ state: 'fail', detail })

/** Pure, except that it reads the configuration. Never throws. */
export function health(resource: Resource, challenge: RealChallenge, nowMs: number): DirectoryHealth {
  const entry = CatalogueEntry.from(resource, challenge, nowMs)
  const required = readRequired(challenge)
  const findings: [name: string, finding: Finding | undefined][] = [
    ['On sale', onSale(resource)],
    ['x402 challenge', x402Challenge(resource, required)],
    ['MPP challenge', mppChallenge(challenge)],
    ['OpenAPI document', openApiDocument(entry)],
    ['Way to call it', wayToCall(resource, entry)],
    ['Bazaar entry', bazaarEntry(required, challenge)],
    ['Networks', networks(resource)],
    ['Pay-to addresses', payTos(resource)],
    ['Price', price(resource)],
    ['HTTPS', https()],
    ['Asking for the price', priceRequest(resource)],
    ['Description', description(resource)],
    ['Example of the answer', answerExample(resource)],
    ['Tags', tags(resource)],
    ['Service name and icon', service(resource)],
  ]
  const checks = findings.flatMap(([name, finding]) => (finding ? [{ name, ...finding }] : []))
  const worth = { pass: 1, warn: 0.5, fail: 0 }
  const sum = checks.reduce((total, { state }) => total + worth[state], 0)
  return { score: Math.round((100 * sum) / checks.length), checks }
}

type Required = { bytes: number; extensions: Record<string, unknown>; isValid: boolean }

/** The header, parsed by the official schema; undefined if it is absent. */
function readRequired({ headers }: RealChallenge): Required | undefined {
  const header = headers.find(([name]) => name === 'PAYMENT-REQUIRED')?.[1]
  if (header === undefined) return undefined
  const required = decodePaymentRequiredHeader(header)
  const { success } = parsePaymentRequired(required)
  return { bytes: header.length, extensions: required.extensions ?? {}, isValid: success }
}

function onSale({ status, priceMicros, pricing }: Resource): Finding {
  if (status === 'paused') return fail('It is paused: agents and directories get 503. Put it back on sale.')
  if (status !== 'live') return fail('It is not on sale: agents and directories get 404. Put it on sale.')
  if (priceMicros === 0n && !pricing)
    return warn('It is free: directories of paid resources skip what answers without a 402.')
  return pass('Agents and directories can ask for it.')
}

function x402Challenge({ session, meter }: Resource, required: Required | undefined): Finding {
  if (!required && session && meter !== 'request')
    return warn(
      'It is sold by sessions alone, which x402’s directories do not know. Sell requests too to be listed there.',
    )
  if (!required) return fail('None of its networks takes x402. Add a payout on Base, Polygon or Solana.')
  if (!required.isValid)
    return fail('The official schema of x402 does not take its header. Report this: it is our fault.')
  return pass(`The official schema takes it; its header has ${required.bytes.toLocaleString('en')} bytes.`)
}

function mppChallenge({ headers }: RealChallenge): Finding {
  const list = new Headers(
    headers.filter(([name]) => name === 'WWW-Authenticate').map(([name, value]): [string, string] => [name, value]),
  )
  const challenges = list.has('WWW-Authenticate') ? Challenge.fromHeadersList(list) : []
  if (challenges.length === 0)
    return warn('None of its networks takes MPP. Add a payout on an EVM network or on Tempo.')
  return pass(`mppx reads ${challenges.length} ${challenges.length === 1 ? 'challenge' : 'challenges'}.`)
}

function openApiDocument(entry: CatalogueEntry.CatalogueEntry): Finding {
  const document = openApi([entry], { title: entry.merchantSlug, serverUrl: env.PUBLIC_URL, whole: true })
  const [problem] = validate(document)
  return problem
    ? fail(`mppx’s rules of discovery: ${problem.message} (${problem.path}).`)
    : pass('mppx’s rules of discovery hold, and each offer stands in the form of x402scan and mppscan too.')
}

function wayToCall({ listing, execution, method }: Resource, { declared }: CatalogueEntry.CatalogueEntry): Finding {
  if (execution) return pass('Its arguments are those of the call on chain.')
  const place = declared.body ? 'body' : 'query'
  if (!listing[place]?.schema)
    return fail(
      `Directories skip what does not say how it is called. Describe the ${place} of this ${method} by a JSON Schema; {"type":"object","properties":{}} says that it takes nothing.`,
    )
  const { schema } = listing[place]
  if (typeof schema.properties !== 'object')
    return warn(`The schema of the ${place} names no members. Agents fill in what "properties" lists.`)
  return pass(`The ${place} is described by a JSON Schema.`)
}

function bazaarEntry(required: Required | undefined, { body }: RealChallenge): Finding | undefined {
  if (!required) return undefined
  const whole = (body?.extensions as Record<string, unknown> | undefined)?.bazaar as Bazaar | undefined
  const sent = required.extensions.bazaar as Bazaar | undefined
  if (!whole) return fail('The challenge has none. Report this: it is our fault.')
  if (!sent)
    return warn(
      'The head of the challenge has no room for it, beside so many ways to pay: directories read it in the body and in /openapi.json, but facilitators elsewhere do not list it. Sell on fewer networks, or without sessions.',
    )
  const [error] = validateDiscoveryExtensionSpec(sent).errors ?? []
  const mismatch = error ?? JsonSchema.findMismatch(sent.schema, sent.info, 'info')
  if (mismatch) return fail(`x402’s rules do not hold: ${mismatch}`)
  if (Object.keys(sent.info.input.pathParams ?? {}).length > 0 && sent.routeTemplate === undefined)
    return warn(
      'The path has signs that catalogues refuse in templates, so that every address is an entry of its own. Use letters, digits, - _ . ~ only.',
    )
  if (JSON.stringify(sent) !== JSON.stringify(whole))
    return pass('Catalogues take what of it stands in the head of the challenge; body and documents have the whole.')
  return pass('It is whole in the challenge, and its example fits its schema.')
}

type Bazaar = { info: { input: { pathParams?: object } }; schema: unknown; routeTemplate?: string } & Record<
  string,
  unknown
>

function networks({ payouts }: Resource): Finding {
  const served = new Set<string>(servedNetworks())
  const closed = payouts.find(({ network }) => !served.has(network))
  if (closed) return fail(`This server does not serve ${labelNetwork(closed.network).name}. Remove its payout.`)
  if (payouts.length === 0) return fail('The resource has no payout, so that it cannot be paid.')
  if (payouts.every(({ network }) => Chain.get(network).testnet))
    return warn('It is paid on test networks only: directories leave those out or show them apart.')
  return pass(payouts.map(({ network }) => labelNetwork(network).name).join(', '))
}

function payTos({ payouts }: Resource): Finding {
  const own = payouts.find(({ network, payTo }) => purposeOf(network, payTo) !== undefined)
  return own
    ? fail(
        `On ${labelNetwork(own.network).name} it pays a signer of this server. Use an address that only holds revenue.`,
      )
    : pass('None is a signer of this server.')
}

const priceMicrosMin = 100n
const priceMicrosMax = 10_000_000n

function price({ priceMicros, pricing }: Resource): Finding {
  const most = pricing?.maxMicros ?? priceMicros
  if (most > priceMicrosMax)
    return warn(
      `It may cost ${Amount.formatDollars(most)} a call: many agents have a limit of a few dollars for what they do not know.`,
    )
  if (most > 0n && most < priceMicrosMin)
    return warn('It costs less than $0.0001: the transfer costs more than it brings.')
  return pass(most === 0n ? 'Free.' : `At most ${Amount.formatDollars(most)} a call.`)
}

function https(): Finding {
  return env.PUBLIC_URL.startsWith('https://')
    ? pass('The address is encrypted.')
    : fail(
        'Directories take https addresses only. Set PUBLIC_URL to the one under which this server is reached from outside.',
      )
}

function priceRequest({ execution }: Resource): Finding {
  return execution && execution.calls.some(({ args }) => args.some((argument) => !('literal' in argument)))
    ? warn(
        'An action looks at its arguments before it says its price: directories that ask with an empty body get 422. Register it with its example.',
      )
    : pass('It says its price before it looks at the request.')
}

const descriptionMin = 20

function description({ description: text, name }: Resource): Finding {
  if (text === '') return fail('It has none. Say in a sentence what an agent gets for its money.')
  if (text.length < descriptionMin || text === name)
    return warn('It says little. Write what comes out, and for what it is good.')
  return pass(`${text.length} characters.`)
}

function answerExample({ listing, execution, mimeType }: Resource): Finding {
  if (execution) return pass('Actions answer with their receipt.')
  if (listing.output?.example === undefined)
    return warn('There is none. Agents choose by what they see: add one to the answer.')
  if (!/json/i.test(mimeType) && typeof listing.output.example === 'object')
    return warn(`The example is JSON, and the answer’s media type is ${mimeType}. One of them is wrong.`)
  return pass('There is one.')
}

function tags({ listing }: Resource): Finding {
  return listing.tags.length === 0
    ? warn('There are none. Up to five words by which agents search, for example "weather".')
    : pass(listing.tags.join(', '))
}

function service({ listing: { serviceName, iconUrl } }: Resource): Finding {
  const missing = [serviceName === undefined && 'a service name', iconUrl === undefined && 'an icon'].filter(Boolean)
  return missing.length > 0
    ? warn(`Directories show ${missing.join(' and ')} beside each entry: there is none.`)
    : pass(serviceName ?? '')
}

'use client'

import { LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useMemo, useState } from 'react'
import type { Hex } from 'viem'
import { Amount } from '../amount'
import { Json } from '../code-block'
import type { Outcome } from '../outcome'
import { sentenceOf } from '../sign-in/sign-by-evm'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Panel } from '../panel'
import { cn } from '../ui/cn'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import { send, waysOf, type Answer, type Domains, type ReadToken, type PlaygroundRequest, type Way } from './buy'
import { AnswerView } from './answer-view'
import { Sequence, type Message } from './sequence'
import { testWallet, watchWallets, type Wallet } from './wallets'

type Props = {
  wanted: PlaygroundRequest
  domains: Domains
  readToken: (network: string, asset: string, data: string) => Promise<Outcome<Hex>>
  /** The private key of the demo's agent; only in the demo. */
  testKey?: Hex | undefined
}

type Signed = { way: Way; wallet: string; name: string; value: string; decoded: unknown; ms: number }

type StepName = 'ask' | 'sign' | 'send'

/** Buys the request step by step, as an agent does: ask, choose, sign, send. No money moves before the last step. */
export function Playground({ wanted, domains, readToken, testKey }: Props) {
  const ready = useHydrated()
  const wallets = useWallets(testKey)
  const [walletId, setWalletId] = useState<string>()
  const wallet = wallets.find(({ id }) => id === walletId) ?? wallets[0]
  const { challenge, ways, way, signed, paid, busy, error, ask, choose, sign, pay } = usePurchase({
    wanted,
    domains,
    readToken,
  })
  const button = (step: StepName, label: string, work: () => void, isPossible = true) => (
    <Button onClick={work} disabled={!ready || busy !== undefined || !isPossible}>
      {busy === step && <LoaderCircle aria-hidden className="animate-spin" />}
      {label}
    </Button>
  )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Step
        number={1}
        title={`Ask for ${wanted.method} ${pathOf(wanted.url)}`}
        description="The request without a payment. It costs nothing and moves nothing."
      >
        <div>{button('ask', challenge ? 'Ask again' : 'Ask for the price', () => void ask())}</div>
        {challenge && challenge.status !== 402 && <AnswerView answer={challenge} label="Answer" />}
      </Step>
      {ways.length > 0 && <ChooseStep ways={ways} chosen={way?.id} choose={choose} />}
      {way && (
        <Step
          number={3}
          title="Sign"
          description="The wallet signs a transfer that only this seller can receive. The signature alone moves nothing."
        >
          {wallets.length === 0 ? (
            <p className="text-sm text-muted-foreground">
              No wallet was found in this browser. Install a wallet extension and reload, or use the code below.
            </p>
          ) : (
            <div className="flex flex-wrap items-center gap-2">
              <Select
                aria-label="Wallet"
                className="w-56"
                options={wallets.map(({ id, name }) => ({ value: id, label: name }))}
                value={wallet?.id ?? ''}
                onValueChange={setWalletId}
              />
              {button('sign', 'Sign', () => void sign(wallet), way.refusal === undefined)}
            </div>
          )}
          {signed && <Json value={signed.decoded} label="Decoded credential" />}
        </Step>
      )}
      {signed && (
        <Step number={4} title="Send" description={`The same request with the header ${signed.name}. This pays.`}>
          <div>{button('send', paid ? 'Send it again' : 'Pay and send', () => void pay())}</div>
          {paid && <AnswerView answer={paid} label="Paid answer" />}
          {paid && <PaymentLink answer={paid} />}
        </Step>
      )}
      <div role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </div>
      {challenge && <Sequence messages={messagesOf(wanted, challenge, signed, paid)} />}
    </div>
  )
}

type ChooseProps = { ways: readonly Way[]; chosen: string | undefined; choose: (id: string) => void }

function ChooseStep({ ways, ...choice }: ChooseProps) {
  return (
    <Step number={2} title="Choose" description="Both protocols offer the same price. An agent accepts one offer.">
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
        {(['x402', 'MPP'] as const).map((protocol) => (
          <Offers
            key={protocol}
            protocol={protocol}
            ways={ways.filter((one) => one.protocol === protocol)}
            {...choice}
          />
        ))}
      </div>
    </Step>
  )
}

/** The state of one purchase. Each step drops the results of the steps after it. */
function usePurchase({ wanted, domains, readToken }: Omit<Props, 'testKey'>) {
  const [challenge, setChallenge] = useState<Answer>()
  const [ways, setWays] = useState<readonly Way[]>([])
  const [wayId, setWayId] = useState<string>()
  const [signed, setSigned] = useState<Signed>()
  const [paid, setPaid] = useState<Answer>()
  const [busy, setBusy] = useState<StepName>()
  const [error, setError] = useState<string>()
  const way = ways.find(({ id }) => id === wayId)

  async function run(step: StepName, work: () => Promise<void>) {
    setBusy(step)
    setError(undefined)
    try {
      await work()
    } catch (thrown) {
      setError(sentenceOf(thrown))
    }
    setBusy(undefined)
  }

  function choose(id: string | undefined) {
    setWayId(id)
    setSigned(undefined)
    setPaid(undefined)
  }

  const ask = () =>
    run('ask', async () => {
      const answer = await send(wanted)
      const found = answer.status === 402 ? await waysOf(answer, domains, valueOf(readToken)) : []
      setChallenge(answer)
      setWays(found)
      choose(found.find(({ refusal }) => refusal === undefined)?.id)
    })
  const sign = (wallet: Wallet | undefined) =>
    run('sign', async () => {
      if (!way || !wallet) return
      const startedMs = performance.now()
      const signer = await wallet.connect(Number(way.network.split(':')[1]))
      const header = await way.sign(signer)
      setSigned({ way, wallet: wallet.name, ...header, ms: performance.now() - startedMs })
      setPaid(undefined)
    })
  const pay = () =>
    run('send', async () => {
      if (signed) setPaid(await send(wanted, signed))
    })
  return { challenge, ways, way, signed, paid, busy, error, ask, choose, sign, pay }
}

/** The token reader of the server action, which throws when the action refuses. */
function valueOf(read: Props['readToken']): ReadToken {
  return async (network, asset, data) => {
    const outcome = await read(network, asset, data)
    if (!outcome.ok) throw new Error(outcome.message)
    return outcome.value
  }
}

function useWallets(testKey: Hex | undefined): readonly Wallet[] {
  const test = useMemo(() => (testKey ? [testWallet(testKey)] : []), [testKey])
  const [found, setFound] = useState<readonly Wallet[]>([])
  useEffect(() => watchWallets((one) => setFound((before) => [...before.filter(({ id }) => id !== one.id), one])), [])
  return [...test, ...found]
}

type StepProps = { number: number; title: string; description: string; children: React.ReactNode }

function Step({ number, title, description, children }: StepProps) {
  return (
    <Panel
      isRegion
      title={`${number}. ${title}`}
      description={description}
      className="min-w-0"
      contentClassName="flex min-w-0 flex-col gap-3"
    >
      {children}
    </Panel>
  )
}

type OffersProps = { protocol: string; ways: readonly Way[]; chosen: string | undefined; choose: (id: string) => void }

/** The offers of one protocol, as radio buttons. */
function Offers({ protocol, ways, chosen, choose }: OffersProps) {
  const now = ways.find(({ id }) => id === chosen)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 text-sm font-medium">{protocol}</legend>
      {ways.length === 0 && <p className="text-sm text-muted-foreground">{protocol} has no offer.</p>}
      {ways.map(({ id, name, network, amountBase, refusal }) => (
        <label
          key={id}
          className={cn('flex gap-3 rounded-md border px-3 py-2 text-sm', id === chosen && 'border-brand bg-accent')}
        >
          <input
            type="radio"
            name="way"
            className="mt-1 accent-current"
            checked={id === chosen}
            onChange={() => choose(id)}
          />
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium">{name}</span>
              <Amount base={amountBase} />
            </span>
            <span className="block font-mono text-xs break-all text-muted-foreground">{network}</span>
            {refusal && <span className="block text-xs text-muted-foreground">{refusal}</span>}
          </span>
          <Badge tone="outline">{protocol}</Badge>
        </label>
      ))}
      {now && <Json value={now.decoded} label={`The ${protocol} offer, decoded`} />}
    </fieldset>
  )
}

function PaymentLink({ answer }: { answer: Answer }) {
  const id = answer.headers.find(([name]) => name === 'sluice-payment')?.[1]
  if (id === undefined) return null
  return (
    <Link href={`/payments/${id}`} className="text-sm text-brand hover:underline">
      Follow this payment through settlement
    </Link>
  )
}

function messagesOf(wanted: PlaygroundRequest, challenge: Answer, signed?: Signed, paid?: Answer): Message[] {
  const { method, url } = wanted
  const path = new URL(url).pathname
  return [
    { from: 'Agent', to: 'Sluice', text: `${method} ${path}` },
    { from: 'Sluice', to: 'Agent', text: `${challenge.status} ${challenge.statusText}`, ms: challenge.ms },
    ...(signed
      ? [
          { from: 'Agent' as const, to: 'Wallet' as const, text: `sign for ${signed.way.protocol} ${signed.way.name}` },
          { from: 'Wallet' as const, to: 'Agent' as const, text: 'signature', ms: signed.ms },
        ]
      : []),
    ...(signed && paid
      ? [
          { from: 'Agent' as const, to: 'Sluice' as const, text: `${method} ${path} + ${signed.name}` },
          { from: 'Sluice' as const, to: 'Agent' as const, text: `${paid.status} ${paid.statusText}`, ms: paid.ms },
        ]
      : []),
  ]
}

/** The part of the address behind /gateway/{merchant}, with its query. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname.replace(/^\/gateway\/[^/]+/, '') + search
}

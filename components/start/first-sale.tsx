'use client'

import { LoaderCircle, ShoppingCart } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Hex } from 'viem'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { AnswerView } from '../playground/answer-view'
import { send, waysOf, type Answer, type Domains, type PlaygroundRequest } from '../playground/buy'
import { testWallet, watchWallets, type Wallet } from '../playground/wallets'
import { sentenceOf } from '../sign-in/sign-by-evm'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { useHydrated } from '../use-hydrated'

type Props = {
  request: PlaygroundRequest
  /** "$0.01". */
  price: string
  domains: Domains
  readToken: (network: string, asset: string, data: string) => Promise<Outcome<Hex>>
  /** The private key of the demo's agent; only in the demo. */
  testKey?: Hex | undefined
}

/** The steps of a purchase, in order, and what the page says while each runs. */
const steps = ['Asking for the price', 'Signing the payment', 'Paying and waiting for the answer'] as const

/** Buys the resource once, in one click, as an agent does: ask, sign, send. */
export function FirstSale({ request, price, domains, readToken, testKey }: Props) {
  const ready = useHydrated()
  const wallets = useWallets(testKey)
  const [step, setStep] = useState<number>()
  const [paid, setPaid] = useState<Answer>()
  const [error, setError] = useState<string>()

  async function buy(wallet: Wallet) {
    setError(undefined)
    setPaid(undefined)
    try {
      setStep(0)
      const read = async (network: string, asset: string, data: string) => {
        const outcome = await readToken(network, asset, data)
        if (!outcome.ok) throw new Error(outcome.message)
        return outcome.value
      }
      const challenge = await send(request)
      if (challenge.status !== 402) return setPaid(challenge)
      const way = (await waysOf(challenge, domains, read)).find(({ refusal }) => refusal === undefined)
      if (!way)
        throw new Error('A browser wallet can pay no offer of this resource. Use the code in the documentation.')
      setStep(1)
      const header = await way.sign(await wallet.connect(Number(way.network.split(':')[1])))
      setStep(2)
      setPaid(await send(request, header))
    } catch (thrown) {
      setError(sentenceOf(thrown))
    } finally {
      setStep(undefined)
    }
  }

  const isBusy = step !== undefined
  return (
    <Panel
      title="Buy it once"
      description={`A wallet pays ${price} to the payout address of your shop, as an agent would.`}
      contentClassName="flex min-w-0 flex-col gap-4"
    >
      <div className="flex flex-wrap gap-2">
        {wallets.map((wallet) => (
          <Button key={wallet.id} size="lg" disabled={!ready || isBusy} onClick={() => void buy(wallet)}>
            {isBusy ? <LoaderCircle aria-hidden className="animate-spin" /> : <ShoppingCart aria-hidden />}
            Pay {price} with {wallet.name}
          </Button>
        ))}
        {ready && wallets.length === 0 && (
          <p className="text-muted-foreground">
            No wallet was found in this browser. Install a wallet extension, then reload.
          </p>
        )}
      </div>
      <p role="status" className="text-sm text-muted-foreground empty:hidden">
        {step === undefined ? '' : `${steps[step]}…`}
      </p>
      <p role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </p>
      {paid && <Verdict answer={paid} price={price} />}
      {paid && <AnswerView answer={paid} label="Answer" />}
      <Next answer={paid} />
    </Panel>
  )
}

function useWallets(testKey: Hex | undefined): readonly Wallet[] {
  const test = useMemo(() => (testKey ? [testWallet(testKey)] : []), [testKey])
  const [found, setFound] = useState<readonly Wallet[]>([])
  useEffect(() => watchWallets((one) => setFound((before) => [...before.filter(({ id }) => id !== one.id), one])), [])
  return [...test, ...found]
}

/** What the answer means, in a sentence. */
function Verdict({ answer, price }: { answer: Answer; price: string }) {
  if (answer.status < 400)
    return <p className="font-medium">Sold: the wallet paid {price} to your shop, and your API answered.</p>
  return (
    <p role="alert" className="font-medium text-destructive">
      {refusalIn(answer.body) ?? 'This is no sale. The answer below says why.'}
    </p>
  )
}

/** The sentence of a problem+json body. */
function refusalIn(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

/** Where to go after the purchase, or without one. */
function Next({ answer }: { answer: Answer | undefined }) {
  const id = answer?.headers.find(([name]) => name === 'sluice-payment')?.[1]
  return (
    <div className="flex flex-wrap gap-2">
      {id !== undefined && <ButtonLink href={`/payments/${id}`}>Open the payment</ButtonLink>}
      <ButtonLink href="/" variant="outline">
        Go to the dashboard
      </ButtonLink>
    </div>
  )
}

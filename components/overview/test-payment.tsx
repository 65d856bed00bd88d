'use client'

import { LoaderCircle } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import { paymentWays, type PaymentWay } from './payment-way'

export type PayAction = (way: PaymentWay) => Promise<Outcome<{ paymentId: string; status: number }>>

/** Demo only: pays the cheapest resource as an agent would. */
export function TestPayment({ pay, onPaid }: { pay: PayAction; onPaid: () => void }) {
  const router = useRouter()
  const ready = useHydrated()
  const [busy, setBusy] = useState<PaymentWay>()

  async function begin(way: PaymentWay, label: string) {
    setBusy(way)
    const outcome = await pay(way).catch(() => undefined)
    setBusy(undefined)
    onPaid()
    if (outcome?.ok) {
      const { paymentId, status } = outcome.value
      toast.success(`Paid by ${label}; the gateway answered ${status}.`, {
        action: { label: 'See the payment', onClick: () => router.push(`/payments/${paymentId}`) },
      })
    } else toast.error(outcome?.message ?? 'The server cannot be reached.')
  }

  return (
    <section
      aria-labelledby="test-payment"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-card px-4 py-3"
    >
      <div className="min-w-0">
        <h2 id="test-payment" className="text-sm font-semibold">
          Make a test payment
        </h2>
        <p className="text-xs text-muted-foreground">A real client buys your cheapest resource with test money.</p>
      </div>
      <div className="flex flex-wrap gap-2 sm:ml-auto">
        {paymentWays.map(({ way, label }) => (
          <Button
            key={way}
            variant="outline"
            disabled={busy !== undefined || !ready}
            aria-label={`Make a test payment by ${label}`}
            onClick={() => void begin(way, label)}
          >
            {busy === way && <LoaderCircle aria-hidden className="animate-spin" />}
            {label}
          </Button>
        ))}
      </div>
    </section>
  )
}

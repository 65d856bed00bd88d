'use client'

import { RotateCw, TriangleAlert } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Empty } from './empty'
import { Button } from './ui/button'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** Shown instead of a page that failed. The digest finds the cause in the server's log. */
export function PageError({ error, reset }: Props) {
  const router = useRouter()
  const [busy, start] = useTransition()
  const retry = () =>
    start(() => {
      router.refresh()
      reset()
    })
  return (
    <div role="alert" className="rounded-lg border bg-card">
      <Empty
        icon={TriangleAlert}
        title="This page could not be loaded"
        action={
          <Button variant="outline" disabled={busy} onClick={retry}>
            <RotateCw aria-hidden /> Try again
          </Button>
        }
      >
        <p>
          A part that it needs (the database or a chain) did not answer, or there is a fault on our side. Nothing was
          changed.
        </p>
        {error.digest && <p className="mt-1 font-mono text-xs">Request {error.digest}</p>}
      </Empty>
    </div>
  )
}

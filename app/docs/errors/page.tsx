import type { Metadata } from 'next'
import Link from 'next/link'
import { codes, type ErrorCode } from '@/lib/errors'
import { owners } from './words'

export const metadata: Metadata = {
  title: 'Errors',
  description: 'Every error of Sluice: its meaning, who has to act, and what to do.',
}

export default function ErrorsPage() {
  const rows = (Object.keys(codes) as ErrorCode[]).map((code) => ({ code, ...codes[code] }))
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">Errors</h1>
      <p className="mt-3 max-w-prose leading-6 text-muted-foreground">
        Every refusal is <code className="font-mono text-[0.9em]">application/problem+json</code> (RFC 9457). Its{' '}
        <code className="font-mono text-[0.9em]">type</code> is the address of one of these pages,{' '}
        <code className="font-mono text-[0.9em]">code</code> the last part of it, and{' '}
        <code className="font-mono text-[0.9em]">retryable</code> says whether another try can succeed. Money is never
        guessed: a payment whose outcome is not known is answered 503, never with a fresh 402.
      </p>
      <div className="mt-8 overflow-hidden rounded-lg border bg-card text-sm">
        <table className="w-full border-separate border-spacing-0">
          <caption className="sr-only">All error codes</caption>
          <thead>
            <tr className="text-left text-xs text-muted-foreground">
              <th scope="col" className="border-b px-4 py-2 font-medium">
                Status
              </th>
              <th scope="col" className="border-b px-4 py-2 font-medium">
                Error
              </th>
              <th scope="col" className="border-b px-4 py-2 font-medium max-sm:hidden">
                Whose move
              </th>
              <th scope="col" className="border-b px-4 py-2 font-medium max-sm:hidden">
                Try again
              </th>
            </tr>
          </thead>
          <tbody className="[&>tr:last-child>td]:border-b-0">
            {rows.map(({ code, status, owner, retryable, title }) => (
              <tr key={code} className="relative hover:bg-muted/60">
                <td className="border-b px-4 py-2.5 align-top text-muted-foreground tabular-nums">{status}</td>
                <td className="border-b px-4 py-2.5">
                  <Link
                    href={`/docs/errors/${code}`}
                    className="font-medium outline-offset-4 after:absolute after:inset-0"
                  >
                    {title}
                  </Link>
                  <br />
                  <code className="font-mono text-xs break-all text-muted-foreground">{code}</code>
                </td>
                <td className="border-b px-4 py-2.5 align-top whitespace-nowrap max-sm:hidden">{owners[owner].word}</td>
                <td className="border-b px-4 py-2.5 align-top max-sm:hidden">{retryable ? 'Yes' : 'No'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

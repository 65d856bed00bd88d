import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { advice, AppError, codes, toProblem, type ErrorCode } from '@/lib/errors'
import { owners } from '../words'

type Props = { params: Promise<{ code: string }> }

export function generateStaticParams(): { code: string }[] {
  return Object.keys(codes).map((code) => ({ code }))
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { code } = await params
  return isCode(code) ? { title: codes[code].title, description: codes[code].help } : {}
}

const exampleOrigin = 'https://sluice.example'

export default async function ErrorPage({ params }: Props) {
  const { code } = await params
  if (!isCode(code)) notFound()
  const { status, owner, retryable, title, help } = codes[code]
  const example = JSON.stringify(toProblem(new AppError(code, sentence(help)), exampleOrigin), null, 2)
  return (
    <article className="max-w-prose">
      <p className="text-sm text-muted-foreground">
        <Link href="/docs/errors" className="rounded-sm hover:text-foreground">
          Errors
        </Link>{' '}
        / <code className="font-mono text-xs">{code}</code>
      </p>
      <h1 className="mt-2 text-2xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-4 text-[0.9375rem] leading-7">{help}</p>
      <dl className="mt-6 divide-y border-y text-sm">
        <Line term="HTTP status">
          <span className="tabular-nums">{status}</span>
        </Line>
        <Line term="Who has to act">{owners[owner].sentence}</Line>
        <Line term="Can another try succeed">{retryable ? 'Yes.' : 'No, not with the same request.'}</Line>
      </dl>
      <h2 className="mt-9 text-base font-semibold">What an agent should do</h2>
      <ol className="mt-3 flex list-decimal flex-col gap-2 pl-5 leading-6 marker:text-muted-foreground">
        {advice(code).map((step) => (
          <li key={step} className="pl-1">
            {step}
          </li>
        ))}
      </ol>
      <h2 className="mt-9 text-base font-semibold">What it looks like</h2>
      <pre
        tabIndex={0}
        role="region"
        aria-label="Example answer"
        className="mt-3 overflow-x-auto rounded-md border bg-muted/50 p-4 font-mono text-xs leading-5 whitespace-pre-wrap"
      >
        {`HTTP/1.1 ${status}\nContent-Type: application/problem+json\nCache-Control: no-store\n\n${example}`}
      </pre>
      <p className="mt-3 text-sm text-muted-foreground">
        <code className="font-mono text-xs">detail</code> is a sentence about the request at hand; it never holds a
        secret. Decide by <code className="font-mono text-xs">code</code>, not by the sentence.
      </p>
    </article>
  )
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-0.5 py-2.5">
      <dt className="w-48 text-muted-foreground">{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code)
}

/** The first sentence. */
function sentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text
}

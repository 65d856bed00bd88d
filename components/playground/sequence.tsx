import { Panel } from '../panel'

const lanes = ['Wallet', 'Agent', 'Sluice'] as const
type Lane = (typeof lanes)[number]

export type Message = { from: Lane; to: Lane; text: string; /** Until it was there. */ ms?: number }

/** The messages between agent, wallet and Sluice, in order. What Sluice does after them is on the payment's page. */
export function Sequence({ messages }: { messages: readonly Message[] }) {
  return (
    <Panel isRegion title="What happened" description="Times are measured by this browser.">
      <div aria-hidden className="grid grid-cols-3 border-b pb-2 text-center text-xs font-medium text-muted-foreground">
        {lanes.map((lane) => (
          <span key={lane}>{lane}</span>
        ))}
      </div>
      <ol className="flex flex-col gap-2 pt-3">
        {messages.map((message, index) => (
          <Arrow key={index} {...message} />
        ))}
      </ol>
    </Panel>
  )
}

function Arrow({ from, to, text, ms }: Message) {
  const [start, end] = [lanes.indexOf(from), lanes.indexOf(to)]
  const isRight = end > start
  return (
    <li className="grid grid-cols-6 text-xs">
      <span className="sr-only">
        {from} to {to}:
      </span>
      <span
        className="col-span-2 flex min-w-0 flex-col items-center"
        style={{ gridColumnStart: Math.min(start, end) * 2 + 2 }}
      >
        <span className="max-w-full truncate font-mono" title={text}>
          {text}
        </span>
        <span aria-hidden className="flex w-full items-center text-muted-foreground">
          {!isRight && <span>◀</span>}
          <span className="h-px flex-1 bg-current" />
          {isRight && <span>▶</span>}
        </span>
        {ms !== undefined && <span className="text-muted-foreground tabular-nums">{ms.toFixed(0)} ms</span>}
      </span>
    </li>
  )
}

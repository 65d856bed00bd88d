// Has a transaction executed by the API, waits for its final block, and verifies its receipt offline.
// Start `npm run demo`, then: npx tsx examples/execute.ts
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const demo = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8'))
const api = `${demo.baseUrl}/api/v1`
const headers = { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' }

// The same key with the same request is the same transaction, however often it is sent.
const response = await fetch(`${api}/transactions`, {
  method: 'POST',
  headers: { ...headers, 'idempotency-key': randomUUID() },
  body: JSON.stringify({
    network: 'eip155:84532',
    to: '0x00000000000000000000000000000000600D6009',
    abi: ['function sign(string message)'],
    function: 'sign',
    args: ['Hello from an example'],
    urgency: 'fast',
  }),
})
const { id, detail } = await response.json()
if (response.status !== 202) throw new Error(detail)

// Every step comes as an event; the stream ends when nothing can change any more.
let last = ''
let status = ''
while (status !== 'final') {
  if (/^(failed|expired|cancelled|reverted)$/.test(status)) throw new Error(`The transaction is ${status}.`)
  const after = last ? { 'last-event-id': last } : {}
  const events = await (await fetch(`${api}/transactions/${id}/events`, { headers: { ...headers, ...after } })).text()
  for (const [, event] of events.matchAll(/^event: transaction\.(\S+)$/gm)) console.log((status = event ?? ''))
  last = [...events.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? last
}

// `waiting` counts the events that are not in the signed log yet.
let receipt
do receipt = await (await fetch(`${api}/transactions/${id}/receipt`, { headers })).json()
while (receipt.waiting > 0 && (await new Promise((resolve) => setTimeout(resolve, 500, true))))

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-example-'))
writeFileSync(path.join(dir, 'receipt.json'), JSON.stringify(receipt))
writeFileSync(path.join(dir, 'key'), await (await fetch(`${api}/audit/key`)).text())
const verify = ['run', '--silent', 'audit:verify', '--', path.join(dir, 'receipt.json'), '--key', path.join(dir, 'key')]
console.log(execFileSync('npm', verify, { encoding: 'utf8' }))

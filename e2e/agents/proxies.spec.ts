import { expect, test } from '@playwright/test'
import { byMppTempo, byX402, byX402v1, receiptOf, sessionOf } from '../clients'
import { readDemo } from '../demo'
import { isInstalled, proxyNames, startProxy, type Proxy } from '../interop/proxies'

/**
 * Agents pay through the proxies that people put in front, each as Debian installs it with the block of docs/proxies.md: no buffer
 * is raised and no header is set for us. All clients through all of them: `npm run interop`.
 */

const demo = readDemo()
const { fixed, stream, session: tick } = demo.resources

for (const name of proxyNames) {
  test.describe(name, () => {
    test.skip(!isInstalled(name), `${name} is not installed`)
    let proxy: Proxy
    test.beforeAll(async () => {
      proxy = await startProxy(name, Number(new URL(demo.baseUrl).port))
    })
    test.afterAll(() => proxy.stop())
    const through = (url: string) => url.replace(demo.baseUrl, proxy.url)

    test('a payment by each protocol', async () => {
      for (const pay of [byX402, byX402v1, byMppTempo]) {
        const { response, body } = await pay(demo, through(fixed))
        expect([response.status, Object.keys(JSON.parse(body))]).toEqual([200, ['fortune', 'at']])
        expect(receiptOf(response)).toBeTruthy()
      }
    })

    test('a voucher, for what is sold in many ways', async () => {
      test.skip(name === 'nginx', 'its head has more than 4,096 bytes: docs/proxies.md says what this nginx needs')
      const session = sessionOf(demo, '0.10')
      expect((await session.fetch(through(tick))).status).toBe(200)
      await session.close()
    })

    test('a stream that waits for its vouchers', async () => {
      const session = sessionOf(demo, '0.10')
      const events: string[] = []
      for await (const event of await session.sse(`${through(stream)}?events=12&everyMs=20`)) events.push(event)
      expect(events).toHaveLength(12)
      await session.close()
    })
  })
}

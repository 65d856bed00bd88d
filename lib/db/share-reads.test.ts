import { expect, it } from 'vitest'
import { shareReads } from './share-reads'

/** Reads that end on command. */
function held() {
  const asked: (readonly number[])[] = []
  const ends: ((error?: Error) => void)[] = []
  const read = shareReads<number, number>((questions) => {
    asked.push(questions)
    return new Promise((resolve, reject) =>
      ends.push((error) => (error ? reject(error) : resolve(questions.map((question) => question * 2)))),
    )
  })
  return { read, asked, end: (error?: Error) => ends.shift()?.(error) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('asks once for all who ask in one turn, and answers each its own', async () => {
  const { read, asked, end } = held()
  const answers = Promise.all([read(1), read(2), read(3)])
  await turn()
  end()
  expect(await answers).toEqual([2, 4, 6])
  expect(asked).toEqual([[1, 2, 3]])
})

it('never answers by a statement that began before the question, and has those who come share the next', async () => {
  const { read, asked, end } = held()
  const first = read(1)
  await turn()
  const second = read(2)
  await turn()
  const late = [read(3), read(4)]
  await turn()
  expect(asked).toEqual([[1], [2]])
  end()
  expect(await first).toBe(2)
  await turn()
  expect(asked).toEqual([[1], [2], [3, 4]])
  end()
  end()
  expect(await Promise.all([second, ...late])).toEqual([4, 6, 8])
})

it('tells every caller of a statement that it failed, and goes on', async () => {
  const { read, end } = held()
  const answers = Promise.allSettled([read(1), read(2)])
  await turn()
  end(new Error('gone'))
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const again = read(3)
  await turn()
  end()
  expect(await again).toBe(6)
})

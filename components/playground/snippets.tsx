import type { Snippet } from '@/lib/discovery'
import { CodeBlock } from '../code-block'
import { Panel } from '../panel'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'

/** The same request as code, to copy. */
export function Snippets({ snippets }: { snippets: readonly Snippet[] }) {
  const [first] = snippets
  if (!first) return null
  return (
    <Panel isRegion title="As code" description="Keys are read from the environment.">
      <Tabs defaultValue={first.name}>
        <TabsList aria-label="Languages">
          {snippets.map(({ name }) => (
            <TabsTrigger key={name} value={name}>
              {name}
            </TabsTrigger>
          ))}
        </TabsList>
        {snippets.map(({ name, code }) => (
          <TabsContent key={name} value={name}>
            <CodeBlock code={code} label={`Code for ${name}`} />
          </TabsContent>
        ))}
      </Tabs>
    </Panel>
  )
}

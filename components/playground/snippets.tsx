import type { Snippet } from '@/lib/discovery'
import { CodeBlock } from '../code-block'
import { Panel } from '../panel'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'

/** The same request as code, to copy. */
export function Snippets({ snippets }: { snippets: readonly Snippet[] }) {
  if (snippets.length === 0) return null
  return (
    <Panel isRegion title="As code" description="Keys are read from the environment.">
      <SnippetTabs snippets={snippets} />
    </Panel>
  )
}

/** A tab for each program. */
export function SnippetTabs({ snippets }: { snippets: readonly Snippet[] }) {
  const [first] = snippets
  if (!first) return null
  return (
    <Tabs defaultValue={first.name}>
      <TabsList aria-label="Languages">
        {snippets.map(({ name }) => (
          <TabsTrigger key={name} value={name}>
            {name}
          </TabsTrigger>
        ))}
      </TabsList>
      {snippets.map(({ name, language, code }) => (
        <TabsContent key={name} value={name}>
          <CodeBlock
            code={code}
            label={language === 'text' ? 'Prompt for a coding agent' : `Code for ${name}`}
            wrap={language === 'text'}
          />
        </TabsContent>
      ))}
    </Tabs>
  )
}

import type { DocsPage } from './DocsPage'

/** Pages of an OpenAPI 3.1 document: each operation with its parameters, body, answers and schemas. */

type Schema = {
  $ref?: string
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
}
type Media = Record<string, { schema?: Schema }>
type Parameter = {
  $ref?: string
  name?: string
  in?: string
  required?: boolean
  description?: string
  schema?: Schema
}
type Operation = {
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { description?: string; content?: Media }
  responses?: Record<string, { $ref?: string; description?: string; content?: Media }>
}
type Components = { schemas?: Record<string, Schema>; parameters?: Record<string, Parameter> }
export type OpenApiDocument = {
  info?: { description?: string }
  servers?: { url: string }[]
  paths?: Record<string, Record<string, Operation | Parameter[]>>
  components?: Components
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** The page of a document. `address`: where the document itself is read. */
export function referencePage(
  page: Pick<DocsPage, 'slug' | 'title' | 'description' | 'group'>,
  document: OpenApiDocument,
  address: string,
): DocsPage {
  const { paths = {}, components = {}, servers = [], info = {} } = document
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method] as Operation | undefined
      return operation ? [operationOf(method, path, operation, (item.parameters as Parameter[]) ?? [], components)] : []
    }),
  )
  const schemas = Object.entries(components.schemas ?? {})
  return {
    ...page,
    markdown: [
      info.description ?? '',
      `The document itself is [${address}](${address}), OpenAPI 3.1. Paths are relative to \`${servers[0]?.url ?? ''}\`.`,
      ...(operations.length > 0 ? operations : ['Nothing is on sale at the moment.']),
      ...(schemas.length > 0 ? ['## Schemas', ...schemas.map(([name, schema]) => schemaOf(name, schema))] : []),
    ].join('\n\n'),
  }
}

function operationOf(
  method: string,
  path: string,
  { summary = '', description, parameters = [], requestBody, responses = {} }: Operation,
  shared: readonly Parameter[],
  components: Components,
): string {
  const all = [...shared, ...parameters].map((one) => resolve(one, components))
  const answers = Object.entries(responses).map(([status, response]) => {
    const named = response.$ref?.endsWith('/PaymentRequired') ? 'Not paid yet: the price and the ways to pay.' : ''
    return `| ${status} | ${cell(response.description ?? named)} | ${contentOf(response.content)} |`
  })
  return [
    `## ${method.toUpperCase()} ${path}`,
    `**${cell(summary)}**${description ? ` ${description}` : ''}`,
    ...(all.length > 0 ? [table(['Parameter', 'In', 'Meaning'], all.map(parameterRow))] : []),
    ...(requestBody
      ? [`Body: ${contentOf(requestBody.content) || 'JSON'}. ${requestBody.description ?? ''}`.trim()]
      : []),
    `| Status | Meaning | Body |\n| --- | --- | --- |\n${answers.join('\n')}`,
  ].join('\n\n')
}

function resolve(parameter: Parameter, { parameters }: Components): Parameter {
  const name = parameter.$ref?.split('/').at(-1)
  return name === undefined ? parameter : (parameters?.[name] ?? {})
}

function parameterRow({ name = '', in: place = '', required, description, schema }: Parameter): string[] {
  return [
    `\`${name}\``,
    place,
    cell([required ? 'Required.' : '', description, limits(schema)].filter(Boolean).join(' ')),
  ]
}

function schemaOf(name: string, schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([field, member]) => [
    `\`${field}\``,
    typeOf(member),
    cell(
      [schema.required?.includes(field) ? 'Required.' : '', member.description, limits(member)]
        .filter(Boolean)
        .join(' '),
    ),
  ])
  return [`### ${name}`, schema.description ?? '', rows.length > 0 ? table(['Field', 'Type', 'Meaning'], rows) : '']
    .filter(Boolean)
    .join('\n\n')
}

function table(heads: readonly string[], rows: readonly string[][]): string {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function contentOf(content: Media | undefined): string {
  return Object.entries(content ?? {})
    .map(([type, { schema }]) => `\`${type}\`${schema ? ` ${typeOf(schema)}` : ''}`)
    .join(', ')
}

function typeOf(schema: Schema): string {
  const ref = schema.$ref?.split('/').at(-1)
  if (ref) return `[${ref}](#${ref.toLowerCase()})`
  const type = [schema.type ?? []].flat().join(' or ')
  return schema.items ? `list of ${typeOf(schema.items)}` : type
}

function limits(schema: Schema | undefined): string {
  if (schema?.const !== undefined) return `Always \`${String(schema.const)}\`.`
  return schema?.enum ? `One of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}.` : ''
}

/** One line, and no bar that would end a cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
}

import type { ListContext } from './list-context.js'
import type { Parameters } from './parameters.js'
import { labeller, type Presentation, presentRow, withVolatileValue } from './present-row.js'
import type { Row } from './row.js'
import type { SandboxStream } from './stream.js'

/** The parameters that change how rows look, in lists and for single rows. */
export function presentationParameters({ route }: SandboxStream): readonly string[] {
  return [
    ...(route.includeFields?.length ? ['include_fields'] : []),
    ...(route.customFields === true ? ['custom_fields'] : []),
    ...(route.labels === undefined ? [] : ['include_labels', 'include_option_labels']),
  ]
}

/** How this request is shown rows of the stream. */
export function presenter(
  stream: SandboxStream,
  parameters: Parameters,
  context: ListContext,
): (row: Row) => Row {
  const { switches, requestNumber } = context
  const presentation =
    stream.route.version === 'v2' ? readPresentation(stream, parameters, context) : undefined
  const { hidden = [], shape, route } = stream
  const { shownBy } = route
  const unasked = shownBy && parameters.text(shownBy.parameter) !== '1' ? [shownBy.field] : []
  const left = [...hidden, ...unasked]
  return (stored) => {
    const row = left.length === 0 ? stored : without(stored, left)
    const presented = presentation === undefined ? row : presentRow(row, presentation)
    const shown = shape?.present(presented) ?? presented
    return switches.volatileValues ? withVolatileValue(shown, stream, requestNumber) : shown
  }
}

function without(row: Row, hidden: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !hidden.includes(field)))
}

function readPresentation(
  { route }: SandboxStream,
  parameters: Parameters,
  { store, switches }: ListContext,
): Presentation {
  const optional = route.includeFields ?? []
  const asked = parameters.listOf('include_fields', optional) ?? []
  const unavailable = asked.find((field) => route.marketingFields?.includes(field))
  if (unavailable !== undefined && switches.marketingFields === 'rejected') {
    parameters.reject(`"include_fields" must not contain ${unavailable}`)
  }
  const { labels: definitions } = route
  const label = () => labeller(store, definitions ?? '')
  const asks = (name: string) => definitions !== undefined && parameters.boolean(name) === true
  const labels = asks('include_labels') ? label() : undefined
  return {
    optional,
    asked,
    customFields: parameters.customFieldKeys(),
    labels: labels && ((ids) => labels('label_ids', ids)),
    optionLabels: asks('include_option_labels') ? label() : undefined,
  }
}

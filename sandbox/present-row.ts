import type { Row } from './row.js'
import type { Store } from './store.js'
import type { SandboxStream } from './stream.js'

export interface Presentation {
  /** Fields that a row shows only when asked. */
  readonly optional: readonly string[]
  readonly asked: readonly string[]
  readonly customFields?: readonly string[] | undefined
  readonly labels?: ((labelIds: unknown) => unknown) | undefined
  readonly optionLabels?: ((key: string, value: unknown) => unknown) | undefined
}

/** The row as this request is shown it. Members that the row lacks are not invented. */
export function presentRow(row: Row, presentation: Presentation): Row {
  const { asked, customFields, labels, optionLabels } = presentation
  const hidden = presentation.optional.filter((field) => !asked.includes(field))
  const custom = row.custom_fields
  const changesCustom = isObject(custom) && (customFields !== undefined || optionLabels !== undefined)
  if (!changesCustom && labels === undefined && !hidden.some((field) => field in row)) return row
  const shown: Record<string, unknown> = {}
  for (const field in row) if (!hidden.includes(field)) shown[field] = row[field]
  if (labels !== undefined) shown.labels = labels(row.label_ids)
  if (changesCustom) {
    const kept = Object.entries(custom).filter(([key]) => customFields?.includes(key) ?? true)
    shown.custom_fields = Object.fromEntries(
      kept.map(([key, value]) => [key, optionLabels === undefined ? value : optionLabels(key, value)]),
    )
  }
  return shown
}

/** The row with the value that differs per request, if its stream has one: a signed address. */
export function withVolatileValue(row: Row, { volatile: field }: SandboxStream, requestNumber: number): Row {
  if (field === undefined || !(field in row)) return row
  const address = typeof row[field] === 'string' ? row[field] : 'https://sandbox.example/file'
  return { ...row, [field]: `${address}?signature=${requestNumber}` }
}

interface FieldOption {
  readonly id: unknown
  readonly label: unknown
}

/** include_labels and include_option_labels: ids become {id, label}, by the entity's field definitions. */
export function labeller(store: Store, definitions: string): (key: string, value: unknown) => unknown {
  const options = new Map<string, readonly FieldOption[]>()
  for (const field of store.rows(definitions)) {
    if (Array.isArray(field.options) && (field.field_type === 'enum' || field.field_type === 'set')) {
      options.set(String(field.key), field.options as readonly FieldOption[])
    }
  }
  return (key, value) => {
    const known = options.get(key)
    if (known === undefined || value === null) return value
    const label = (id: unknown) => ({ id, label: known.find((option) => option.id === id)?.label ?? null })
    return Array.isArray(value) ? value.map(label) : label(value)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

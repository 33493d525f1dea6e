import { hash } from 'node:crypto'
import { isObject } from '../../../common/is-object.js'
import type { Column } from './columns.js'
import type { Labels } from './values.js'

/** What the records of earlier syncs were mapped by, as hashes. */
export interface SavedMapping {
  /** Of the columns: what each one holds, and under which name. */
  readonly columns: string
  /** Of the options whose labels were shown; absent: none were. */
  readonly labels?: string
  /** Something has changed since the rows were read, and they were not read again. */
  readonly outdated?: true
}

export type LabelsOf = (key: string) => Labels | undefined

const HASH_BYTES = 4

/** Room in a state: 11 characters each. Beyond it, the fields with the most options are left out. */
const MOST_OPTIONS = 1_000

export function columnHashes(columns: readonly Column[]): string {
  const hashes = columns.map(({ name, key, part, type }) => hashOf(name, key, part, type))
  return encode(hashes.sort((a, b) => Buffer.compare(a, b)))
}

/** Columns that records of earlier syncs do not have, or have another value in. */
export function newColumns(columns: readonly Column[], { columns: saved }: SavedMapping): Column[] {
  const known = new Set(decode(saved, HASH_BYTES).map(textOf))
  return columns.filter(
    ({ name, key, part, type }) => !known.has(hashOf(name, key, part, type).toString('base64')),
  )
}

/** Each option as the hash of its id and that of its label, so that a renamed one differs from a new one. */
export function labelHashes(columns: readonly Column[], labelsOf: LabelsOf): string {
  const hashes = optionsOf(columns, labelsOf).map(({ id, label }) => Buffer.concat([id, label]))
  return encode(hashes.sort((a, b) => Buffer.compare(a, b)))
}

/** Columns that show another label for an option than records of earlier syncs. */
export function renamedIn(
  columns: readonly Column[],
  labelsOf: LabelsOf,
  { labels: saved = '' }: SavedMapping,
): Column[] {
  const known = new Map(
    decode(saved, 2 * HASH_BYTES).map((pair) => [
      textOf(pair.subarray(0, HASH_BYTES)),
      textOf(pair.subarray(HASH_BYTES)),
    ]),
  )
  const renamed = optionsOf(columns, labelsOf).filter(({ id, label }) => {
    const before = known.get(textOf(id))
    return before !== undefined && before !== textOf(label)
  })
  const names = new Set(renamed.map(({ column }) => column.name))
  return columns.filter(({ name }) => names.has(name))
}

/** Undefined for what is not a saved mapping. */
export function parseMapping(value: unknown): SavedMapping | undefined {
  if (!isObject(value) || typeof value.columns !== 'string') return undefined
  return {
    columns: value.columns,
    ...(typeof value.labels === 'string' && { labels: value.labels }),
    ...(value.outdated === true && { outdated: true }),
  }
}

interface HashedOption {
  readonly column: Column
  readonly id: Buffer
  readonly label: Buffer
}

function optionsOf(columns: readonly Column[], labelsOf: LabelsOf): HashedOption[] {
  const fields = columns
    .filter(({ kind }) => kind === 'label' || kind === 'labels')
    .map((column) => ({ column, labels: labelsOf(column.key) ?? new Map<string, string>() }))
    .sort((a, b) => a.labels.size - b.labels.size)
  const options: HashedOption[] = []
  for (const { column, labels } of fields) {
    if (options.length + labels.size > MOST_OPTIONS) break
    for (const [id, label] of labels)
      options.push({ column, id: hashOf(column.key, id), label: hashOf(label) })
  }
  return options
}

function hashOf(...parts: readonly string[]): Buffer {
  return hash('sha1', JSON.stringify(parts), 'buffer').subarray(0, HASH_BYTES)
}

function encode(hashes: readonly Buffer[]): string {
  return Buffer.concat(hashes).toString('base64')
}

function decode(text: string, length: number): Buffer[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: Math.floor(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  )
}

function textOf(hash: Buffer): string {
  return hash.toString('base64')
}

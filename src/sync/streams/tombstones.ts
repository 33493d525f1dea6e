import { serializeRecord } from '../../airbyte/record-text.js'
import { formatTime, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { DELETED_AT } from '../records/marked-deleted.js'
import { loadSchema, type Records } from '../records/record-mapper.js'

/** Records that have destinations delete the rows with these keys: the key, the cursor, and when it was found. */
export function tombstonesOf(stream: StreamSpec, keys: readonly string[], at: Time): Records {
  const { name, schema, primaryKey, cursorField = '' } = stream
  const [field = 'id'] = primaryKey
  const isNumber = JSON.stringify(loadSchema(schema).properties[field]?.type ?? '').includes('integer')
  const time = formatTime(at)
  const records = keys.map((key) => {
    const id = isNumber ? Number(key) : key
    return serializeRecord(name, { [field]: id, [cursorField]: time, [DELETED_AT]: time })
  })
  return { records, size: records.reduce((sum, { text }) => sum + text.length, 0) }
}

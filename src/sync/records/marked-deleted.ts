import type { JsonObject } from '../../airbyte/messages.js'
import { isCompared } from '../../manifest/compared.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { RawRow } from '../../pipedrive/lists/row.js'

/** The field in which Airbyte's destinations look for records to delete. */
export const DELETED_AT = '_ab_cdc_deleted_at'

export const DELETED_AT_SCHEMA: JsonObject = {
  type: ['string', 'null'],
  format: 'date-time',
  airbyte_type: 'timestamp_with_timezone',
  description:
    'Set by this connector: when the record was found to be deleted. Destinations delete such records.',
}

/** Whether records of the stream may be followed by one that says that they are deleted. */
export function hasTombstones(stream: StreamSpec): boolean {
  return isCompared(stream)
}

/** Whether Pipedrive returns the row as a deleted one. */
export function isMarkedDeleted({ is_deleted, status }: RawRow): boolean {
  return is_deleted === true || status === 'deleted'
}

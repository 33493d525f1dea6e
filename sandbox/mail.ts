import type { Row } from './row.js'

/** Flags that threads and messages have in common. */
export const mailFlags = {
  read_flag: 1,
  has_attachments_flag: 0,
  has_inline_attachments_flag: 0,
  has_real_attachments_flag: 0,
  deleted_flag: 0,
  synced_flag: 1,
  smart_bcc_flag: 0,
  mail_link_tracking_enabled_flag: 0,
} as const

export function partyOf(person: Row | undefined, time: number): Row {
  return {
    id: person?.id ?? 1,
    name: person?.name ?? 'Jane Doe',
    email_address: 'jane@example.com',
    latest_sent: false,
    message_time: time,
    linked_person_id: person?.id ?? null,
    linked_person_name: person?.name ?? null,
    linked_organization_id: person?.org_id ?? null,
    mail_message_party_id: 1,
  }
}

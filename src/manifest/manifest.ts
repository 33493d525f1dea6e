import type { StreamSpec } from './stream.js'
import { account } from './streams/account.js'
import { changelogs } from './streams/changelogs.js'
import { contacts } from './streams/contacts.js'
import { dealParts } from './streams/deal-parts.js'
import { deals } from './streams/deals.js'
import { deletions } from './streams/deletions.js'
import { fields } from './streams/fields.js'
import { followersOfRecords } from './streams/followers.js'
import { linkedMailOfRecords } from './streams/linked-mail.js'
import { mail } from './streams/mail.js'
import { projects } from './streams/projects.js'
import { work } from './streams/work.js'

/** Every stream, in the order in which a first sync reads them: what others refer to comes before. */
export const manifest: readonly StreamSpec[] = [
  ...account,
  ...contacts,
  ...deals,
  ...work,
  ...mail,
  ...projects,
  ...dealParts,
  ...followersOfRecords,
  ...changelogs,
  ...linkedMailOfRecords,
  ...fields,
  ...deletions,
]

export function findStream(name: string): StreamSpec | undefined {
  return manifest.find((stream) => stream.name === name)
}

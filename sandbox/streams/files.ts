import type { Company } from '../company/company.js'
import { SELDOM, sometimes } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'

export const files = defineSandboxStream({
  name: 'files',
  ...rows.v1,
  table: 'files',
  volatile: 'url',
  route: {
    ...routes.offset,
    path: '/files',
    cost: 20,
    scopes: [...scopes.deals, ...scopes.activities, ...scopes.contacts],
    maxLimit: 100,
    sortFields: ['id', 'update_time'],
    single: { path: '/files/{id}', cost: 2 },
  },
  exampleRow: {
    id: 0,
    user_id: 1,
    log_id: null,
    add_time: null,
    update_time: null,
    file_name: 'file.pdf',
    file_size: 0,
    active_flag: true,
    inline_flag: false,
    remote_location: 's3',
    remote_id: null,
    s3_bucket: null,
    url: null,
    name: 'file.pdf',
    description: null,
    deal_id: null,
    lead_id: null,
    person_id: null,
    org_id: null,
    product_id: null,
    activity_id: null,
    deal_name: null,
    lead_name: null,
    person_name: null,
    org_name: null,
    product_name: null,
    mail_message_id: null,
    mail_template_id: null,
    cid: null,
    file_type: 'pdf',
  },
  after: ['deals', 'notes'],
  generate,
  details,
})

function generate(company: Company, { blank, rowsOf }: GenerateContext): Row[] {
  const deals = rowsOf('deals')
  const { random, timeline, userIds, sizes } = company
  return Array.from({ length: sizes.files }, (_, index) => {
    const deal = random.pick(deals)
    const type = random.pick(['pdf', 'img', 'other'])
    const file_name = `${random.uuid()}.${type === 'img' ? 'png' : type === 'pdf' ? 'pdf' : 'bin'}`
    const user_id = random.pick(userIds)
    return {
      ...blank,
      id: index + 1,
      user_id,
      ...timeline.times('v1'),
      file_name,
      name: random.chance(0.2) ? `Leping №${index + 1} 📄.pdf` : file_name,
      file_size: random.int(1000, 9_000_000),
      remote_id: `company/4010/user/${user_id}/files/${file_name}`,
      url: `https://app.pipedrive.com/api/v1/files/${index + 1}/download`,
      deal_id: deal.id,
      deal_name: deal.title,
      file_type: type,
    }
  })
}

function details(company: Company, rowsOf: RowsOf): (file: Row) => Row {
  const { random, words } = company
  const linked: Readonly<Record<string, readonly Row[]>> = {
    person: rowsOf('persons'),
    org: rowsOf('organizations'),
    product: rowsOf('products'),
    lead: rowsOf('leads'),
  }
  return () => {
    const links = Object.entries(linked).map(([noun, targets]) => {
      const target = random.chance(SELDOM) ? random.pick(targets) : undefined
      return { [`${noun}_id`]: target?.id ?? null, [`${noun}_name`]: target?.name ?? target?.title ?? null }
    })
    const merged: Row = Object.assign({}, ...links) as Row
    return {
      ...merged,
      people_name: merged.person_name,
      activity_id: sometimes(company, () => random.pick(rowsOf('activities')).id),
      // Only accounts with Projects have these.
      ...(random.chance(SELDOM) && { project_id: 1, project_name: 'Move' }),
      description: sometimes(company, () => random.pick(words.sentences)),
      mail_message_id: sometimes(company, () => String(random.int(1, 9_000)), 0.5),
      mail_template_id: sometimes(company, () => String(random.int(1, 90)), 0.5),
      cid: sometimes(company, () => `${random.hex(12)}@mail.example`, 0.5),
      s3_bucket: sometimes(company, () => 'pipedrive-files'),
    }
  }
}

import type { Row, SeedRecord } from '../row.js'
import { type Company, type CompanyOptions, openCompany } from './company.js'
import { drawOrganizations, drawPersons, drawUsers } from './contacts.js'
import { drawDeals } from './deals.js'
import { fieldDefinitions } from './field-definitions.js'
import { drawLeads } from './leads.js'
import { withCounts } from './parent-counts.js'
import { drawLineItems, drawProducts } from './products.js'
import { drawSettings } from './settings.js'
import { drawActivities, drawFiles, drawNotes } from './work.js'

/** A whole company: same seed, size and epoch, same rows. */
export function generateCompany(options: CompanyOptions): SeedRecord[] {
  const company = openCompany(options)
  const settings = drawSettings(company)
  const users = drawUsers(company)
  const organizations = drawOrganizations(company)
  const persons = drawPersons(company)
  const products = drawProducts(company)
  const deals = drawDeals(company)
  const leads = drawLeads(company)
  const parents = { deals, persons, organizations, leads }
  const deal_products = drawLineItems(company, deals, products)
  const activities = drawActivities(company, parents)
  const notes = drawNotes(company, parents, users)
  const files = drawFiles(company, parents)
  const counted = countChildren({ ...parents, deal_products, activities, notes, files })
  const rows = { users, products, leads, deal_products, activities, notes, files, ...counted }
  return [...definitions(company), ...settings, ...Object.entries(rows).flatMap(seeds)]
}

function seeds([stream, rows]: [string, readonly Row[]]): SeedRecord[] {
  return rows.map((data) => ({ stream, data }))
}

type Lists = Readonly<
  Record<
    'deals' | 'persons' | 'organizations' | 'deal_products' | 'activities' | 'notes' | 'files',
    readonly Row[]
  >
>

function countChildren(lists: Lists): Record<'deals' | 'persons' | 'organizations', Row[]> {
  const { deals, persons, activities, notes, files } = lists
  const done = activities.filter((activity) => activity.done === true)
  const undone = activities.filter((activity) => activity.done !== true)
  const work = [
    ['activities_count', activities],
    ['done_activities_count', done],
    ['undone_activities_count', undone],
    ['notes_count', notes],
    ['files_count', files],
  ] as const
  const status = (name: string) => deals.filter((deal) => deal.status === name)
  const trade = [
    ['open_deals_count', status('open')],
    ['won_deals_count', status('won')],
    ['lost_deals_count', status('lost')],
    ['closed_deals_count', [...status('won'), ...status('lost')]],
  ] as const
  const ofOrganization = [...work, ...trade, ['people_count', persons] as const]
  return {
    deals: withCounts(deals, 'deal_id', [...work, ['products_count', lists.deal_products]]),
    persons: withCounts(persons, 'person_id', [...work, ...trade]),
    organizations: withCounts(lists.organizations, 'org_id', ofOrganization),
  }
}

function definitions({ customFields, born }: Company): SeedRecord[] {
  return [
    ...fieldDefinitions('deal_fields', customFields.deals, 12_400, born),
    ...fieldDefinitions('person_fields', customFields.persons, 9000, born),
    ...fieldDefinitions('organization_fields', customFields.organizations, 4000, born),
    ...fieldDefinitions('product_fields', customFields.products, 20, born),
    ...fieldDefinitions('activity_fields', [], 0, born),
    ...fieldDefinitions('lead_fields', customFields.deals, 100, born),
    ...fieldDefinitions('note_fields', [], 0, born),
  ]
}

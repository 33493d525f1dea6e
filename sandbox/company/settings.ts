import { blankRow } from '../example-rows.js'
import type { SeedRecord } from '../row.js'
import { DAY, formatTime } from '../times.js'
import type { Company } from './company.js'

const currencyCodes =
  'EUR USD GBP SEK NOK DKK CHF PLN CZK HUF RON BGN ISK TRY UAH JPY CNY KRW INR AUD NZD CAD BRL MXN ARS CLP COP PEN ' +
  'ZAR EGP NGN KES ILS AED SAR THB VND IDR MYR PHP SGD HKD'
const noDecimals = ['JPY', 'KRW', 'CLP', 'VND', 'ISK']
const activityTypes = 'call meeting task deadline email lunch demo visit'
const leadSources =
  'Manually created,Deal,Web forms,Prospector,Leadbooster,Live chat,Import,Website visitors,Workflow automation,API'
const stageNames = [
  'Qualified',
  'Contact made',
  'Demo scheduled',
  'Proposal made',
  'Negotiations',
  'Signing ✍️',
]
const filterTypes = ['deals', 'leads', 'org', 'people', 'products', 'activity']
const labelColors = ['red', 'yellow', 'blue', 'green'] as const

export const STAGES_PER_PIPELINE = stageNames.length

/** Pipelines, stages, filters, types, currencies, labels, sources: what an administrator sets up. */
export function drawSettings(company: Company): SeedRecord[] {
  return [
    ...pipelines(company),
    ...filters(company),
    ...currencyCodes.split(' ').map((code, index) => ({
      stream: 'currencies',
      data: {
        id: index + 1,
        code,
        name: new Intl.DisplayNames('en', { type: 'currency' }).of(code) ?? code,
        symbol: code === 'EUR' ? '€' : code,
        decimal_points: noDecimals.includes(code) ? 0 : 2,
        active_flag: true,
        is_custom_flag: false,
      },
    })),
    ...activityTypes.split(' ').map((key, index) => activityType(company, key, index)),
    ...labelColors.map((color) => ({
      stream: 'lead_labels',
      data: { id: company.random.uuid(), name: color, color, ...company.timeline.times('ms') },
    })),
    ...leadSources.split(',').map((name) => ({ stream: 'lead_sources', data: { name } })),
  ]
}

function activityType({ born }: Company, key: string, index: number): SeedRecord {
  const data = {
    ...blankRow('activity_types'),
    id: index + 1,
    key_string: key,
    icon_key: key,
    name: key.charAt(0).toUpperCase() + key.slice(1),
    order_nr: index + 1,
    is_custom_flag: index > 5,
    add_time: formatTime('v1', born),
    update_time: index < 6 ? null : formatTime('v1', born + 30 * DAY),
  }
  return { stream: 'activity_types', data }
}

/** The first pipeline and its stages were never edited: they have no update_time. */
function pipelines({ sizes, born, timeline }: Company): SeedRecord[] {
  const records: SeedRecord[] = []
  for (let pipeline = 1; pipeline <= sizes.pipelines; pipeline += 1) {
    const edited = timeline.times('v2')
    const times = pipeline === 1 ? { add_time: formatTime('v2', born), update_time: null } : edited
    const name = pipeline === 1 ? 'Pipeline' : `Pipeline ${pipeline}`
    records.push({
      stream: 'pipelines',
      data: { ...blankRow('pipelines'), id: pipeline, name, order_nr: pipeline, ...times },
    })
    stageNames.forEach((stage, index) => {
      const id = (pipeline - 1) * STAGES_PER_PIPELINE + index + 1
      // Reordering stages stamps them all with one time.
      const data = { id, name: stage, order_nr: index + 1, pipeline_id: pipeline, ...times }
      records.push({ stream: 'stages', data: { ...blankRow('stages'), ...data } })
    })
  }
  return records
}

function filters({ sizes, random, timeline, userIds }: Company): SeedRecord[] {
  return Array.from({ length: sizes.filters }, (_, index) => {
    const { add_time, update_time } = timeline.times('v1')
    const data = {
      ...blankRow('filters'),
      id: index + 1,
      name: `Filter ${index + 1}`,
      type: random.pick(filterTypes),
      user_id: random.pick(userIds),
      add_time,
      update_time: index % 3 === 0 ? null : update_time,
    }
    return { stream: 'filters', data }
  })
}

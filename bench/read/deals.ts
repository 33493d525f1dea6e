import { fieldsOf, type Filled } from './fields.js'

/** What the server serves as deals: how many, of which size, and when they changed. */
export interface DealsOptions {
  readonly rows: number
  /** About so many bytes of JSON per row. */
  readonly rowBytes: number
  /** Custom fields of each row. */
  readonly customFields: number
  readonly filled: Filled
  /** The newest row changed then; milliseconds. */
  readonly newestAt: number
  /** Further rows, which have changed in the last minutes. */
  readonly newRows: number
}

const DAY_S = 86_400
const YEAR_S = 365 * DAY_S

/** The rows lie evenly over so many years. */
const YEARS = 5

/** Rows that are new have changed within so many seconds: less than the lookback of a sync that has just ended. */
const NEW_S = 300

/** A list of deals with dense ids, in the order of their update times. Row texts are made when they are asked for. */
export class Deals {
  /** Seconds since the epoch, ascending. */
  private readonly seconds: Float64Array
  private readonly texts: readonly [head: string, middle: string, tail: string]

  constructor(options: DealsOptions) {
    this.seconds = secondsOf(options)
    this.texts = templateOf(options)
  }

  get size(): number {
    return this.seconds.length
  }

  /** The index of the first row that is not older than this RFC 3339 time. */
  indexFrom(time: string): number {
    const second = Date.parse(time) / 1000
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.seconds[middle] ?? 0) < second) low = middle + 1
      else high = middle
    }
    return low
  }

  text(index: number): string {
    const [head, middle, tail] = this.texts
    const time = new Date((this.seconds[index] ?? 0) * 1000).toISOString().slice(0, 19)
    return `{"id":${index + 1},"title":"Deal number ${index + 1}${head}${time}Z${middle}${time}Z${tail}`
  }
}

function secondsOf({ rows, newestAt, newRows }: DealsOptions): Float64Array {
  const end = Math.floor(newestAt / 1000)
  const now = Math.floor(Date.now() / 1000)
  return Float64Array.from({ length: rows + newRows }, (_, row) =>
    row < rows
      ? Math.floor(end - (1 - row / rows) * YEARS * YEAR_S)
      : Math.floor(now - NEW_S * (1 - (row - rows) / newRows)),
  )
}

/** The text of a row around its id and its times. */
function templateOf({ rowBytes, customFields, filled }: DealsOptions): [string, string, string] {
  const fields = fieldsOf(customFields, filled)
  const text = JSON.stringify({ ...builtIn, custom_fields: fields }).slice(1)
  const before = '","add_time":"'
  const between = '","update_time":"'
  const missing = rowBytes - text.length - 100
  const padding = missing > 0 ? `"lost_reason":"${'A reason, in words. '.repeat(missing / 20)}",` : ''
  return [before, between, `",${padding}${text}`]
}

/** What a deal of v2 has beside its id, its title and its times. */
const builtIn = {
  ...{ creator_user_id: 11, owner_id: 11, value: 1234.5, person_id: 12_345, org_id: 6_789, stage_id: 3 },
  ...{ pipeline_id: 1, currency: 'EUR', status: 'open', probability: 60, visible_to: 3, channel: null },
  ...{ is_deleted: false, is_archived: false, label_ids: [17], archive_time: null, won_time: null },
  ...{ lost_time: null, close_time: null, stage_change_time: '2026-01-05T08:30:00Z' },
  ...{ expected_close_date: '2026-04-30', origin: 'ManuallyCreated', origin_id: null, channel_id: null },
  ...{ local_won_date: null, local_lost_date: null, local_close_date: null, acv: null, arr: null, mrr: null },
  ...{ next_activity_id: 501, last_activity_id: 499, first_won_time: null, products_count: 2 },
  ...{ files_count: 0, notes_count: 3, followers_count: 1, email_messages_count: 7, activities_count: 5 },
  ...{ done_activities_count: 4, undone_activities_count: 1, participants_count: 1 },
  last_incoming_mail_time: '2026-01-06T11:12:13Z',
  last_outgoing_mail_time: '2026-01-06T12:13:14Z',
  smart_bcc_email: 'company+deal@pipedrivemail.com',
  source_lead_id: null,
}

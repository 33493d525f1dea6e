import { ownDraws } from '../company/company.js'
import { integer, routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { formatDate, formatTime } from '../times.js'

/** The key of the projects' custom field, an enum with the options 1 and 2. */
export const projectPriority = '9'.repeat(40)

export const projects = defineSandboxStream({
  name: 'projects',
  ...rows.ms,
  uuid: false,
  table: 'projects',
  deletedAs: { status: 'deleted' },
  route: {
    ...routes.cursor,
    path: '/projects',
    archivedPath: '/projects/archived',
    cost: 10,
    scopes: scopes.projects,
    statuses: ['open', 'completed', 'canceled', 'deleted'],
    filters: { phase_id: integer },
    filterId: true,
    feature: 'projects',
    single: { path: '/projects/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    title: 'Project',
    description: 'What has been sold',
    status: 'open',
    board_id: 1,
    phase_id: 1,
    owner_id: 1,
    start_date: null,
    end_date: null,
    deal_ids: [],
    person_ids: [],
    org_ids: [],
    label_ids: [],
    health_status: null,
    add_time: null,
    update_time: null,
    status_change_time: null,
    archive_time: null,
    custom_fields: {},
  },
  after: ['deals'],
  /** One for every fifth deal that was won; each fourth of them is archived. */
  generate: (company, { blank, rowsOf }) => {
    const { random, timeline } = ownDraws(company, 'projects')
    const won = rowsOf('deals').filter(({ status }) => status === 'won')
    const deals = [...won.filter((_, at) => at % 5 === 0), ...rowsOf('deals').slice(0, 4)]
    return deals.map((deal, index) => {
      const life = timeline.life()
      const { add_time, update_time } = timeline.times('ms', life)
      return {
        ...blank,
        id: index + 1,
        title: `Project of ${String(deal.title)}`,
        status: random.pick(['open', 'open', 'completed', 'canceled']),
        board_id: 1 + (index % 2),
        phase_id: random.int(1, 3),
        owner_id: deal.owner_id,
        start_date: formatDate(life.added),
        deal_ids: [deal.id],
        add_time,
        update_time,
        status_change_time: update_time,
        custom_fields: { [projectPriority]: index % 3 === 0 ? null : 1 + (index % 2) },
        archive_time: index % 4 === 3 ? formatTime('ms', life.updated) : null,
      }
    })
  },
  details: () => (row, index) =>
    index % 2 === 0
      ? {}
      : { end_date: row.start_date, health_status: 10, label_ids: [1 + (index % 4 > 1 ? 1 : 0)] },
})

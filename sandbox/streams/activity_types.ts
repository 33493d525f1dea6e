import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

const types = 'call meeting task deadline email lunch demo visit'

export const activityTypes = defineSandboxStream({
  name: 'activity_types',
  ...rows.v1,
  table: 'activity_types',
  route: {
    ...routes.whole,
    path: '/activityTypes',
    cost: 20,
    scopes: [...scopes.activities, ...scopes.admin],
  },
  exampleRow: {
    id: 0,
    key_string: 'task',
    name: 'Task',
    order_nr: 1,
    icon_key: 'task',
    color: null,
    active_flag: true,
    is_custom_flag: false,
    add_time: null,
    update_time: null,
  },
  generate: ({ openedAt }, { blank }) =>
    types.split(' ').map((key, index) => ({
      ...blank,
      id: index + 1,
      key_string: key,
      icon_key: key,
      name: key.charAt(0).toUpperCase() + key.slice(1),
      order_nr: index + 1,
      is_custom_flag: index > 5,
      add_time: formatTime('v1', openedAt),
      update_time: index < 6 ? null : formatTime('v1', openedAt + 30 * DAY),
    })),
  details: () => (_, index) => (index % 2 === 0 ? {} : { color: 'FFFFFF' }),
})

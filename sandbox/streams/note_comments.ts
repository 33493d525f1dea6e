import { ownDraws } from '../company/company.js'
import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { formatTime, parseTime } from '../times.js'

export const noteComments = defineSandboxStream({
  name: 'note_comments',
  key: ['uuid'],
  times: 'ms',
  added: 'add_time',
  updated: 'update_time',
  table: 'note_comments',
  hidden: ['note_id'],
  parent: { stream: 'notes', field: 'note_id' },
  route: {
    ...routes.offset,
    path: '/notes/{id}/comments',
    cost: 20,
    scopes: [...scopes.deals, ...scopes.contacts],
  },
  exampleRow: {
    uuid: '',
    note_id: 0,
    active_flag: true,
    add_time: null,
    update_time: null,
    content: 'Well done',
    object_id: '0',
    object_type: 'note',
    user_id: 1,
    updater_id: 1,
    company_id: 1,
  },
  after: ['notes'],
  /** On every third note. */
  generate: (company, { blank, rowsOf }) => {
    const { random, userIds, words, openedAt } = ownDraws(company, 'note_comments')
    const notes = rowsOf('notes').filter((_, at) => at % 3 === 0)
    return notes.map((note) => {
      const time = formatTime('ms', parseTime(note.add_time) ?? openedAt)
      return {
        ...blank,
        uuid: random.uuid(),
        note_id: note.id,
        object_id: String(note.id),
        content: random.pick(words.sentences),
        user_id: userIds[0],
        updater_id: userIds[0],
        add_time: time,
        update_time: time,
      }
    })
  },
})

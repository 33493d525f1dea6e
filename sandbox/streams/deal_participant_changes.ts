import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const dealParticipantChanges = defineSandboxStream({
  name: 'deal_participant_changes',
  key: ['id'],
  times: 'v1',
  added: 'time',
  table: 'deal_participant_changes',
  hidden: ['id', 'deal_id'],
  parent: { stream: 'deals', field: 'deal_id', moves: 'never' },
  route: {
    ...routes.cursor,
    version: 'v1',
    path: '/deals/{id}/participantsChangelog',
    cost: 10,
    scopes: scopes.deals,
    defaultSort: [{ field: 'id', direction: 'desc' }],
  },
  exampleRow: { id: 0, deal_id: 0, actor_user_id: 1, person_id: 1, action: 'added', time: null },
  after: ['deal_participants'],
  generate: ({ userIds }, { blank, rowsOf }) =>
    rowsOf('deal_participants').map((participant, index) => ({
      ...blank,
      id: index + 1,
      deal_id: participant.deal_id,
      actor_user_id: userIds[0],
      person_id: (participant.person as { id: unknown }).id,
      time: participant.add_time,
    })),
})

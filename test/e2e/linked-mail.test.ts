import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const stream = 'deal_mail_messages'
const streams = [stream]

const now = () => new Date().toISOString()
const requests = (sandbox: Sandbox) => sandbox.ledger.byStream()[stream]?.requests ?? 0

/** A deal with a message that came an hour before. */
function dealWithMail(): { sandbox: Sandbox; deal: number } {
  const sandbox = pipedrive.open({ records: [] })
  const deal = sandbox.create('deals', { title: 'Deal', last_incoming_mail_time: now() }).id as number
  receive(sandbox, deal, 'First')
  return { sandbox, deal }
}

function receive(sandbox: Sandbox, deal_id: number, subject: string): void {
  sandbox.create(stream, { deal_id, subject, message_time: now(), body: '<p>Long</p>' })
  sandbox.edit('deals', deal_id, { last_incoming_mail_time: now() })
}

describe('mail that is linked to deals', () => {
  test('is read of deals whose last mail is new, and of no other deal that changed', async () => {
    const { sandbox, deal } = dealWithMail()
    const first = await inVirtualTime(() => {
      travel(HOUR)
      return read(sandbox, { streams })
    })
    expect(first.records(stream)).toMatchObject([{ deal_id: deal, subject: 'First' }])

    const second = await inVirtualTime(() => {
      travel(HOUR)
      sandbox.edit('deals', deal, { title: 'Without new mail' })
      sandbox.ledger.clear()
      return read(sandbox, { streams, state: first.stateFile() })
    })
    expect([second.recordCounts(), requests(sandbox)]).toEqual([{}, 0])

    const third = await inVirtualTime(() => {
      travel(HOUR)
      receive(sandbox, deal, 'Second')
      return read(sandbox, { streams, state: second.stateFile() })
    })
    expect(third.records(stream)).toContainEqual(expect.objectContaining({ subject: 'Second' }))
    expect(requests(sandbox)).toBe(1)
  })

  test('comes with a deal that is new, though the mail is older', async () => {
    const { sandbox } = dealWithMail()
    const first = await inVirtualTime(() => {
      travel(HOUR)
      return read(sandbox, { streams })
    })
    const second = await inVirtualTime(() => {
      const old = new Date(Date.now() - HOUR).toISOString()
      travel(HOUR)
      const { id } = sandbox.create('deals', { title: 'New', last_incoming_mail_time: old })
      sandbox.create(stream, { deal_id: id, subject: 'Before the deal', message_time: old })
      return read(sandbox, { streams, state: first.stateFile() })
    })
    expect(second.records(stream)).toMatchObject([{ subject: 'Before the deal' }])
  })

  test.each([
    { mail_bodies: true, body: '<p>Long</p>' },
    { mail_bodies: false, body: undefined },
  ])('has its whole text where the config asks for it: $mail_bodies', async ({ mail_bodies, body }) => {
    const { sandbox } = dealWithMail()
    const output = await inVirtualTime(() => read(sandbox, { streams, config: { mail_bodies } }))
    expect(output.records(stream).map((record) => record.body)).toEqual([body])
  })
})

import type { ApiResponse } from './api-response.js'
import type { ListContext } from './list-context.js'
import { withVolatileValue } from './present-row.js'
import { streamOf } from './registry.js'
import { blankRow } from './stream.js'

/** GET /users/me: the token's owner, an administrator, and the company. */
export function respondMe(context: ListContext, companyDomain: string): ApiResponse {
  const { store, companyId, switches, requestNumber } = context
  const stream = streamOf('users')
  const users = store.rows('users')
  const owner = users.find((user) => user.is_you === true) ?? users[0]
  const row = owner ?? { ...blankRow(stream), id: 1, is_admin: 1, is_you: true }
  const data = {
    ...(switches.volatileValues ? withVolatileValue(row, stream, requestNumber) : row),
    company_id: companyId,
    company_name: 'Sandbox',
    company_domain: companyDomain,
    company_country: 'EE',
    company_industry: null,
    language: { language_code: 'en', country_code: 'US' },
  }
  return { status: 200, body: { success: true, data } }
}

import type { Answer } from './answer.js'
import { blankRow } from './example-rows.js'
import type { ListContext } from './list-context.js'

/** GET /users/me: the token's owner, an administrator, and the company. */
export function answerMe({ store, companyId }: ListContext, companyDomain: string): Answer {
  const users = store.rows('users')
  const owner = users.find((user) => user.is_you === true) ?? users[0]
  return {
    status: 200,
    body: {
      success: true,
      data: {
        ...(owner ?? { ...blankRow('users'), id: 1, is_admin: 1, is_you: true }),
        company_id: companyId,
        company_name: 'Sandbox',
        company_domain: companyDomain,
        company_country: 'EE',
        company_industry: null,
        language: { language_code: 'en', country_code: 'US' },
      },
    },
  }
}

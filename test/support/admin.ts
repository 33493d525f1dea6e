import type { Sandbox } from '../../sandbox/sandbox.js'

/** The owner of the token gets or loses the rights of an administrator. */
export function makeAdmin(sandbox: Sandbox, admin: boolean): void {
  const owner = sandbox.rows('users').find(({ is_you }) => is_you === true) ?? sandbox.rows('users')[0]
  const access = ['sales', 'global'].map((app) => ({ app, admin, permission_set_id: app }))
  sandbox.edit('users', owner?.id as number, { access })
}

import { linkedMailOf } from '../linked-mail.js'

export const organizationMailMessages = linkedMailOf({
  name: 'organization',
  of: 'organizations',
  field: 'org_id',
})

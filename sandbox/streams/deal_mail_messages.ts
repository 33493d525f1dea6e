import { linkedMailOf } from '../linked-mail.js'

export const dealMailMessages = linkedMailOf({ name: 'deal', of: 'deals', field: 'deal_id' })

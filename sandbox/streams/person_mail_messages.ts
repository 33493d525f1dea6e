import { linkedMailOf } from '../linked-mail.js'

export const personMailMessages = linkedMailOf({ name: 'person', of: 'persons', field: 'person_id' })

import { scopes } from '../stream-parts.js'
import { v2Fields } from '../v2-fields.js'
import { activityFields } from './activity_fields.js'

export const activityFieldsV2 = v2Fields('activity_fields_v2', activityFields, scopes.admin)

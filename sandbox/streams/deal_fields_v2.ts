import { v2Fields } from '../v2-fields.js'
import { dealFields } from './deal_fields.js'

export const dealFieldsV2 = v2Fields('deal_fields_v2', dealFields)

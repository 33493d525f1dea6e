import { v2Fields } from '../v2-fields.js'
import { personFields } from './person_fields.js'

export const personFieldsV2 = v2Fields('person_fields_v2', personFields)

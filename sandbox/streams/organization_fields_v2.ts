import { v2Fields } from '../v2-fields.js'
import { organizationFields } from './organization_fields.js'

export const organizationFieldsV2 = v2Fields('organization_fields_v2', organizationFields)

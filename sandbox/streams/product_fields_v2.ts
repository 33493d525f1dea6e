import { v2Fields } from '../v2-fields.js'
import { productFields } from './product_fields.js'

export const productFieldsV2 = v2Fields('product_fields_v2', productFields)

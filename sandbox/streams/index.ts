// Generated from the files of this folder by `npm run generate`. Do not edit.
import type { SandboxStream } from '../stream.js'
import { activities } from './activities.js'
import { activityFields } from './activity_fields.js'
import { activityFieldsV2 } from './activity_fields_v2.js'
import { activityTypes } from './activity_types.js'
import { callLogs } from './call_logs.js'
import { currencies } from './currencies.js'
import { dealFields } from './deal_fields.js'
import { dealFieldsV2 } from './deal_fields_v2.js'
import { dealInstallments } from './deal_installments.js'
import { dealProducts } from './deal_products.js'
import { deals } from './deals.js'
import { dealsArchived } from './deals_archived.js'
import { dealsSummary } from './deals_summary.js'
import { files } from './files.js'
import { filters } from './filters.js'
import { goals } from './goals.js'
import { leadFields } from './lead_fields.js'
import { leadLabels } from './lead_labels.js'
import { leadSources } from './lead_sources.js'
import { leads } from './leads.js'
import { leadsArchived } from './leads_archived.js'
import { legacyTeams } from './legacy_teams.js'
import { noteFields } from './note_fields.js'
import { notes } from './notes.js'
import { organizationFields } from './organization_fields.js'
import { organizationFieldsV2 } from './organization_fields_v2.js'
import { organizations } from './organizations.js'
import { permissionSets } from './permission_sets.js'
import { personFields } from './person_fields.js'
import { personFieldsV2 } from './person_fields_v2.js'
import { persons } from './persons.js'
import { pipelines } from './pipelines.js'
import { productFields } from './product_fields.js'
import { productFieldsV2 } from './product_fields_v2.js'
import { products } from './products.js'
import { projectBoards } from './project_boards.js'
import { projectFields } from './project_fields.js'
import { projectTemplates } from './project_templates.js'
import { projects } from './projects.js'
import { roles } from './roles.js'
import { stages } from './stages.js'
import { tasks } from './tasks.js'
import { users } from './users.js'
import { webhooks } from './webhooks.js'

export const sandboxStreams: readonly SandboxStream[] = [
  activities,
  activityFields,
  activityFieldsV2,
  activityTypes,
  callLogs,
  currencies,
  dealFields,
  dealFieldsV2,
  dealInstallments,
  dealProducts,
  deals,
  dealsArchived,
  dealsSummary,
  files,
  filters,
  goals,
  leadFields,
  leadLabels,
  leadSources,
  leads,
  leadsArchived,
  legacyTeams,
  noteFields,
  notes,
  organizationFields,
  organizationFieldsV2,
  organizations,
  permissionSets,
  personFields,
  personFieldsV2,
  persons,
  pipelines,
  productFields,
  productFieldsV2,
  products,
  projectBoards,
  projectFields,
  projectTemplates,
  projects,
  roles,
  stages,
  tasks,
  users,
  webhooks,
]

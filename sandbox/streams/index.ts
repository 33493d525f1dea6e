// Generated from the files of this folder by `npm run generate`. Do not edit.
import type { SandboxStream } from '../stream.js'
import { activities } from './activities.js'
import { activityFields } from './activity_fields.js'
import { activityFieldsV2 } from './activity_fields_v2.js'
import { activityTypes } from './activity_types.js'
import { callLogs } from './call_logs.js'
import { currencies } from './currencies.js'
import { dealChangelog } from './deal_changelog.js'
import { dealDiscounts } from './deal_discounts.js'
import { dealFields } from './deal_fields.js'
import { dealFieldsV2 } from './deal_fields_v2.js'
import { dealFlow } from './deal_flow.js'
import { dealFollowerChanges } from './deal_follower_changes.js'
import { dealFollowers } from './deal_followers.js'
import { dealInstallments } from './deal_installments.js'
import { dealMailMessages } from './deal_mail_messages.js'
import { dealParticipantChanges } from './deal_participant_changes.js'
import { dealParticipants } from './deal_participants.js'
import { dealProducts } from './deal_products.js'
import { deals } from './deals.js'
import { dealsArchived } from './deals_archived.js'
import { dealsSummary } from './deals_summary.js'
import { files } from './files.js'
import { filterConditions } from './filter_conditions.js'
import { filters } from './filters.js'
import { goals } from './goals.js'
import { leadFields } from './lead_fields.js'
import { leadLabels } from './lead_labels.js'
import { leadSources } from './lead_sources.js'
import { leads } from './leads.js'
import { leadsArchived } from './leads_archived.js'
import { legacyTeams } from './legacy_teams.js'
import { mail } from './mail.js'
import { mailThreads } from './mailThreads.js'
import { noteComments } from './note_comments.js'
import { noteFields } from './note_fields.js'
import { notes } from './notes.js'
import { organizationChangelog } from './organization_changelog.js'
import { organizationFields } from './organization_fields.js'
import { organizationFieldsV2 } from './organization_fields_v2.js'
import { organizationFollowerChanges } from './organization_follower_changes.js'
import { organizationFollowers } from './organization_followers.js'
import { organizationMailMessages } from './organization_mail_messages.js'
import { organizationRelationships } from './organization_relationships.js'
import { organizations } from './organizations.js'
import { permissionSetAssignments } from './permission_set_assignments.js'
import { permissionSets } from './permission_sets.js'
import { personChangelog } from './person_changelog.js'
import { personFields } from './person_fields.js'
import { personFieldsV2 } from './person_fields_v2.js'
import { personFollowerChanges } from './person_follower_changes.js'
import { personFollowers } from './person_followers.js'
import { personMailMessages } from './person_mail_messages.js'
import { persons } from './persons.js'
import { pipelines } from './pipelines.js'
import { productFields } from './product_fields.js'
import { productFieldsV2 } from './product_fields_v2.js'
import { productFollowerChanges } from './product_follower_changes.js'
import { productFollowers } from './product_followers.js'
import { productVariations } from './product_variations.js'
import { products } from './products.js'
import { projectBoards } from './project_boards.js'
import { projectChangelog } from './project_changelog.js'
import { projectFields } from './project_fields.js'
import { projectPhases } from './project_phases.js'
import { projectTemplates } from './project_templates.js'
import { projects } from './projects.js'
import { roleAssignments } from './role_assignments.js'
import { roles } from './roles.js'
import { stages } from './stages.js'
import { tasks } from './tasks.js'
import { userFollowers } from './user_followers.js'
import { users } from './users.js'
import { webhooks } from './webhooks.js'

export const sandboxStreams: readonly SandboxStream[] = [
  activities,
  activityFields,
  activityFieldsV2,
  activityTypes,
  callLogs,
  currencies,
  dealChangelog,
  dealDiscounts,
  dealFields,
  dealFieldsV2,
  dealFlow,
  dealFollowerChanges,
  dealFollowers,
  dealInstallments,
  dealMailMessages,
  dealParticipantChanges,
  dealParticipants,
  dealProducts,
  deals,
  dealsArchived,
  dealsSummary,
  files,
  filterConditions,
  filters,
  goals,
  leadFields,
  leadLabels,
  leadSources,
  leads,
  leadsArchived,
  legacyTeams,
  mail,
  mailThreads,
  noteComments,
  noteFields,
  notes,
  organizationChangelog,
  organizationFields,
  organizationFieldsV2,
  organizationFollowerChanges,
  organizationFollowers,
  organizationMailMessages,
  organizationRelationships,
  organizations,
  permissionSetAssignments,
  permissionSets,
  personChangelog,
  personFields,
  personFieldsV2,
  personFollowerChanges,
  personFollowers,
  personMailMessages,
  persons,
  pipelines,
  productFields,
  productFieldsV2,
  productFollowerChanges,
  productFollowers,
  productVariations,
  products,
  projectBoards,
  projectChangelog,
  projectFields,
  projectPhases,
  projectTemplates,
  projects,
  roleAssignments,
  roles,
  stages,
  tasks,
  userFollowers,
  users,
  webhooks,
]

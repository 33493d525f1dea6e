select
  persons.id as person_id,
  persons.name as person,
  count(*) filter (where activities.done) as done,
  count(*) filter (where not activities.done) as planned
from {{ source('pipedrive', 'activities') }} as activities
join {{ source('pipedrive', 'persons') }} as persons on persons.id = activities.person_id
where not activities.is_deleted and not persons.is_deleted
group by persons.id, persons.name

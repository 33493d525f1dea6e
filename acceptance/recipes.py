"""Runs every query of docs/recipes.md, and the dbt project, on a database, and compares the results with the sandbox.

Each recipe's truth is computed here from the sandbox's rows, without SQL.
"""

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import mean, median
from typing import Any, Protocol

import duckdb

Row = dict[str, Any]
Result = list[tuple[Any, ...]]

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/recipes.md"
DBT_PROJECT = ROOT / "dbt"
DAY = 86_400
# Results are rounded; averages of decimals and of floats may differ in the last digit.
TOLERANCE = 0.11


class Sandbox(Protocol):
    def all_fields(self, stream: str) -> list[Row]: ...


class Company:
    """The sandbox's rows, each stream read once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._rows: dict[str, list[Row]] = {}

    def rows(self, stream: str) -> list[Row]:
        if stream not in self._rows:
            self._rows[stream] = self._sandbox.all_fields(stream)
        return self._rows[stream]

    def by_id(self, stream: str) -> dict[Any, Row]:
        return {row["id"]: row for row in self.rows(stream)}

    def deals(self, *statuses: str) -> list[Row]:
        """Every deal that exists, archived ones too; of these statuses, if there are any."""
        deals = [*self.rows("deals"), *self.rows("deals_archived")]
        return [deal for deal in deals if not deal["is_deleted"] and deal["status"] in (statuses or (deal["status"],))]

    def open_deals(self) -> list[Row]:
        return [deal for deal in self.deals("open") if not deal["is_archived"]]


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def seconds(text: str) -> float:
    """Since the epoch, of a time of either version of the API; all are in UTC."""
    return datetime.fromisoformat(text.replace(" ", "T").replace("Z", "") + "+00:00").timestamp()


def total(rows: Iterable[Row], column: str) -> float:
    return sum(float(row[column] or 0) for row in rows)


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


def pipeline_value(company: Company) -> Result:
    stages, pipelines = company.by_id("stages"), company.by_id("pipelines")
    groups = grouped(company.open_deals(), lambda deal: (deal["stage_id"], deal["currency"]))
    names = {id_: (pipelines[row["pipeline_id"]]["name"], row["name"]) for id_, row in stages.items()}
    return [
        (*names[stage], currency, len(deals), total(deals, "value")) for (stage, currency), deals in groups.items()
    ]


def win_rate(company: Company) -> Result:
    users = company.by_id("users")
    groups = grouped(company.deals("won", "lost"), lambda deal: deal["owner_id"])
    won = {owner: sum(deal["status"] == "won" for deal in deals) for owner, deals in groups.items()}
    return [
        (users[owner]["name"], won[owner], len(deals) - won[owner], percent(won[owner], len(deals)))
        for owner, deals in groups.items()
    ]


def time_in_stage(company: Company) -> Result:
    added = {deal["id"]: deal["add_time"] for deal in company.deals()}
    stages = company.by_id("stages")
    moves = [row for row in company.rows("deal_changelog") if row["field_key"] == "stage_id"]
    stays: dict[int, list[float]] = defaultdict(list)
    for deal, changes in grouped(moves, lambda row: row["deal_id"]).items():
        if deal not in added:
            continue
        entered = seconds(added[deal])
        for change in sorted(changes, key=lambda row: (row["time"], row["id"])):
            left = seconds(change["time"])
            stays[int(change["old_value"])].append(max(0, left - entered))
            entered = left
    return [(stages[stage]["name"], len(spans), round(mean(spans) / DAY, 1)) for stage, spans in stays.items()]


def lead_conversion(company: Company) -> Result:
    converted = {deal["source_lead_id"] for deal in company.deals() if deal.get("source_lead_id")}
    leads = converted | {lead["id"] for stream in ("leads", "leads_archived") for lead in company.rows(stream)}
    return [(len(leads), len(converted), percent(len(converted), len(leads)))]


def custom_field_labels(company: Company) -> Result:
    enums = [field for field in company.rows("deal_fields") if field["field_type"] == "enum"]
    fields = [field for field in enums if len(field["key"]) == 40]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for field in fields:
        options = [*field["options"], *(field.get("options_deleted") or [])]
        labels = {option["id"]: option["label"] for option in options}
        for deal in company.deals():
            value = deal["custom_fields"].get(field["key"])
            if value is not None:
                counts[field["name"], labels[value]] += 1
    return [(*key, count) for key, count in counts.items()]


def activities_per_person(company: Company) -> Result:
    persons = {row["id"]: row for row in company.rows("persons") if not row["is_deleted"]}
    activities = [row for row in company.rows("activities") if not row["is_deleted"] and row["person_id"] in persons]
    return [
        (person, persons[person]["name"], sum(row["done"] for row in rows), sum(not row["done"] for row in rows))
        for person, rows in grouped(activities, lambda row: row["person_id"]).items()
    ]


def line_items(company: Company) -> Result:
    items = grouped(company.rows("deal_products"), lambda row: row["deal_id"])
    return [
        (deal["id"], deal["title"], len(rows), total(rows, "quantity"), total(rows, "sum"))
        for deal in company.deals()
        if (rows := items.get(deal["id"]))
    ]


def lost_reasons(company: Company) -> Result:
    lost = grouped(company.deals("lost"), lambda deal: (deal["lost_reason"] or "no reason given", deal["currency"]))
    return [(*key, len(deals), total(deals, "value")) for key, deals in lost.items()]


def forecast(company: Company) -> Result:
    stages = company.by_id("stages")

    def chance(deal: Row) -> float:
        chances = (deal["probability"], stages[deal["stage_id"]]["deal_probability"], 100)
        return float(next(chance for chance in chances if chance is not None))

    dated = [deal for deal in company.open_deals() if (deal["expected_close_date"] or "0000") > "0001"]
    groups = grouped(dated, lambda deal: (deal["expected_close_date"][:7], deal["currency"]))
    return [
        (*key, len(deals), total(deals, "value"), sum(deal["value"] * chance(deal) / 100 for deal in deals))
        for key, deals in groups.items()
    ]


def sales_cycle(company: Company) -> Result:
    pipelines = company.by_id("pipelines")
    won = [deal for deal in company.deals("won") if deal["won_time"]]
    spans = {
        pipeline: [seconds(deal["won_time"]) - seconds(deal["add_time"]) for deal in deals]
        for pipeline, deals in grouped(won, lambda deal: deal["pipeline_id"]).items()
    }
    return [
        (pipelines[pipeline]["name"], len(took), round(mean(took) / DAY, 1), round(median(took) / DAY, 1))
        for pipeline, took in spans.items()
    ]


def deleted_and_archived(company: Company) -> Result:
    rows = [*company.rows("deals"), *company.rows("deals_archived")]
    deleted = sum(row["is_deleted"] for row in rows)
    archived = sum(row["is_archived"] and not row["is_deleted"] for row in rows)
    return [(deleted, archived, len(rows) - deleted - archived)]


def last_mail(company: Company) -> Result:
    def mails(deal: Row) -> list[str]:
        times = (deal.get("last_incoming_mail_time"), deal.get("last_outgoing_mail_time"))
        return [time for time in times if time]

    return [(deal["id"], deal["title"], max(map(seconds, mails(deal)))) for deal in company.open_deals() if mails(deal)]


# By the mart of the dbt project, in the order of the page.
TRUTHS: dict[str, Callable[[Company], Result]] = {
    "pipeline_value_by_stage": pipeline_value,
    "win_rate_by_owner": win_rate,
    "time_in_stage": time_in_stage,
    "lead_conversion": lead_conversion,
    "deals_by_custom_field_label": custom_field_labels,
    "activities_per_person": activities_per_person,
    "line_items_per_deal": line_items,
    "lost_reasons": lost_reasons,
    "forecast": forecast,
    "sales_cycle": sales_cycle,
    "deleted_and_archived_deals": deleted_and_archived,
    "last_mail_per_open_deal": last_mail,
}


def queries() -> tuple[list[str], dict[str, str]]:
    """The statements that come first, and one query for each numbered heading."""
    head, *recipes = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)

    def sql(text: str) -> list[str]:
        return re.findall(r"^```sql\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)

    return sql(head), {text.splitlines()[0]: query for text in recipes for query in sql(text)}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    return float(value) if isinstance(value, int | float | Decimal) else value


def differs(found: Result, expected: Result) -> bool:
    def values(result: Result) -> list[tuple[Any, ...]]:
        return sorted((tuple(map(plain, row)) for row in result), key=repr)

    def same(one: Any, other: Any) -> bool:
        return abs(one - other) < TOLERANCE if isinstance(one, float) and isinstance(other, float) else one == other

    left, right = values(found), values(expected)
    return len(left) != len(right) or not all(
        len(one) == len(other) and all(map(same, one, other)) for one, other in zip(left, right, strict=True)
    )


def difference(name: str, found: Result, expected: Result) -> list[str]:
    if not expected:
        return [f"{name}: the sandbox has nothing to compare with."]
    return [f"{name}: {found!r} instead of {expected!r}."] if differs(found, expected) else []


def compare_recipes(path: Path, company: Company) -> list[str]:
    """What differs between the page's results and the sandbox, a sentence each."""
    preparations, recipes = queries()
    if len(recipes) != len(TRUTHS):
        return [f"docs/recipes.md has {len(recipes)} recipes, and {len(TRUTHS)} of them have a truth."]
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in preparations:
            connection.execute(statement)
        return [
            sentence
            for (name, query), truth in zip(recipes.items(), TRUTHS.values(), strict=True)
            for sentence in difference(f"Recipe {name}", connection.execute(query).fetchall(), truth(company))
        ]


def compare_marts(path: Path, dbt: str, company: Company) -> list[str]:
    """Builds and tests the dbt project; what differs between its marts and the sandbox, a sentence each."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"PIPEDRIVE_DUCKDB": str(path), "DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}
        options = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), "--quiet"]
        built = subprocess.run([dbt, "build", *options], env=os.environ | own, check=False)
    if built.returncode != 0:
        return [f"dbt build ended with exit code {built.returncode}."]
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        known = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'analytics'"
        marts = {name for (name,) in connection.execute(known).fetchall() if not name.startswith("stg_")}
        if marts != set(TRUTHS):
            return [f"The marts {sorted(marts ^ set(TRUTHS))} are only on one side."]
        return [
            sentence
            for name, truth in TRUTHS.items()
            for sentence in difference(
                f"Mart {name}", connection.execute(f"FROM analytics.{name}").fetchall(), truth(company)
            )
        ]

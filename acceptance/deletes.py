"""Deletes rows in the sandbox, syncs again, and compares what is left in the database with the sandbox.

Two readings of the database have to be the sandbox's truth: without the rows that have `_ab_cdc_deleted_at`, and
without those that the stream `deletions` names.
"""

from pathlib import Path
from typing import Any, Protocol

import airbyte as ab
import duckdb

Row = dict[str, Any]

DELETED_AT = "_ab_cdc_deleted_at"
LISTS = ("persons", "organizations", "products", "activities", "leads", "notes", "files", "deals", "stages")
CHILDREN = ("deal_products", "deal_installments")
# Lists are compared once a day, and short ones have to lack a row twice.
WALKS = 2


class Company(Protocol):
    """The admin routes of the sandbox."""

    def rows(self, stream: str) -> list[Row]: ...

    def change(self, changes: dict[str, Any]) -> list[Row]: ...


def compare_deletes(source: ab.Source, company: Company, path: Path) -> list[str]:
    """What differs, a sentence each. `source` has `remove_deleted`; the database at `path` is a new one."""
    cache = ab.DuckDBCache(db_path=path)

    def sync() -> None:
        source.read(cache=cache)
        cache.close()

    source.select_all_streams()
    compared = {
        stream.name: columns_of(stream)
        for stream in source.discovered_catalog.streams
        if has_tombstones(stream.name, columns_of(stream))
    }
    sync()
    removed = removes_to_make(company)
    company.change({"removes": removed})
    for _ in range(WALKS):
        let_a_day_pass(path)
        sync()
    sentences = [] if len(compared) >= len(LISTS) + len(CHILDREN) else [f"Only {[*compared]} declare {DELETED_AT}."]
    with duckdb.connect(str(path), read_only=True) as database:
        for stream, columns in compared.items():
            # What was archived a moment ago is in the table of its list as well, as archived.
            in_list = "is_archived IS NOT TRUE" if "is_archived" in columns else "TRUE"
            truth = sorted(str(row["id"]) for row in company.rows(stream) if not is_deleted(row))
            for way, condition in ways_to_leave_out(stream).items():
                found = sorted(row[0] for row in database.execute(
                    f'SELECT CAST(id AS VARCHAR) FROM main."{stream}" AS t WHERE {in_list} AND {condition}'
                ).fetchall())
                if found != truth:
                    difference = sorted(set(found) ^ set(truth))
                    sentences.append(f"After deletes, {stream} {way} and the sandbox differ in {difference}.")
        listed = {tuple(row) for row in database.execute("SELECT stream, id FROM main.deletions").fetchall()}
    missed = [place for place in removed if (place["stream"], str(place["id"])) not in listed]
    return [*sentences, *([f"deletions has no row of {missed}."] if missed else [])]


def ways_to_leave_out(stream: str) -> dict[str, str]:
    gone = f"SELECT 1 FROM main.deletions AS d WHERE d.stream = '{stream}' AND d.id = CAST(t.id AS VARCHAR)"
    return {
        f"without {DELETED_AT}": f"{DELETED_AT} IS NULL",
        "without deletions": f"NOT EXISTS ({gone} AND d.restored_at IS NULL)",
    }


def columns_of(stream: Any) -> Row:
    columns: Row = stream.json_schema["properties"]
    return columns


def has_tombstones(name: str, columns: Row) -> bool:
    """Archives cannot be compared: their rows are those of other lists, too."""
    return DELETED_AT in columns and "id" in columns and not name.endswith("_archived")


def is_deleted(row: Row) -> bool:
    return row.get("is_deleted") is True or row.get("status") == "deleted"


def removes_to_make(company: Company) -> list[Row]:
    """The last row of each list, and line items and installments of deals that stay."""
    places = [{"stream": stream, "id": company.rows(stream)[-1]["id"]} for stream in LISTS if stream != "deals"]
    parents = {row["deal_id"] for stream in CHILDREN for row in company.rows(stream)}
    deals = [row for row in company.rows("deals") if row["id"] not in parents and not is_deleted(row)]
    places.append({"stream": "deals", "id": deals[0]["id"]})
    return places + [{"stream": stream, "id": company.rows(stream)[0]["id"]} for stream in CHILDREN]


def let_a_day_pass(path: Path) -> None:
    """Lists are compared once a day: the states say that the last time was long ago."""
    with duckdb.connect(str(path)) as database:
        database.execute(
            "UPDATE main._airbyte_state SET state_json = "
            """regexp_replace(state_json, '"verified_at": ?"[^"]*"', '"verified_at": "2020-01-01T00:00:00Z"', 'g')"""
        )

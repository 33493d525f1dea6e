"""Deletes rows in the sandbox, syncs again, and compares what is left in the database with the sandbox.

Two readings of the tables that are verified have to be the sandbox's truth: without the rows that have
`_ab_cdc_deleted_at`, and without those that the stream `deletions` names. All other tables have lost nothing.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import airbyte as ab
import duckdb

Row = dict[str, Any]
Key = tuple[str, ...]

DELETED_AT = "_ab_cdc_deleted_at"
LISTS = ("persons", "organizations", "products", "activities", "leads", "notes", "files", "deals", "stages")
CHILDREN = ("deal_products", "deal_installments")
# Lists are compared once a day, and short ones have to lack a row twice.
WALKS = 2


class Company(Protocol):
    """The admin routes of the sandbox."""

    def rows(self, stream: str) -> list[Row]: ...

    def streams(self) -> set[str]: ...

    def change(self, changes: dict[str, Any]) -> list[Row]: ...


def compare_deletes(source: ab.Source, company: Company, path: Path) -> list[str]:
    """What differs, a sentence each. `source` has `remove_deleted`; the database at `path` is a new one."""
    cache = ab.DuckDBCache(db_path=path)

    def sync() -> None:
        source.read(cache=cache)
        cache.close()

    source.select_all_streams()
    real = company.streams()
    catalog = {stream.name: stream for stream in source.discovered_catalog.streams if stream.name in real}
    before = {stream: company.rows(stream) for stream in catalog}
    sync()
    removed = removes_to_make(company)
    company.change({"removes": removed})
    for _ in range(WALKS):
        let_a_day_pass(path)
        sync()
    verified = [name for name, stream in catalog.items() if DELETED_AT in columns_of(stream)]
    sentences = [] if len(verified) >= len(LISTS) + len(CHILDREN) else [f"Only {verified} declare {DELETED_AT}."]
    with duckdb.connect(str(path), read_only=True) as database:
        for name, stream in catalog.items():
            key = tuple(path[0] for path in stream.source_defined_primary_key)
            truth = [row for row in company.rows(name) if not is_deleted(row)]
            if name in verified and len(key) == 1:
                sentences += compare_verified(database, name, key[0], columns_of(stream), truth)
            else:
                sentences += compare_others(database, name, key, [*before[name], *truth])
        listed = {tuple(row) for row in database.execute("SELECT stream, id FROM main.deletions").fetchall()}
    missed = [place for place in removed if (place["stream"], str(place["id"])) not in listed]
    return [*sentences, *([f"deletions has no row of {missed}."] if missed else [])]


def compare_verified(
    database: duckdb.DuckDBPyConnection, stream: str, key: str, columns: Row, truth: list[Row]
) -> Iterator[str]:
    """What is left of the table is what the list has, and no more."""
    # What was archived a moment ago is in the table of its list as well, as archived.
    is_archive = stream.endswith("_archived")
    in_list = f"is_archived IS {'NOT FALSE' if is_archive else 'NOT TRUE'}" if "is_archived" in columns else "TRUE"
    expected = sorted(str(row[key]) for row in truth)
    for way, condition in ways_to_leave_out(stream, key).items():
        query = f'SELECT CAST("{key}" AS VARCHAR) FROM main."{stream}" AS t WHERE {in_list} AND {condition}'
        found = sorted(row[0] for row in database.execute(query).fetchall())
        if found != expected:
            difference = sorted(set(found) ^ set(expected))
            yield f"After deletes, {stream} {way} and the sandbox differ in {difference}."


def compare_others(
    database: duckdb.DuckDBPyConnection, stream: str, key: Key, rows: list[Row]
) -> Iterator[str]:
    """Tables that are not verified have lost nothing: they keep rows whose parents are deleted, and have no others."""
    columns = ", ".join(f'CAST("{column}" AS VARCHAR)' for column in key)
    found = set(database.execute(f'SELECT {columns} FROM main."{stream}"').fetchall())
    # The connector numbers the rows of logs, which have no key of their own.
    if any(column not in row for row in rows for column in key):
        count = len({json.dumps(row, sort_keys=True) for row in rows})
        if len(found) != count:
            yield f"After deletes, {stream} has {len(found)} rows instead of {count}."
        return
    difference = found ^ {tuple(str(row[column]) for column in key) for row in rows}
    if difference:
        yield f"After deletes, {stream} and the sandbox differ in {sorted(difference)}."


def ways_to_leave_out(stream: str, key: str) -> dict[str, str]:
    gone = f"SELECT 1 FROM main.deletions AS d WHERE d.stream = '{stream}' AND d.id = CAST(t.\"{key}\" AS VARCHAR)"
    return {
        f"without {DELETED_AT}": f"{DELETED_AT} IS NULL",
        "without deletions": f"NOT EXISTS ({gone} AND d.restored_at IS NULL)",
    }


def columns_of(stream: Any) -> Row:
    columns: Row = stream.json_schema["properties"]
    return columns


def is_deleted(row: Row) -> bool:
    return row.get("is_deleted") is True or row.get("status") == "deleted"


def removes_to_make(company: Company) -> list[Row]:
    """The last row of each list, a deal with line items, an archived deal, and children of deals that stay."""
    places = [{"stream": stream, "id": company.rows(stream)[-1]["id"]} for stream in LISTS if stream != "deals"]
    live = [row["id"] for row in company.rows("deals") if not is_deleted(row)]
    children = {stream: [row for row in company.rows(stream) if row["deal_id"] in live] for stream in CHILDREN}
    deal = children["deal_products"][0]["deal_id"]
    archived = [row["id"] for row in company.rows("deals_archived") if not is_deleted(row)]
    places += [{"stream": "deals", "id": deal}, {"stream": "deals_archived", "id": archived[0], "hard": True}]
    staying = {stream: next(row for row in rows if row["deal_id"] != deal) for stream, rows in children.items()}
    return places + [{"stream": stream, "id": row["id"]} for stream, row in staying.items()]


def let_a_day_pass(path: Path) -> None:
    """Lists are compared once a day: the states say that the last time was long ago."""
    with duckdb.connect(str(path)) as database:
        database.execute(
            "UPDATE main._airbyte_state SET state_json = "
            """regexp_replace(state_json, '"verified_at": ?"[^"]*"', '"verified_at": "2020-01-01T00:00:00Z"', 'g')"""
        )

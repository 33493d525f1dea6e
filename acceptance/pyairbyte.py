"""Syncs every stream from the sandbox into DuckDB with PyAirbyte, and compares the database with the sandbox.

A full sync, a second one of the unchanged account, and a third one after changes; then the queries of docs/recipes.md
and the dbt project; then a database of its own, in which rows are deleted. Exits with 1 and says what differs.
"""

import argparse
import json
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import airbyte as ab
import duckdb
from deletes import compare_deletes
from recipes import Company, compare_marts, compare_recipes

Row = dict[str, Any]
Key = tuple[str, ...]

CHILDREN = ("deal_products", "deal_installments")

# Asks the sandbox itself, whatever proxy the environment names.
_http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """The admin routes of the sandbox."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_sandbox"

    def rows(self, stream: str) -> list[Row]:
        """What the connector is to read of a stream: deleted deals too, but not their children."""
        rows: list[Row] = self._ask(f"/rows/{stream}?deleted")
        if not stream.startswith("deal_"):
            return rows
        deleted = {deal["id"] for deal in self._ask("/rows/deals?deleted") if deal["is_deleted"]}
        return [row for row in rows if row.get("deal_id", row.get("item_id")) not in deleted]

    def all_fields(self, stream: str) -> list[Row]:
        """The rows with what Pipedrive returns only on request."""
        rows: list[Row] = self._ask(f"/rows/{stream}?deleted&include")
        return rows

    def streams(self) -> set[str]:
        """Streams of which the sandbox has rows; others are derived from these."""
        return set(self._ask("/rows"))

    def change(self, changes: dict[str, Any]) -> list[Row]:
        changed: list[Row] = self._ask("/changes", json.dumps(changes).encode())["changed"]
        return changed

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        with _http.open(self._url + path, body) as answer:
            return json.load(answer)


class Database:
    """The tables that PyAirbyte wrote."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keys(self, stream: str, key: Key) -> list[tuple[str, ...]]:
        columns = ", ".join(f'"{column}"' for column in key)
        return [tuple(map(str, row)) for row in self._ask(f'SELECT {columns} FROM main."{stream}"')]

    def value(self, stream: str, column: str, row_id: int | str) -> object:
        found = self._ask(f'SELECT "{column}" FROM main."{stream}" WHERE id = ?', [row_id])
        return found[0][0] if len(found) == 1 else f"{len(found)} rows"

    def _ask(self, query: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self._path), read_only=True) as connection:
            return connection.execute(query, values or []).fetchall()


class Differences:
    """What was found to differ, a sentence each."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def expect(self, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.sentences.append(f"{what}: {found!r} instead of {expected!r}.")


def key_of(row: Row, key: Key) -> tuple[str, ...]:
    """With the row's id in place of a number that the connector gives it."""
    return tuple(str(row[column] if column in row else row["id"]) for column in key)


def compare_keys(
    database: Database, keys: dict[str, Key], truth: dict[str, list[Row]], differences: Differences
) -> None:
    """Every row of the sandbox is in the database once, and nothing else is."""
    for stream, rows in truth.items():
        key = keys[stream]
        found = sorted(database.keys(stream, key))
        # The connector numbers the rows of logs, which have no key of their own.
        if any(column not in row for row in rows for column in key):
            differences.expect(f"Rows of {stream}", len(set(found)), len(rows))
            continue
        expected = sorted(key_of(row, key) for row in rows)
        differences.expect(f"Rows of {stream}", len(found), len(expected))
        differences.expect(f"Distinct keys of {stream}", len(set(found)), len(set(expected)))
        differences.expect(f"Keys of {stream} that only one side has", set(found) ^ set(expected), set())


def changes_to_make(sandbox: Sandbox) -> dict[str, Any]:
    """Something of each kind: edits in lists that are filtered, walked and read whole, and what goes or moves away."""
    # Rows of deleted deals' children stay in the database, so it is deals without children that go.
    children = [row for stream in sandbox.streams() if stream.startswith("deal_") for row in sandbox.rows(stream)]
    parents = {row.get("deal_id") for row in children}
    deals = [row for row in sandbox.rows("deals") if not row["is_deleted"] and row["id"] not in parents]
    edited = ("stages", "currencies", "users", "files", *CHILDREN)
    first = {stream: sandbox.rows(stream)[0]["id"] for stream in edited}
    return {
        "random": 12,
        "edits": [
            {"stream": "deals", "id": deals[0]["id"], "changes": {"value": 4321.5}},
            {"stream": "deals", "id": deals[1]["id"], "changes": {"title": "Größe “8” → 東京"}},
            {"stream": "stages", "id": first["stages"], "changes": {"name": "Offer sent"}},
            {"stream": "currencies", "id": first["currencies"], "changes": {"name": "Crown"}},
            {"stream": "users", "id": first["users"], "changes": {"name": "Ada Lovelace"}},
            {"stream": "files", "id": first["files"], "changes": {"name": "offer.pdf"}},
            {"stream": "deal_products", "id": first["deal_products"], "changes": {"quantity": 7}},
            {
                "stream": "deal_installments",
                "id": first["deal_installments"],
                "changes": {"description": "Down payment"},
            },
        ],
        "creates": [
            {"stream": "persons", "data": {"name": "Newcomer"}},
            {"stream": "leads", "data": {"title": "New lead"}},
        ],
        "removes": [{"stream": "deals", "id": deals[2]["id"]}],
        "archives": [
            {"stream": "deals", "id": deals[3]["id"]},
            {"stream": "leads", "id": sandbox.rows("leads")[-1]["id"]},
        ],
    }


def changed_values(changes: dict[str, Any], changed: list[Row]) -> list[tuple[str, int | str, str, object]]:
    """Stream, id, column and value, of the last change of each."""
    asked = [(edit["stream"], edit["id"], column) for edit in changes["edits"] for column in edit["changes"]]
    visible = {"deals": "title", "persons": "name", "organizations": "name", "activities": "subject"}
    visible |= {"notes": "content", "leads": "title"}
    made = [(change["stream"], change["row"]["id"]) for change in changed if change["stream"] in visible]
    places = dict.fromkeys([*asked, *((stream, row_id, visible[stream]) for stream, row_id in made)])
    last = {(change["stream"], change["row"]["id"]): change["row"] for change in changed}
    return [(stream, row_id, column, last[stream, row_id][column]) for stream, row_id, column in places]


def rows_expected(changes: dict[str, Any], changed: list[Row]) -> set[tuple[str, int | str]]:
    """The rows that the changes made or touched, by stream: a child touches its deal, an archived row is in two lists."""
    expected = {(change["stream"], change["row"]["id"]) for change in changed}
    expected |= {("deals", change["row"]["deal_id"]) for change in changed if change["stream"] in CHILDREN}
    moved = [*changes["removes"], *changes["archives"]]
    expected |= {(place["stream"], place["id"]) for place in moved}
    return expected | {(f"{place['stream']}_archived", place["id"]) for place in changes["archives"]}


def children_of(expected: set[tuple[str, int | str]], rows: dict[str, list[Row]]) -> set[tuple[str, int | str]]:
    """Rows that may come along: the children of a deal are read together."""
    return {
        (stream, row["id"])
        for stream in CHILDREN
        for row in rows[stream]
        if ("deals", row["deal_id"]) in expected
    }


def changed_rows(before: dict[str, list[Row]], after: dict[str, list[Row]], keys: dict[str, Key]) -> set[Any]:
    """Rows that other changes brought along, such as the sums of all deals."""
    return {
        (stream, key_of(row, keys[stream]))
        for stream, rows in after.items()
        for row in rows
        if row not in before[stream]
    }


def number_or_same(value: object) -> object:
    """Numbers come back as decimals."""
    return value if isinstance(value, str | bool) or value is None else float(str(value))


def sync_thrice(source: ab.Source, sandbox: Sandbox, path: Path) -> list[str]:
    differences = Differences()
    database = Database(path)
    cache = ab.DuckDBCache(db_path=path)

    def sync() -> int:
        records = source.read(cache=cache).processed_records
        cache.close()
        return records

    source.check()
    source.select_all_streams()
    selected = source.discovered_catalog.streams
    keys = {stream.name: tuple(path[0] for path in stream.source_defined_primary_key) for stream in selected}
    real = sandbox.streams()
    streams = [name for name in keys if name in real]
    truth = {stream: sandbox.rows(stream) for stream in streams}

    records = sync()
    stored = {name: len(database.keys(name, key)) for name, key in keys.items()}
    differences.expect("Streams without a row", [name for name, count in stored.items() if count == 0], [])
    differences.expect("Records of the first sync", records, sum(stored.values()))
    compare_keys(database, keys, truth, differences)

    fields = sum(stored[stream.name] for stream in selected if len(stream.supported_sync_modes) == 1)
    differences.expect(
        "Records of a sync of the unchanged account, besides field definitions", sync() - fields, 0
    )

    changes = changes_to_make(sandbox)
    changed = sandbox.change(changes)
    archived = {place["stream"]: place["id"] for place in changes["archives"]}
    left = {
        stream: [row for row in truth[stream] if row["id"] == row_id] for stream, row_id in archived.items()
    }
    sent = sync() - fields
    after = {stream: sandbox.rows(stream) for stream in streams}
    expected = rows_expected(changes, changed)
    known = expected | children_of(expected, after)
    most = len(known) + len(changed_rows(truth, after, keys)) + sum(stored[name] for name in keys if name not in real)
    if not len(expected) <= sent <= most:
        differences.sentences.append(f"{sent} records were sent for {len(expected)} changed rows.")
    # What is archived leaves its list, and stays in its table as archived.
    compare_keys(database, keys, after | {name: after[name] + left[name] for name in left}, differences)
    for stream, row_id, column, value in changed_values(changes, changed):
        found = number_or_same(database.value(stream, column, row_id))
        differences.expect(f"{column} of {stream} {row_id}", found, number_or_same(value))
    for place in changes["removes"]:
        found = database.value(place["stream"], "is_deleted", place["id"])
        differences.expect(f"is_deleted of {place['stream']} {place['id']}", found, True)
    for stream, row_id in archived.items():
        for table in (stream, f"{stream}_archived"):
            differences.expect(
                f"is_archived of {table} {row_id}", database.value(table, "is_archived", row_id), True
            )
    return differences.sentences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbox", required=True, help="the sandbox's address")
    parser.add_argument("--token", required=True, help="the API token that the sandbox takes")
    parser.add_argument("--dbt", required=True, help="the command dbt")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--executable", help="the built command")
    way.add_argument("--image", help="the image's name and tag")
    arguments = parser.parse_args()

    config = {
        "credentials": {"auth_type": "api_token", "api_token": arguments.token},
        "base_url": arguments.sandbox,
    }

    def source(**settings: Any) -> ab.Source:
        return ab.get_source(
            "source-pipedrive",
            config={**config, **settings},
            install_if_missing=False,
            local_executable=arguments.executable,
            docker_image=arguments.image,
        )

    with tempfile.TemporaryDirectory() as folder:
        path, sandbox = Path(folder) / "company.duckdb", Sandbox(arguments.sandbox)
        sentences = sync_thrice(source(), sandbox, path)
        company = Company(sandbox)
        sentences += [*compare_recipes(path, company), *compare_marts(path, arguments.dbt, company)]
        sentences += compare_deletes(source(remove_deleted=True), sandbox, Path(folder) / "deletes.duckdb")
    name = arguments.executable or arguments.image
    for sentence in sentences:
        print(f"PyAirbyte with {name}: {sentence}", file=sys.stderr)
    if not sentences:
        print(f"PyAirbyte with {name}: the database, the recipes, the marts and the deletes are as the sandbox")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())

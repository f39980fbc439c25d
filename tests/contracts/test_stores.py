"""Each store passes the published contract."""

from __future__ import annotations

from pathlib import Path

from selftune.store.sqlite import SqliteStore
from selftune.testing.listing_contract import ListingContract
from selftune.testing.store_contract import StoreContract


class TestSqliteStore(StoreContract):
    def open_store(self, home: Path) -> SqliteStore:
        return SqliteStore(home / "selftune.db")


class TestListsOfSqliteStore(ListingContract):
    def open_store(self, home: Path) -> SqliteStore:
        return SqliteStore(home / "selftune.db")

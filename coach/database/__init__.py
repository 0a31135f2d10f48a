"""The database of conversations, accounts and reviews: SQLAlchemy over SQLite or PostgreSQL."""

from coach.database.engine import Database, open_database
from coach.database.migrating import migrate, standing

__all__ = ["Database", "migrate", "open_database", "standing"]

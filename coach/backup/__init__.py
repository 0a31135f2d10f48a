"""The database as one file, and a database made from such a file again."""

from coach.backup.archive import Manifest, Progress, write_backup
from coach.backup.restoring import Restored, restore_backup

__all__ = ["Manifest", "Progress", "Restored", "restore_backup", "write_backup"]

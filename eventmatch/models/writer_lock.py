"""One writer at a time on a database that is a file."""

import fcntl
import os
import threading
from pathlib import Path
from typing import TextIO


class WriterLock:
    """Lets one writer at a time into a SQLite file, across threads and processes.

    SQLite's own busy handler polls (tails of hundreds of milliseconds), and releases before 3.51.3 can
    corrupt the log when two processes write; a file lock taken before BEGIN avoids both.
    """

    def __init__(self, path: Path) -> None:
        """Remember where the lock file lies; it is created on first use."""
        self.path = path
        self.threads = threading.Lock()
        self._file: TextIO | None = None
        self._process = 0

    def __enter__(self) -> None:
        """Take the lock for one transaction."""
        self.threads.acquire()
        try:
            fcntl.flock(self._open_file(), fcntl.LOCK_EX)
        except BaseException:
            self.threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        """Give the lock back."""
        try:
            fcntl.flock(self._open_file(), fcntl.LOCK_UN)
        finally:
            self.threads.release()

    def _open_file(self) -> TextIO:
        """Open the file once in each process: a lock would count for a process and its fork together."""
        if self._file is None or self._process != os.getpid():
            self._file, self._process = self.path.open("a"), os.getpid()
        return self._file

"""``klopaan run`` as a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from bot import config as configuration
from tests.support.town import SECRET

ROOT = Path(__file__).parents[2]
#: Seconds until a process that does not come up, or does not go, fails the test.
PATIENCE = 90


class Server:
    """One process on a port that the system chooses; it starts again on another."""

    def __init__(self, config: Path, log: Path, secret: str = SECRET) -> None:
        self.config = config
        self.log = log
        self.secret = secret
        self.url = ""
        self._process: Process | None = None

    async def start(self) -> None:
        """Runs it until it says where it listens."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--config", str(self.config)),
                cwd=ROOT,
                env={**os.environ, configuration.SECRET: self.secret},
                stdout=PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            said = (await self._process.stdout.readline()).decode()
        found = re.search(r"http://\S+", said)
        assert found, f"it said {said!r} and in the log: {self.log.read_text()[-2000:]}"
        self.url = found[0]

    @property
    def pid(self) -> int:
        """The process' number."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        self.url = ""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM: it ends in good order; gives its status. Nothing happens when it was killed."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()
